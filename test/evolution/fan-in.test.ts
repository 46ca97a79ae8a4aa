import fc from "fast-check";
import { expect, test } from "vitest";
import { raiseEvenly } from "../../src/evolution/growers/fan-in.js";
import { REMOVAL_SCHEDULES } from "../../src/evolution/schedules.js";
import type { SavedModel } from "../../src/io/saved-model.js";
import { TOPOLOGIES } from "../../src/methods/topologies/index.js";
import { fanIn, type Topology, validateTopology } from "../../src/sparse/topology.js";
import { trainConfig } from "../../src/train/config.js";
import { train } from "../../src/train/train.js";
import { random } from "../../src/util/random.js";
import { BASE, DATA, EVERY_DEVICE } from "../extend/trained.js";
import { matrixTest, numRuns } from "../matrix.js";

// Constant fan-in, and neurons that leave because few of their cells count (SRigL).

test("the least are raised one by one, the first of equals first", () => {
  const any = fc.tuple(fc.array(fc.nat(9), { minLength: 1, maxLength: 12 }), fc.nat(40));
  fc.assert(
    fc.property(any, ([given, count]) => {
      const degrees = [...given];
      for (let i = 0; i < count; i++) degrees[degrees.indexOf(Math.min(...degrees))]++;
      expect([...raiseEvenly(Uint32Array.from(given), count)]).toEqual(degrees.map((degree, row) => degree - given[row]));
    }),
    numRuns(200),
  );
});

test("rows begin with as many inputs each, or one more, drawn anew in each", () => {
  for (const [rows, cols, density] of [
    [30, 40, 0.11],
    [7, 5, 0.99],
    [300, 3, 0.1],
  ]) {
    const layer = TOPOLOGIES["fan-in"].connect?.(rows, cols, density, random(2, "fan-in")) as Topology;
    validateTopology(layer);
    expect(layer.nnz).toBe(Math.round(density * rows * cols));
    const degrees = fanIn(layer);
    expect(Math.max(...degrees) - Math.min(...degrees)).toBeLessThanOrEqual(1);
    expect(new Set(layer.colIdx).size).toBe(cols);
  }
});

test("neurons leave whose score is below the fraction of the mean; scores below 0 are refused", () => {
  const { leaving } = REMOVAL_SCHEDULES.below;
  const removal = { amount: 0.3, first: 1, last: 9, every: 1 };
  expect(leaving?.(removal, [10, 2, 3, 10, 0, 11])).toBe(1 + 0); // 0.3 x 6 is 1.8
  expect(leaving?.({ ...removal, amount: 0.5 }, Float64Array.of(10, 2, 3, 10, 0, 11))).toBe(2);
  expect(() => leaving?.(removal, [1, -2])).toThrow("removal schedule below: it goes by scores of at least 0");
  const data = { features: 8, classes: 2, samples: 90 };
  const config = (more: object) =>
    trainConfig({ method: "srigl", hidden: [9], epsilon: 1, evolution: { removal: more } }, data).evolution?.removal;
  expect(config({ last: undefined })).toMatchObject({ score: "ablation", schedule: "below", amount: 0.3, first: 1 });
  expect(config({ amount: 0.95 })).toMatchObject({ schedule: "below", amount: 0.95 });
  expect(() => config({ inputAmount: 0.5 })).toThrow("schedule below goes by scores of neurons, and inputs have none");
  const small = () => trainConfig({ method: "dense-small", hidden: [9], evolution: { removal: { schedule: "below" } } }, data);
  expect(small).toThrow("with removal schedule below it is not known how many neurons");
});

for (const [name, open] of EVERY_DEVICE) {
  matrixTest(`neurons keep a constant fan-in, also as some leave, on ${name}`, async () => {
    const device = await open();
    const saves: SavedModel[] = [];
    const evolution = { period: 1, until: 1, removal: { last: 3, amount: 0.8 } };
    const options = { ...BASE, method: "srigl", hidden: [24, 20], evolution, device } as const;
    const model = await train(DATA, { ...options, onCheckpoint: (saved) => void saves.push(saved) });
    await model.dispose();
    expect(saves.length).toBe(BASE.epochs);
    for (const { network } of saves)
      for (const { topology } of network.layers) {
        if (!topology) continue;
        validateTopology(topology);
        const degrees = fanIn(topology);
        expect(Math.max(...degrees) - Math.min(...degrees)).toBeLessThanOrEqual(1);
      }
    const last = saves[saves.length - 1].network.layers;
    expect(last[0].out + last[1].out).toBeLessThan(44);
    const connections = saves.map(({ network }) => network.layers[0].topology?.nnz);
    expect(new Set(connections).size).toBe(1); // what leaves grows elsewhere
    await device.dispose();
  });
}
