import fc from "fast-check";
import { expect, it } from "vitest";
import { createCpuDevice, measure, train } from "../../src/api/index.js";
import { invertKl, klOfCoins, logChoose, meanAtMost } from "../../src/measure/kl.js";
import type { Landscape } from "../../src/measure/landscape.js";
import { fillNormal } from "../../src/measure/noise.js";
import { plainOf } from "../../src/measure/plain.js";
import { klOf, trainPosterior } from "../../src/measure/posterior.js";
import { firstWeights, keepsConnections, priceOf } from "../../src/measure/prior.js";
import { random } from "../../src/util/random.js";
import { gpuMatrixTest, matrixTest, numRuns } from "../matrix.js";
import { sharedGpu } from "../one-gpu.js";
import { blobs } from "../train/blobs.js";

const device = createCpuDevice({ threads: 1 });

it("kl is inverted, and gives the published bound of T-600 from its error and its KL", () => {
  const unit = fc.double({ min: 0, max: 0.99, noNaN: true });
  const holds = (q: number, most: number) => {
    const p = invertKl(q, most);
    expect(p).toBeGreaterThanOrEqual(q);
    if (p < 1 - 1e-9) expect(klOfCoins(q, p)).toBeCloseTo(most, 6);
  };
  fc.assert(fc.property(unit, fc.double({ min: 1e-6, max: 5, noNaN: true }), holds), numRuns(100));
  expect(invertKl(0, Math.LN2)).toBeCloseTo(0.5, 12); // -ln(1 - p)
  const paid = 5144 + Math.log((Math.PI ** 2 * 370 ** 2 * 55_000) / (6 * 0.025)); // their prior's variance is near 0.1 e^(-370 / 100)
  expect(invertKl(0.028, paid / 54_999)).toBeCloseTo(0.161, 3);
});

it("the mean of draws is below what is said of it, nearly always", () => {
  const rng = random(1, "means");
  let failed = 0;
  for (let run = 0; run < 400; run++) {
    let [sum, squares] = [0, 0];
    for (let i = 0; i < 50; i++) {
      const value = rng.float() ** 3; // its mean is 1/4
      sum += value;
      squares += value ** 2;
    }
    if (meanAtMost(sum, squares, 50, 0.1) < 0.25) failed++;
  }
  expect(failed).toBeLessThanOrEqual(40);
  const doubt = Math.log(200); // 20 coins that fell so 5 times have a variance of 15 / 76
  expect(meanAtMost(5, 5, 20, 0.01)).toBeCloseTo(
    Math.min(1, 0.25 + Math.sqrt((2 * 15 * doubt) / 76 / 20) + (7 * doubt) / 57),
    12,
  );
  expect(meanAtMost(50, 50, 2000, 0.01)).toBeLessThan(0.045);
});

it("ln C(n, k) is that of whole numbers", () => {
  for (const [n, k] of [
    [10, 3],
    [70, 35],
    [300, 7],
    [2000, 1000],
  ]) {
    let [ways, over] = [1n, 1n];
    for (let i = 1; i <= k; i++) [ways, over] = [ways * BigInt(n - k + i), over * BigInt(i)];
    const digits = String(ways / over);
    expect(logChoose(n, k)).toBeCloseTo(Math.log(Number(`0.${digits.slice(0, 17)}`)) + digits.length * Math.LN10, 8);
  }
});

it("noise is normal, and the same for the same names", () => {
  const drawn = new Float64Array(40_001);
  fillNormal(drawn, 3, 5);
  const moment = (power: number) => drawn.reduce((sum, value) => sum + value ** power, 0) / drawn.length;
  for (const [power, wanted, room] of [
    [1, 0, 0.02],
    [2, 1, 0.03],
    [3, 0, 0.06],
    [4, 3, 0.15],
  ])
    expect(Math.abs(moment(power) - wanted)).toBeLessThan(room);
  const again = new Float64Array(9);
  fillNormal(again, 3, 5);
  expect(again).toEqual(drawn.subarray(0, 9));
});

