import { expect, test } from "vitest";
import { createCpuDevice } from "../../src/device/cpu/device.js";
import { TOPOLOGIES } from "../../src/methods/topologies/index.js";
import type { Sizes } from "../../src/methods/topologies/rule.js";
import { fanIn, type Topology, validateTopology } from "../../src/sparse/topology.js";
import { trainConfig } from "../../src/train/config.js";
import type { TrainOptions } from "../../src/train/options.js";
import { train } from "../../src/train/train.js";
import { random } from "../../src/util/random.js";
import { BASE, DATA } from "../extend/trained.js";

// How first connections are dealt to layers.

const sum = (numbers: readonly number[]) => numbers.reduce((total, one) => total + one, 0);
const cells = (layers: readonly Sizes[]) => layers.map((one) => one.in * one.out);

/** Layers of random sizes, and an epsilon with which some are full. */
function drawn(seed: number) {
  const rng = random(seed, "layers");
  const sizes = Array.from({ length: 2 + rng.below(4) }, () => 2 + rng.below(60));
  const layers = sizes.slice(1).map((out, i) => ({ in: sizes[i], out }));
  const epsilon = 0.5 + 10 * rng.float();
  return { layers, epsilon, total: epsilon * sum(layers.map((one) => one.in + one.out)) };
}

/** By bisection: the scale with which min(cells, scale (in + out)) adds up to the total, or to all cells. */
function erkByBisection({ layers, total }: ReturnType<typeof drawn>): number[] {
  const given = (scale: number) => layers.map((one) => Math.min(one.in * one.out, scale * (one.in + one.out)));
  let [low, high] = [0, 1e4];
  for (let i = 0; i < 200; i++) {
    const middle = (low + high) / 2;
    if (sum(given(middle)) < total) low = middle;
    else high = middle;
  }
  return given(high).map((connections, i) => connections / cells(layers)[i]);
}

test("erk deals all of its connections, whatever is full; uniform as many as erdos-renyi, to all alike", () => {
  for (let seed = 0; seed < 100; seed++) {
    const question = drawn(seed);
    const expected = erkByBisection(question);
    const erk = TOPOLOGIES.erk.densities(question);
    for (const [i, density] of erk.entries()) expect(density).toBeCloseTo(expected[i], 9);
    const uniform = TOPOLOGIES.uniform.densities(question);
    expect(new Set(uniform).size).toBe(1);
    const evenly = question.layers.map((one) => Math.min(1, (question.epsilon * (one.in + one.out)) / (one.in * one.out)));
    expect(TOPOLOGIES["erdos-renyi"].densities(question)).toEqual(evenly);
    const all = cells(question.layers);
    expect(uniform[0] * sum(all)).toBeCloseTo(sum(evenly.map((density, i) => density * all[i])), 6);
  }
});

const layoutOf = (options: TrainOptions) =>
  trainConfig({ method: "set", hidden: [300, 100], ...options }, { features: 784, classes: 10, samples: 100 });

test("LeNet-300-100 at 5 % of its cells: a dense output costs the others what it takes beyond its part", () => {
  const epsilon = (0.05 * 266_200) / (784 + 300 + 300 + 100 + 100 + 10);
  const connections = (topology: "erk" | "uniform" | "erdos-renyi", output: "auto" | "sparse" = "auto") => {
    const { densities } = layoutOf({ epsilon, topology, output }).layout;
    return [235_200, 30_000, 1_000].map((all, i) => all * (densities[i] ?? 1));
  };
  expect(sum(connections("erk"))).toBeCloseTo(13_310, 6);
  expect(sum(connections("erk", "sparse"))).toBeCloseTo(13_310, 6);
  expect(sum(connections("erdos-renyi"))).toBeGreaterThan(13_350);
  const [first, second, last] = connections("uniform");
  expect(first / 235_200).toBeCloseTo(second / 30_000, 12);
  expect(last).toBe(1000);
  expect(() => layoutOf({ epsilon: 0.01, topology: "erk", output: "dense" })).toThrow(
    "topology erk: the dense output takes 1000",
  );
  expect(() => layoutOf({ topology: "uniforn" as "uniform" })).toThrow('did you mean "uniform"');
  expect(layoutOf({})).not.toHaveProperty("topology");
});

test("training starts with it, and is not resumed with another", async () => {
  const device = createCpuDevice({ threads: 1 });
  const options = { ...BASE, method: "rigl", topology: "uniform", hidden: [20, 20], epochs: 2, device } as const;
  const model = await train(DATA, options);
  const [first, second, last] = model.layers.map(({ density }) => density);
  expect(Math.abs(first - second)).toBeLessThan(0.01);
  expect(Math.abs(first - last)).toBeLessThan(0.01);
  const resume = await model.save();
  await model.dispose();
  await expect(train(DATA, { ...options, topology: "erk", epochs: 3, resume })).rejects.toThrow(
    'topology was "uniform" and is "erk"',
  );
});

test("small-world connects outputs to inputs around a ring, and a tenth elsewhere", () => {
  const { connect } = TOPOLOGIES["small-world"];
  for (const [rows, cols, density] of [
    [300, 400, 0.05],
    [7, 5, 0.9],
    [3, 200, 0.004],
    [200, 3, 0.4],
  ]) {
    const layer = connect?.(rows, cols, density, random(1, "ring")) as Topology;
    validateTopology(layer);
    expect(layer.nnz).toBe(Math.round(density * rows * cols));
    expect(layer).toEqual(connect?.(rows, cols, density, random(1, "ring")));
    const degrees = fanIn(layer);
    expect(Math.max(...degrees) - Math.min(...degrees)).toBeLessThanOrEqual(1);
  }
  const wide = connect?.(300, 400, 0.05, random(2, "ring")) as Topology;
  let far = 0;
  for (let row = 0; row < 300; row++)
    for (const col of wide.colIdx.subarray(wide.rowPtr[row], wide.rowPtr[row + 1])) {
      const away = Math.abs(col - ((row + 0.5) * 400) / 300);
      far += Number(Math.min(away, 400 - away) > 11); // each has 20
    }
  const expected = 0.1 * (1 - 22 / 400);
  expect(Math.abs(far / wide.nnz - expected)).toBeLessThan(5 * Math.sqrt((expected * (1 - expected)) / wide.nnz));
});

test("training begins with the cells of its topology", async () => {
  const device = createCpuDevice({ threads: 1 });
  const model = await train(DATA, { ...BASE, method: "static", epochs: 1, topology: "small-world", device });
  const [layer] = (await model.save()).network.layers;
  const { topology } = layer;
  const density = (topology?.nnz ?? 0) / (layer.in * layer.out);
  expect(topology).toEqual(TOPOLOGIES["small-world"].connect?.(layer.out, layer.in, density, random(BASE.seed, "topology", 0)));
  await model.dispose();
});
