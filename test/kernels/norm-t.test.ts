import { describe, test } from "vitest";
import { normT } from "../../src/kernels/norm-t.js";
import { random } from "../../src/util/random.js";
import { gpuMatrixTest } from "../matrix.js";
import {
  concat,
  devices,
  expectEqual,
  expectWithin,
  normals,
  runKernel,
  strideOf,
  type TestDevice,
  tolerance,
} from "./harness.js";
import { expectStep, HYPER, RATES, RULES, type Rule, ruleOf, section } from "./rules.js";

const all = await devices();
const [EPS, MOMENTUM] = [2 ** -10, 0.125];

type Constants = Readonly<Record<string, number>>;

/** Columns without a sample hold numbers that would tell. */
function inputs([neurons, share, batch]: readonly number[]) {
  const rng = random(3, "norm-t");
  const rows = neurons * share;
  const stride = strideOf(batch) + 4;
  const rowsOf = (value: (row: number) => Float32Array) => {
    const array = new Float32Array(rows * stride).fill(1e6);
    for (let row = 0; row < rows; row++) array.set(value(row), row * stride);
    return array;
  };
  const x = rowsOf((row) => normals(rng, batch).map((value) => row / 4 + (1 + (row % 3)) * value));
  const packed = () => concat([normals(rng, rows), normals(rng, 2 * rows).map(Math.abs)]);
  const running = concat([normals(rng, rows), normals(rng, rows).map((value) => value ** 2)]);
  return { neurons, share, batch, stride, x, delta: rowsOf(() => normals(rng, batch)), gamma: packed(), bias: packed(), running };
}
type Inputs = ReturnType<typeof inputs>;

async function run({ device }: TestDevice, given: Inputs, constants: Constants, rule: Rule | "gradient") {
  const { neurons, share, batch, stride, x, delta, gamma, bias, running } = given;
  const { optimiser, params } = ruleOf(rule);
  const own = constants.GAMMA !== 0;
  return runKernel(device, normT, {
    params: { rows: neurons * share, share, quads: stride / 4, eps: EPS, momentum: MOMENTUM, ...params },
    arrays: {
      cursor: Uint32Array.of(0, batch, 3, 0),
      rates: Float32Array.of(...RATES, 0),
      x,
      delta,
      gamma: own ? gamma : null,
      bias: own ? bias : null,
      running,
    },
    constants,
    pieces: { optimiser },
  });
}

/** By the chain rule, term by term: dmean and dvariance first. */
function expected({ neurons, share, batch: n, stride, x, delta, gamma, running }: Inputs, { GAMMA = 1 }: Constants) {
  const rows = neurons * share;
  const found = { delta: new Float64Array(rows * stride), gamma: new Float64Array(rows), bias: new Float64Array(rows) };
  const [sizes, statistics, sizeOf] = [new Float64Array(rows * stride), Float64Array.from(running), new Float64Array(2 * rows)];
  for (let row = 0; row < rows; row++) {
    const own = Array.from(x.subarray(row * stride, row * stride + n));
    const d = Array.from(delta.subarray(row * stride, row * stride + n));
    const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
    const mean = sum(own) / n;
    const variance = sum(own.map((value) => (value - mean) ** 2)) / n;
    const sigma = Math.sqrt(variance + EPS);
    const factor = GAMMA ? gamma[row] : 1;
    const ofXh = d.map((value) => value * factor);
    const ofVariance = sum(own.map((value, b) => ofXh[b] * (value - mean) * -0.5 * sigma ** -3));
    const ofMean = -sum(ofXh) / sigma - (2 * ofVariance * sum(own.map((value) => value - mean))) / n;
    const most = Math.max(...own.map((value) => Math.abs(value - mean) + Math.abs(mean))) / sigma;
    for (const [b, value] of own.entries()) {
      found.delta[row * stride + b] = ofXh[b] / sigma + (ofVariance * 2 * (value - mean)) / n + ofMean / n;
      sizes[row * stride + b] = (2 * Math.max(...ofXh.map(Math.abs)) * (1 + most ** 2)) / sigma;
    }
    found.bias[row] = sum(d);
    found.gamma[row] = sum(own.map((value, b) => (d[b] * (value - mean)) / sigma));
    const k = (row % share) * neurons + Math.floor(row / share);
    statistics[k] += MOMENTUM * (mean - running[k]);
    statistics[rows + k] += MOMENTUM * ((variance * n) / (n - 1) - running[rows + k]);
    sizeOf[k] = Math.abs(running[k]) + Math.max(...own.map(Math.abs));
    sizeOf[rows + k] = Math.abs(running[rows + k]) + 2 * Math.max(...own.map((value) => value ** 2));
  }
  return { ...found, sizes, statistics, sizeOf };
}

describe.each(all)("norm-t on $name", (on) => {
  const compare = async (constants: Constants) => {
    const shapes =
      constants.GAMMA === 0
        ? [[5, 3, 9]]
        : [
            [1, 1, 2],
            [5, 1, 130],
            [37, 1, 9],
          ];
    for (const shape of shapes) {
      const given = inputs(shape);
      const rows = given.neurons * given.share;
      const found = await run(on, given, constants, "gradient");
      const { delta, gamma, bias, sizes, statistics, sizeOf } = expected(given, constants);
      const bounds = (size: Float64Array) => size.map((sum) => tolerance(on, 2 * given.batch + 40, sum));
      expectWithin(found.delta, delta, bounds(sizes), `delta of ${shape}`);
      expectWithin(found.running, statistics, bounds(sizeOf), `running statistics of ${shape}`);
      if (constants.GAMMA === 0) continue;
      const all = new Float64Array(rows).fill(40 * given.batch);
      expectWithin(section(found.gamma, rows, 1), gamma, bounds(all), `gradient of gamma, ${shape}`);
      expectWithin(section(found.bias, rows, 1), bias, bounds(all), `gradient of bias, ${shape}`);
      expectEqual(section(found.gamma, rows, 0), section(given.gamma, rows, 0), "gamma");
    }
  };
  const USES: readonly Constants[] = [{}, { LANES: 1 }, { GAMMA: 0 }, { GAMMA: 0, LANES: 1 }, { WG: 32, LANES: 4 }];

  test("is the chain rule's", () => compare(USES[0]));

  gpuMatrixTest(on).each(USES.slice(1))("is the chain rule's: %o", compare);

  for (const rule of RULES)
    gpuMatrixTest(on)(`${rule} steps gamma without decay and the bias with it`, async () => {
      const given = inputs([21, 1, 31]);
      const stored = await run(on, given, {}, "gradient");
      const after = await run(on, given, {}, rule);
      for (const [name, decay] of [
        ["gamma", 0],
        ["bias", HYPER.decay],
      ] as const) {
        const sections = (a: ArrayLike<number>) => [section(a, 21, 0), section(a, 21, 1), section(a, 21, 2)] as const;
        expectStep(rule, sections(given[name]), sections(after[name]), section(stored[name], 21, 1), decay, on.f64);
      }
      expectEqual(after.delta, stored.delta, "delta");
    });
});