it("KL is the integral of ln(posterior / prior)", () => {
  const [mean, deviation, centre, variance] = [0.3, 0.7, -0.2, 1.3];
  const density = (x: number, m: number, v: number) => Math.exp(-((x - m) ** 2) / (2 * v)) / Math.sqrt(2 * Math.PI * v);
  let integral = 0;
  for (let x = -8; x < 8; x += 1e-3) {
    const q = density(x, mean, deviation ** 2);
    integral += 1e-3 * q * Math.log(q / density(x, centre, variance));
  }
  const posterior = { mean: Float64Array.of(mean), logDeviation: Float64Array.of(Math.log(deviation)) };
  expect(klOf(posterior, Float64Array.of(centre), variance)).toBeCloseTo(integral, 6);
});

it("trains to where the bound of a bowl-shaped loss, known in closed form, is flat", async () => {
  const [length, samples, steepness] = [6, 400, 3];
  const top = Float64Array.from({ length }, (_, k) => (k - 2) / 4);
  const bowl = (w: ArrayLike<number>) => {
    const gradient = Float64Array.from(w, (value, k) => steepness * (value - top[k]));
    return { loss: gradient.reduce((sum, g) => sum + g * g, 0) / (2 * steepness), gradient };
  };
  const landscape = { length, steps: 4, step: async (w: Float64Array) => bowl(w) } as unknown as Landscape;
  const [centre, start] = [new Float64Array(length), top.map((value) => value + 0.3)];
  const price = (variance: number) => 5 + 2 * Math.log(100 * Math.log(10 / variance));
  const found = await trainPosterior(landscape, { start, centre, samples, price, steps: 12_000, seed: 1 });
  /** The expectation of the loss over ln 2, and the root, at other means, deviations and variances. */
  const boundAt = (mean: Float64Array, logDeviation: Float64Array, variance: number) => {
    const spread = logDeviation.reduce((sum, log) => sum + Math.exp(2 * log), 0);
    const expected = bowl(mean).loss + (steepness / 2) * spread;
    return (
      expected / Math.LN2 + Math.sqrt((klOf({ mean, logDeviation }, centre, variance) + price(variance)) / (2 * (samples - 1)))
    );
  };
  const { mean, logDeviation, variance } = found;
  const least = boundAt(mean, logDeviation, variance);
  expect(least).toBeLessThan(
    0.8 *
      boundAt(
        start,
        logDeviation.map(() => -1),
        0.3,
      ),
  );
  for (const by of [-0.15, 0.15]) {
    for (let k = 0; k < length; k++) {
      expect(boundAt(mean.with(k, mean[k] + by), logDeviation, variance)).toBeGreaterThan(least);
      expect(boundAt(mean, logDeviation.with(k, logDeviation[k] + 3 * by), variance)).toBeGreaterThan(least);
    }
    expect(boundAt(mean, logDeviation, variance * Math.exp(5 * by))).toBeGreaterThan(least);
  }
});

const set = blobs({ samples: 120, features: 6, classes: 2 });
const run = async (options: object) => {
  const model = await train({ train: set }, { hidden: [12], epsilon: 2, epochs: 3, inputs: "raw", device, ...options });
  return model.save();
};

