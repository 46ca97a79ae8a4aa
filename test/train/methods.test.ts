import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createCpuDevice } from "../../src/device/cpu/device.js";
import { COMPARED, layOut, METHODS, type MethodName } from "../../src/methods/index.js";
import { smallDense } from "../../src/methods/layouts/dense-small.js";
import { trainConfig } from "../../src/train/config.js";
import type { TrainOptions } from "../../src/train/options.js";
import { train } from "../../src/train/train.js";
import { blobs } from "./blobs.js";

// What each method starts with, changes and ends with.

const set = blobs({ samples: 30, features: 40, classes: 4 });
const hidden = [60, 30];
const epsilon = 5;

const erdosRenyi = (sizes: number[]) =>
  sizes.slice(1).map((out, i) => Math.min(out * sizes[i], Math.round(epsilon * (out + sizes[i]))));
const total = (counts: readonly number[]) => counts.reduce((a, b) => a + b, 0);

async function run(method: MethodName, more: TrainOptions = {}) {
  const options = { hidden: method === "linear" ? undefined : hidden, epsilon, epochs: 10, batch: 10, ...more };
  const model = await train({ train: set }, { ...options, method, device: createCpuDevice() });
  return { ...model, nnz: model.layers.map((layer) => layer.nnz), sizes: model.history.map(({ neurons }) => neurons) };
}

const start = erdosRenyi([40, 60, 30, 4]); // the output's density, 1.42, is above 0.6: dense

describe("the output layer", () => {
  const at = (output: TrainOptions["output"], eps: number) =>
    trainConfig({ method: "set", hidden, epsilon: eps, output }, { features: 40, classes: 4, samples: 30 }).layout.densities[2];

  test("is dense above a density of 0.6, unless another choice is made", () => {
    expect(at("auto", 5)).toBeNull();
    expect(at("auto", 2.2)).toBeNull(); // 2.2 * 34 / 120 = 0.62
    expect(at("auto", 2)).toBeCloseTo(68 / 120, 12);
    expect(at("sparse", 2.2)).toBeCloseTo((2.2 * 34) / 120, 12);
    expect(at("sparse", 5)).toBeNull(); // density 1 is dense
    expect(at("fixed", 2.2)).toBeCloseTo((2.2 * 34) / 120, 12);
    expect(at("dense", 2)).toBeNull();
  });

  test("keeps its connections when it is fixed, and is rewired when it is sparse", async () => {
    const rewired = async (output: TrainOptions["output"]) => {
      const { evolutions } = await run("set", { output, epsilon: 2 });
      return evolutions.map(({ layers }) => layers[2].pruned > 0);
    };
    expect(new Set(await rewired("fixed"))).toEqual(new Set([false]));
    expect(new Set(await rewired("sparse"))).toEqual(new Set([true]));
  });
});

