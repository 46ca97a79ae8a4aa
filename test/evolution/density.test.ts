import { expect, test } from "vitest";
import { createCpuDevice, type Device, type SavedModel, type StartInfo, type TrainOptions, train } from "../../src/api/index.js";
import { ALLOCATORS } from "../../src/evolution/allocators/index.js";
import { countEvolutions } from "../../src/evolution/schedules.js";
import { plannedConnections } from "../../src/experiment/plan/flop.js";
import { decodeCheckpoint, encodeCheckpoint } from "../../src/io/formats/checkpoint/checkpoint.js";
import { membersOf } from "../../src/io/saved-model.js";
import { validateTopology } from "../../src/sparse/topology.js";
import { trainConfig } from "../../src/train/config.js";
import { evolvesAfter } from "../../src/train/schedules.js";
import { DATA, EVERY_DEVICE } from "../extend/trained.js";
import { matrixTest, WHOLE } from "../matrix.js";
import { expectSameState, timeless } from "../train/same-runs.js";

// Layers that begin dense and fall to the density that epsilon says: 12-40-30-3, 5 steps an epoch, the output dense.

const BASE: TrainOptions = {
  method: "set",
  hidden: [40, 30],
  epsilon: 2,
  output: "dense",
  epochs: 8,
  batch: 8,
  lr: 0.02,
  seed: 7,
};
const CELLS = [12 * 40, 40 * 30, 90];
const LAST = [2 * (12 + 40), 2 * (40 + 30), 90];

async function run(device: Device, more: Parameters<typeof train>[1] = {}) {
  let start: StartInfo | undefined;
  const onStart = (info: StartInfo) => {
    start = info;
  };
  const model = await train(DATA, { ...BASE, ...more, device, onStart });
  const saved = await model.save();
  await model.dispose();
  return {
    networks: membersOf(saved),
    history: timeless(model.history),
    evolutions: timeless(model.evolutions),
    start: start as StartInfo,
  };
}

test("the courses begin with all and end with nothing: as a cube, and as a logistic curve", () => {
  const { cubic, sigmoid } = ALLOCATORS;
  expect([0, 0.5, 0.75, 1].map((t) => cubic.falls?.(t))).toEqual([1, 0.125, 1 / 64, 0]);
  const curve = [0, 0.25, 0.5, 0.75, 1].map((t) => sigmoid.falls?.(t) as number);
  for (const [i, expected] of [1, 0.9549, 0.5, 0.0451, 0].entries()) expect(curve[i]).toBeCloseTo(expected, 3);
});

test("evolutions are counted as they follow: none at the end, none after their part of the run", () => {
  const times = (pace: { period: number; until?: number }, all: number) => countEvolutions(pace, all);
  expect([times({ period: 1 }, 8), times({ period: 3 }, 9), times({ period: 3 }, 10)]).toEqual([7, 2, 3]);
  expect([times({ period: 1, until: 0.75 }, 8), times({ period: 2, until: 0.7 }, 10)]).toEqual([6, 3]);
  for (const steps of [1, 3, 5, 7, 10]) expect(times({ period: steps / 7 }, 9)).toBe(Math.ceil(63 / steps) - 1);
  expect([0, 1, 2, 2.5, 8].map((epoch) => countEvolutions({ period: 2 }, 8, epoch))).toEqual([0, 0, 1, 1, 3]);
});

test("a part of the training that is meant for whole epochs or steps ends with these", () => {
  for (const [until, epochs, steps, last] of [
    [0.29, 100, 1, 29],
    [0.57, 100, 3, 171],
    [0.29, 1, 100, 29],
    [0.7, 10, 7, 49],
    [0.55, 10, 1, 5],
  ]) {
    const pace = { period: 1 / steps, periodSteps: 1, until };
    const following = Array.from({ length: epochs * steps }, (_, i) => i + 1).filter((step) =>
      evolvesAfter({ evolution: pace, epochs }, step, steps),
    );
    expect([following.at(-1), following.length, countEvolutions(pace, epochs)]).toEqual([last, last, last]);
  }
  const options = { method: "npset", epochs: 100, evolution: { until: 0.29, removal: { last: 29 } } } as const;
  expect(trainConfig(options, { features: 12, classes: 3, samples: 40 }).evolution?.until).toBe(0.29);
  const late = { ...options, evolution: { until: 0.29, removal: { last: 30 } } };
  expect(() => trainConfig(late, { features: 12, classes: 3, samples: 40 })).toThrow(
    "evolutions end after epoch 29, and removals",
  );
});

test("a layer that falls is planned as it falls, whatever the removal's budget is", () => {
  const planned = (budget: "constant" | "shrinking") => {
    const evolution = { allocate: "cubic", removal: { amount: 0.1, budget } } as const;
    const options = { ...BASE, method: "npset", evolution } as const;
    return plannedConnections(trainConfig(options, { features: 12, classes: 3, samples: 40 }));
  };
  expect(planned("shrinking")).toEqual(planned("constant"));
  expect(planned("shrinking")[7].slice(0, 2)).toEqual(LAST.slice(0, 2));
});