it("knows the first weights of connections, and what those that samples chose cost", async () => {
  const still = { rate: 1e-30 };
  const kept = await run({ method: "static", lr: still });
  expect(firstWeights(kept, plainOf(kept).state)?.layers.map(({ params }) => params.values)).toEqual(
    kept.network.layers.map(({ params }) => params.values),
  );
  expect(keepsConnections(kept)).toBe(true);
  expect(keepsConnections(await run({ method: "dense" }))).toBe(true);
  const chosen = await run({ method: "snip" }); // by samples, before training
  expect([keepsConnections(chosen), firstWeights(chosen, chosen.network)]).toEqual([false, undefined]);

  const saved = await run({ method: "npset", lr: still, evolution: { removal: { first: 1, last: 2, amount: 0.5 } } });
  expect(keepsConnections(saved)).toBe(false);
  const state = firstWeights(saved, plainOf(saved).state);
  let same = 0;
  for (const [i, { params }] of saved.network.layers.entries())
    for (const [k, value] of params.values.entries()) {
      const first = state?.layers[i].params.values[k];
      if (Math.abs(value) < 1e-20) continue; // it grew
      expect(first).toBe(value);
      same++;
    }
  expect(same).toBeGreaterThan(5);
  const { layers } = saved.network;
  expect(layers[0].out).toBeLessThan(12);
  const { out } = layers[0];
  const neurons = logChoose(12, out) + Math.log(13);
  const cost = layers.map(({ topology, in: inputs, out: rows }) => {
    const cells = inputs * rows;
    return topology ? logChoose(cells, topology.nnz) + Math.log(cells + 1) : 0;
  });
  expect(priceOf(saved)).toBeCloseTo(neurons + cost[0] + cost[1], 10);
  const model = await train({ train: set }, { start: saved, method: "set", epochs: 1, device });
  const further = await model.save();
  expect(() => priceOf(further)).toThrow("the model started from another");
});

matrixTest("bounds the error on new samples, and pays for connections and for what was tried", async () => {
  const fresh = blobs({ samples: 400, features: 6, classes: 2, seed: 9 });
  const saved = await run({ method: "set" });
  const asked = { bound: true, steps: 80, draws: 400, batch: 40, boxes: [] };
  const { bound } = await measure(device, saved, set, asked);
  if (!bound) throw new Error("no bound");
  expect(bound.confidence).toBeCloseTo(0.965, 12);
  expect(bound.connectionsPrice).toBe(priceOf(saved));
  expect(bound.prior.centre).toBe("initial");
  expect(bound.errorAtMost).toBeGreaterThan(bound.error);
  expect(bound.bound).toBeGreaterThan(bound.errorAtMost);

  const known = { ...asked, unseen: true, prior: "model", tried: 8 } as const;
  const { bound: other } = await measure(device, saved, fresh, known);
  expect(other?.connectionsPrice).toBe(0);
  expect(other?.triedPrice).toBeCloseTo(Math.log(8), 12);
  expect(other?.bound).toBeLessThan(0.5);
  expect((await measure(device, saved, fresh, known)).bound).toEqual(other);
  await expect(measure(device, saved, set, { ...asked, prior: "model" })).rejects.toThrow("measure: prior: the model's own");
});

gpuMatrixTest({ name: "webgpu" })("is the same bound on WebGPU, but for rounding", async () => {
  const saved = await run({ method: "static" });
  const asked = { bound: true, steps: 40, draws: 60, batch: 40, boxes: [] };
  const [cpu, gpu] = [await measure(device, saved, set, asked), await measure(await sharedGpu(), saved, set, asked)];
  for (const key of ["bound", "error", "errorAtMost", "kl"] as const)
    expect(gpu.bound?.[key]).toBeCloseTo(cpu.bound?.[key] ?? Number.NaN, 3);
});

it("refuses what it cannot measure, in one line", async () => {
  const asked = { hidden: [5], epochs: 1, device } as const;
  const ensemble = await run({ members: 2 });
  await expect(measure(device, ensemble, set)).rejects.toThrow(
    "measure: the model is an ensemble of 2 networks; measures are of one",
  );
  const targets = Float64Array.from({ length: 120 }, (_, i) => set.x[6 * i] + i);
  const numbers = { ...set, classes: [], targets, targetNames: ["t"] };
  const regression = await (await train({ train: numbers }, { ...asked, task: "regression" })).save();
  await expect(measure(device, regression, numbers, { bound: true })).rejects.toThrow(
    "measure: bound: it is of the error of classes",
  );
  const { margins, overMargin, sharpness } = await measure(device, regression, numbers, { iterations: 1 });
  expect([margins, overMargin]).toEqual([null, null]);
  expect(sharpness).toHaveLength(2);
  const normed = await run({ norm: "batch" });
  await expect(measure(device, normed, set, { bound: true, prior: "initial" })).rejects.toThrow(
    "the first weights are not known",
  );
  expect((await measure(device, normed, set, { boxes: [] })).margins?.quantiles).toHaveLength(8);
});