describe("method", () => {
  test("set keeps Erdos-Renyi's connections and all neurons, and evolves after every epoch but the last", async () => {
    const { nnz, sizes, evolutions } = await run("set");
    expect(nnz).toEqual(start);
    expect(new Set(sizes.map(String))).toEqual(new Set(["40,60,30,4"]));
    expect(evolutions.map(({ epoch }) => epoch)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
    for (const { layers } of evolutions) {
      expect(layers.map(({ regrown }) => regrown)).toEqual(layers.map(({ pruned }) => pruned));
      expect(layers[0].pruned).toBeGreaterThan(0.25 * start[0]);
    }
  });

  test("npset ends with half of its hidden neurons and the same connections, as far as the smaller layers hold them", async () => {
    const { nnz, neurons, sizes } = await run("npset");
    expect(neurons.final).toEqual([40, 30, 15, 4]);
    expect(nnz).toEqual([Math.min(500, 40 * 30), Math.min(450, 30 * 15), 4 * 15]);
    const widths = sizes.map((size) => size[1]);
    expect(widths.every((width, i) => i === 0 || width <= widths[i - 1])).toBe(true);
  });

  test("npset with a shrinking budget loses the connections of the neurons that leave", async () => {
    const { nnz, evolutions } = await run("npset", { evolution: { removal: { budget: "shrinking" } } });
    expect(nnz[0]).toBeLessThan(500);
    expect(500 - nnz[0]).toBe(total(evolutions.map(({ layers }) => layers[0].lost)));
  });

  test("static never changes", async () => {
    const { nnz, evolutions } = await run("static");
    expect(nnz).toEqual(start);
    expect(evolutions).toEqual([]);
  });

  test("static-np only loses: neurons, and connections with them", async () => {
    const { nnz, neurons, evolutions } = await run("static-np");
    expect(neurons.final).toEqual([40, 30, 15, 4]);
    for (const { layers } of evolutions) for (const { pruned, regrown } of layers) expect([pruned, regrown]).toEqual([0, 0]);
    expect(500 - nnz[0]).toBe(total(evolutions.map(({ layers }) => layers[0].lost)));
    expect(nnz[0]).toBeLessThan(500);
  });

  test("set-half starts at half the widths with the connections npset ends with", async () => {
    const [half, npset] = [await run("set-half"), await run("npset")];
    expect(half.neurons.initial).toEqual(npset.neurons.final);
    expect(half.nnz).toEqual(npset.nnz);
    expect(half.neurons.final).toEqual(half.neurons.initial);
  });

  test("dense has every connection, linear no hidden layer", async () => {
    expect((await run("dense")).nnz).toEqual([2400, 1800, 120]);
    const { nnz, neurons } = await run("linear");
    expect([nnz, neurons.initial]).toEqual([[160], [40, 4]]);
  });

  test.each(COMPARED)("%s learns", async (method) => {
    const { history } = await run(method, { epochs: 12, lr: 0.05 });
    expect(history[11].trainAccuracy).toBeGreaterThan(0.9);
  });

  test("an option that a method cannot follow is refused", () => {
    const config = (options: TrainOptions) => trainConfig(options, { features: 40, classes: 4, samples: 30 });
    expect(() => config({ method: "set", evolution: { removal: { amount: 0.3 } } })).toThrow("method set removes no neurons");
    expect(() => config({ method: "set-half", evolution: { removal: { amount: 0.3 } } })).toThrow("set-half removes no neurons");
    expect(() => config({ method: "static-np", evolution: { removal: { budget: "constant" } } })).toThrow("grows nothing");
    expect(() => config({ method: "npset", evolution: { removal: null } })).toThrow("method npset removes neurons");
    expect(() => config({ method: "set", hidden: [] })).toThrow("needs at least one hidden layer");
    expect(() => config({ method: "sett" as MethodName })).toThrow('did you mean "set"');
  });
});

describe("dense-small", () => {
  const parameters = (sizes: number[]) => sizes.slice(1).reduce((sum, out, i) => sum + out * (sizes[i] + 1), 0);

  test("has npset's planned final parameters, within 1 % or half a first-layer neuron, or is refused where one neuron a layer is too many", () => {
    const shape = fc.record({
      features: fc.integer({ min: 2, max: 5000 }),
      hidden: fc.array(fc.integer({ min: 8, max: 3000 }), { minLength: 1, maxLength: 3 }),
      classes: fc.integer({ min: 2, max: 20 }),
      epsilon: fc.double({ min: 2, max: 40, noNaN: true }),
      amount: fc.double({ min: 0.1, max: 0.9, noNaN: true }),
      budget: fc.constantFrom("constant" as const, "shrinking" as const),
    });
    fc.assert(
      fc.property(shape, ({ amount, budget, ...rest }) => {
        const data = { features: rest.features, classes: rest.classes, samples: 100 };
        const evolution = { removal: { amount, budget } };
        const { evolution: planned, layout } = trainConfig(
          { method: "npset", hidden: rest.hidden, epsilon: rest.epsilon, evolution },
          data,
        );
        const floor = planned?.removal?.floor ?? 0;
        // npset's end, from its start: hidden layers smaller by the amount, connections by the budget.
        const sizes = layout.sizes.map((n, i) =>
          i === 0 || i === layout.sizes.length - 1 ? n : Math.max(Math.min(n, floor), n - Math.round(amount * n)),
        );
        const connections = layout.densities.map((density, i) => {
          const cells = sizes[i] * sizes[i + 1];
          if (density === null) return cells;
          return budget === "constant"
            ? Math.min(cells, Math.round(density * layout.sizes[i] * layout.sizes[i + 1]))
            : Math.round(density * cells);
        });
        const target = total(connections) + total(sizes.slice(1));
        const removal = planned?.removal;
        const widthsOf = () =>
          smallDense({ ...rest, inputs: rest.features, output: "auto" }, removal ? { removal, epochs: 100, period: 1 } : null);
        const distance = (widths: number[]) => Math.abs(parameters([rest.features, ...widths, rest.classes]) - target);
        const allowed = (widths: number[]) => Math.max(0.01 * target, (rest.features + 1 + (widths[1] ?? rest.classes)) / 2);
        const ones = rest.hidden.map(() => 1);
        if (parameters([rest.features, ...ones, rest.classes]) > target && distance(ones) > allowed(ones)) {
          expect(widthsOf).toThrow(`npset would end with ${target} parameters`);
          return;
        }
        const widths = widthsOf();
        expect(widths.every((width) => width >= 1)).toBe(true);
        if (distance(widths) > allowed(widths)) expect.fail(`${widths} are ${distance(widths)} parameters from ${target}`);
      }),
      { seed: 1, numRuns: 300 },
    );
  });

  test("has no bottleneck: where all layers are as wide, none is narrower than all of them could be", () => {
    fc.assert(
      fc.property(
        fc.record({ inputs: fc.integer({ min: 50, max: 8000 }), classes: fc.integer({ min: 2, max: 20 }) }),
        fc.integer({ min: 2, max: 4 }),
        ({ inputs, classes }, layers) => {
          const hidden = new Array(layers).fill(500);
          const shape = { inputs, classes, hidden, epsilon: 10, output: "auto" as const };
          const { sizes, densities } = layOut(METHODS.set, shape, null);
          const target = total(sizes.slice(1)) + total(densities.map((p, i) => Math.round((p ?? 1) * sizes[i] * sizes[i + 1])));
          const narrowest = Math.min(...smallDense(shape, null));
          expect(parameters([inputs, ...hidden.map(() => narrowest + 1), classes])).toBeGreaterThan(target);
        },
      ),
      { seed: 1, numRuns: 100 },
    );
  });

  test.each([
    ["percentile", { schedule: "percentile", amount: 0.2, every: 3, first: 2, last: 30 } as const, 20, 1],
    ["a schedule that training cuts short", { last: 40 }, 20, 1],
    ["a period", { last: 9 }, 12, 5],
    ["a single epoch, after which nothing evolves", {}, 1, 1],
  ])("is matched to what npset really ends with under %s", async (_, removal, epochs, period) => {
    const evolution = { removal, period };
    const npset = await run("npset", { epochs, epsilon: 20, evolution });
    const { layout } = trainConfig(
      { method: "dense-small", hidden, epsilon: 20, epochs, evolution },
      { features: 40, classes: 4, samples: 30 },
    );
    const target = total(npset.nnz) + total(npset.neurons.final.slice(1));
    expect(Math.abs(parameters([...layout.sizes]) - target)).toBeLessThanOrEqual(
      Math.max(0.01 * target, (41 + layout.sizes[2]) / 2),
    );
  });
});

test("a misspelt option is refused by the nearest name, at every level", () => {
  const shape = { features: 4, classes: 2, samples: 10 };
  const refused = (options: object) => () => trainConfig(options as TrainOptions, shape);
  expect(refused({ hiden: [4] })).toThrow('"hiden" is unknown; did you mean "hidden"?');
  expect(refused({ evolution: { zetta: 0.2 } })).toThrow('did you mean "zeta"?');
  expect(refused({ evolution: { removal: { ammount: 0.2 } } })).toThrow('did you mean "amount"?');
  expect(refused({ optimizer: { momentun: 0.2 } })).toThrow('did you mean "momentum"?');
  expect(refused({ lr: { warmupp: 2 } })).toThrow('did you mean "warmup"?');
});