test("after each evolution a layer has what the course says, in buffers of that size, and what epsilon says in the end", async () => {
  for (const prune of WHOLE ? (["magnitude", "global"] as const) : (["global"] as const)) {
    const options = { evolution: { allocate: "cubic", densityStart: 0.6, until: 0.8, prune, zeta: 0.2 } } as const;
    const { networks, evolutions, start, history } = await run(createCpuDevice({ threads: 1 }), options);
    expect(start.layers.map(({ nnz }) => nnz)).toEqual([0.6 * CELLS[0], 0.6 * CELLS[1], 90]);
    expect(evolutions.map(({ epoch }) => epoch)).toEqual([1, 2, 3, 4, 5, 6]);
    const planned = plannedConnections(trainConfig({ ...BASE, ...options }, { features: 12, classes: 3, samples: 36 }));
    for (const [i, { layers, bytesBefore, bytesAfter }] of evolutions.entries()) {
      const rest = (1 - (i + 1) / 6) ** 3;
      const expected = LAST.map((last, l) => Math.round(last + (start.layers[l].nnz - last) * rest));
      const found = layers.map(({ nnz }) => nnz);
      if (prune === "magnitude") expect(found).toEqual(expected);
      expect(found[0] + found[1], `evolution ${i}`).toBe(expected[0] + expected[1]);
      expect(planned[i + 1]).toEqual(expected);
      if (found[0] + found[1] < start.layers[0].nnz) expect(bytesAfter).toBeLessThan(bytesBefore);
    }
    for (const { topology } of networks[0].layers) if (topology) validateTopology(topology);
    expect(history.map(({ nnz }) => nnz)).toEqual(planned.map((layers) => layers.reduce((sum, nnz) => sum + nnz, 0)));
  }
});

test("with zeta 0 the largest weights stay, and nothing grows", async () => {
  const evolution = { allocate: "cubic", prune: "magnitude", zeta: 0, period: 7 } as const;
  const device = createCpuDevice({ threads: 1 });
  const [before] = (await run(device, { evolution, until: 7 })).networks; // as it was before the only evolution
  const saves: SavedModel[] = [];
  const { evolutions } = await run(device, { evolution, onCheckpoint: (saved) => void saves.push(saved) });
  expect(evolutions[0].layers.map(({ nnz, regrown }) => [nnz, regrown])).toEqual(LAST.map((nnz) => [nnz, 0]));
  for (const layer of [0, 1]) {
    const sizes = [...before.layers[layer].params.values].map(Math.abs).sort((a, b) => b - a);
    const kept = [...saves[6].network.layers[layer].params.values].map(Math.abs).sort((a, b) => b - a);
    expect(kept).toEqual(sizes.slice(0, LAST[layer]));
  }
});

test("with zeta 0 no sign keeps a connection too many", async () => {
  const device = createCpuDevice({ threads: 1 });
  for (const seed of [1, 2, 3]) {
    const { evolutions } = await run(device, { seed, epochs: 4, evolution: { allocate: "cubic", prune: "set", zeta: 0 } });
    expect(evolutions.at(-1)?.layers.map(({ nnz }) => nnz)).toEqual(LAST);
  }
});

test("what could not fall is refused before anything is trained", () => {
  const config = (evolution: object, more: object = {}) =>
    trainConfig({ ...BASE, ...more, evolution }, { features: 12, classes: 3, samples: 36 });
  expect(config({ allocate: "cubic" }).evolution).toMatchObject({ densityStart: 0.5, allocate: "cubic" });
  expect(config({}).evolution).not.toHaveProperty("densityStart");
  expect(() => config({ densityStart: 0.4 })).toThrow("choose cubic or sigmoid");
  expect(() => config({ allocate: "cubic", prune: "none" })).toThrow("pruner none prunes none");
  expect(() => config({ allocate: "cubic", densityStart: 0.1 })).toThrow("no layer that evolves has a density below 0.1");
  expect(() => config({ allocate: "sigmoid", period: 8 })).toThrow("there are none in 8 epochs");
  expect(() => config({ until: 0.2, removal: { last: 4 } }, { method: "npset" })).toThrow("evolve until: ");
  for (const bad of [0, 1.1, Number.NaN]) expect(() => config({ until: bad })).toThrow("evolve until: ");
  expect(config({ until: 1 }).evolution).not.toHaveProperty("until");
});

for (const [name, open] of EVERY_DEVICE) {
  matrixTest(`falling layers keep to the same counts, and are resumed to the same bits, on ${name}`, async () => {
    const device = await open();
    const kinds = [
      { evolution: { allocate: "cubic", prune: "global", grow: "gradient", period: "7steps", until: 0.75 } },
      { evolution: { allocate: "sigmoid", removal: { amount: 0.4, first: 1, last: 4 } }, method: "npset" },
    ] as const;
    for (const more of name === "webgpu" ? kinds.slice(0, 1) : kinds) {
      const saves: SavedModel[] = [];
      const whole = await run(device, { ...more, onCheckpoint: (saved) => void saves.push(saved) });
      const rest = await run(device, { ...more, resume: decodeCheckpoint(encodeCheckpoint(saves[2])) });
      expectSameState(rest.networks[0], whole.networks[0]);
      expect(rest.evolutions).toEqual(whole.evolutions);
      for (const { topology } of whole.networks[0].layers) if (topology) validateTopology(topology);
    }
    await device.dispose();
  });
}

matrixTest("a member of an ensemble falls as it does alone, by any number of threads", async () => {
  const more = { evolution: { allocate: "sigmoid", prune: "set", period: 2 }, hidden: [100, 80] } as const;
  const all = [1, 3].map((threads) => createCpuDevice({ threads }));
  const [members, again] = await Promise.all(all.map((device) => run(device, { ...more, members: 2 })));
  for (const [member, network] of members.networks.entries()) {
    expectSameState(again.networks[member], network);
    expectSameState((await run(all[0], { ...more, member } as TrainOptions)).networks[0], network);
  }
  await Promise.all(all.map((device) => device.dispose()));
});
