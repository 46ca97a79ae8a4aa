import { expect, test } from "vitest";
import { split } from "../../src/data/split.js";
import { createCpuDevice } from "../../src/device/cpu/device.js";
import type { Allocator, Allotment } from "../../src/evolution/allocators/allocator.js";
import { plannedConnections, plannedFlop, stepFlop, trainedFlop } from "../../src/experiment/plan/flop.js";
import { COMPARED } from "../../src/methods/index.js";
import { trainConfig } from "../../src/train/config.js";
import type { LayerSummary } from "../../src/train/records.js";
import { train } from "../../src/train/train.js";
import { WHOLE } from "../matrix.js";
import { blobs } from "../train/blobs.js";

const METHODS = WHOLE ? COMPARED : (["npset", "dense"] as const);

test("a training step takes 4 operations a connection of the first layer and 6 of the others", () => {
  expect(stepFlop([100, 10, 1])).toBe(400 + 60 + 6);
});

test("a run that was done took what was planned, but for connections that neurons took with them", async () => {
  const parts = split(blobs({ samples: 60, features: 30 }), { test: 1 / 3, seed: 1 });
  for (const [method, members] of [...METHODS.map((name) => [name, 1] as const), ["set", 3] as const]) {
    const options = {
      members,
      method,
      ...(method !== "linear" && { hidden: [24, 20] }),
      epsilon: 4,
      epochs: 8,
      batch: 8,
      lr: 0.01,
    };
    const config = trainConfig(options, { features: 30, classes: 3, samples: 40 });
    let layers: readonly LayerSummary[] = [];
    const onStart = (info: { layers: readonly LayerSummary[] }) => {
      layers = info.layers;
    };
    const model = await train(parts, { ...options, device: createCpuDevice({ threads: 1 }), onStart });
    const flop = trainedFlop(layers, model.history, model.evolutions, 40);
    await model.dispose();
    const planned = plannedFlop(config, 40);
    if (method === "static-np" || method === "npset") expect(Math.abs(flop / planned - 1), method).toBeLessThan(0.15);
    else expect(flop, method).toBe(planned);
    expect(plannedConnections(config).length).toBe(8);
  }
});

test("what an allocator of one's own says that layers keep is planned", () => {
  const counts = (layers: readonly Allotment[]) => layers.map(({ left }) => left);
  const planned = (more: object) => {
    const evolution = { removal: { first: 1, last: 4 }, ...more };
    const options = { method: "npset", hidden: [24, 20], epsilon: 4, epochs: 8, evolution } as const;
    return plannedConnections(trainConfig(options, { features: 30, classes: 3, samples: 40 }));
  };
  const own = (keeps?: Allocator["keeps"]) => planned({ allocate: { name: "own", counts, ...(keeps && { keeps }) } });
  expect(own("density")).toEqual(planned({ allocate: "shrinking" }));
  expect(own("connections")).toEqual(planned({ allocate: "constant" }));
  expect(own()).toEqual(own("connections"));
  expect(own("density")).not.toEqual(own());
});
