import { describe, test } from "vitest";
import { ACTIVATIONS } from "../../src/activations/index.js";
import { placesTable } from "../../src/device/place.js";
import { norm } from "../../src/kernels/norm.js";
import { hash4 } from "../../src/util/counter-random.js";
import { random } from "../../src/util/random.js";
import { gpuMatrixTest } from "../matrix.js";
import { concat, devices, expectEqualBits, expectWithin, normals, runKernel, strideOf, tolerance, unpadded } from "./harness.js";
import { MEMBER_SIZES, placesOf } from "./members.js";

const all = await devices();
const DROP = { stream: 7, threshold: 2 ** 31, keepScale: 2 };
const [STEP, ALPHA, EPS] = [3, 0.25, 2 ** -10];

type Constants = Readonly<Record<string, number>>;
type Inputs = Readonly<Record<"neurons" | "share" | "batch", number> & Record<"x" | "gamma" | "bias" | "running", Float32Array>>;

/** Rows whose means are far from 0, one of which has no spread; columns without a sample hold numbers that would tell. */
function inputs([neurons, share, batch]: readonly number[], seed = 3): Inputs {
  const rng = random(seed, "norm");
  const rows = neurons * share;
  const x = new Float32Array(rows * (strideOf(batch) + 4)).fill(1e6);
  for (let row = 0; row < rows; row++)
    x.set(
      normals(rng, batch).map((value) => (row === 1 ? 2 : row + (1 + (row % 3)) * value)),
      row * (strideOf(batch) + 4),
    );
  const own = () => normals(rng, rows);
  const running = concat([own(), own().map((value) => value ** 2)]);
  return { neurons, share, batch, x, gamma: own(), bias: own(), running };
}
/** z and y by definition, beside what their errors are relative to. */
function expected({ neurons, share, batch, x, gamma, bias, running }: Inputs, constants: Constants) {
  const { GAMMA = 1, RUNNING = 0, BIAS = 1, DROPOUT = 0 } = constants;
  const rows = neurons * share;
  const [z, y, size] = [0, 0, 0].map(() => new Float64Array(rows * batch));
  for (let row = 0; row < rows; row++) {
    const own = Array.from(x.subarray(row * (strideOf(batch) + 4)).subarray(0, batch));
    const k = (row % share) * neurons + Math.floor(row / share);
    const mean = RUNNING ? running[k] : own.reduce((sum, value) => sum + value) / batch;
    const variance = RUNNING ? running[rows + k] : own.reduce((sum, value) => sum + (value - mean) ** 2, 0) / batch;
    const factor = (GAMMA ? gamma[row] : 1) / Math.sqrt(variance + EPS);
    const most = Math.max(...own.map(Math.abs));
    for (const [b, value] of own.entries()) {
      const at = row * batch + b;
      const kept = DROPOUT === 0 ? 1 : hash4(DROP.stream, STEP, row, b) >= DROP.threshold ? DROP.keepScale : 0;
      z[at] = (BIAS ? bias[row] : 0) + factor * (value - mean);
      y[at] = kept * (z[at] > 0 ? z[at] : ALPHA * z[at]);
      size[at] = 2 * (Math.abs(bias[row]) + Math.abs(factor) * (most + Math.abs(mean)));
    }
  }
  return { z, y, size };
}

describe.each(all)("norm on $name", (on) => {
  const run = ({ neurons, share, batch, x, gamma, bias, running }: Inputs, constants: Constants, more: object = {}) => {
    const { GAMMA = 1, BIAS = 1, RUNNING = 0, SAVED_Z = 0 } = constants;
    const rows = neurons * share;
    return runKernel(on.device, norm, {
      params: { rows, share, eps: EPS, quads: strideOf(batch) / 4 + 1, alpha: ALPHA, zScale: 1, neurons: rows, ...DROP, ...more },
      arrays: {
        cursor: Uint32Array.of(0, batch, STEP, 0),
        gamma: GAMMA ? gamma : null,
        running: RUNNING ? running : null,
        bias: BIAS ? bias : null,
        x,
        y: x.length,
        z: SAVED_Z ? x.length : null,
        parameters: null,
        places: null,
        ...more,
      },
      constants,
      pieces: { activation: ACTIVATIONS.leakyRelu },
    });
  };
  const compare = async (constants: Constants) => {
    const sizes =
      constants.GAMMA === 0
        ? [[5, 3, 9]]
        : [
            [1, 1, 2],
            [5, 1, 130],
            [37, 1, 9],
          ];
    for (const size of sizes) {
      const given = inputs(size);
      const rows = given.neurons * given.share;
      const found = await run(given, constants);
      const own = expected(given, constants);
      const bounds = own.size.map((sum) => tolerance(on, given.batch + 24, sum));
      const values = (array: typeof found.y) =>
        unpadded(array, rows, strideOf(given.batch) + 4).filter((_, i) => i % (strideOf(given.batch) + 4) < given.batch);
      expectWithin(values(found.y), own.y, bounds, `y of ${size}`);
      if (constants.SAVED_Z) expectWithin(values(found.z), own.z, bounds, `z of ${size}`);
    }
  };
  const USES: readonly Constants[] = [
    { SAVED_Z: 1 },
    { RUNNING: 1 },
    { DROPOUT: 1, LANES: 1 },
    { GAMMA: 0, BIAS: 0 },
    { GAMMA: 0, BIAS: 0, RUNNING: 1 },
    { WG: 32, LANES: 4 },
  ];

  test("is what its equation says", () => compare(USES[0]));

  gpuMatrixTest(on).each(USES.slice(1))("is what its equation says: %o", compare);

  gpuMatrixTest(on)("members of an ensemble have the bits that each has alone", async () => {
    const places = placesOf(MEMBER_SIZES);
    for (const RUNNING of [0, 1]) {
      const constants = { DROPOUT: 1, SAVED_Z: 1, RUNNING };
      const members = places.map(({ rows }, j) => inputs([rows, 1, 9], j));
      const part = (name: "x" | "gamma" | "bias") => concat(members.map((given) => given[name]));
      const halves = (from: 0 | 1) =>
        members.map(({ running }) => running.subarray((from * running.length) / 2, ((1 + from) * running.length) / 2));
      const rows = places.reduce((sum, place) => sum + place.rows, 0);
      const whole = {
        neurons: rows,
        share: 1,
        batch: 9,
        x: part("x"),
        gamma: part("gamma"),
        bias: part("bias"),
        running: concat([...halves(0), ...halves(1)]),
      };
      const most = Math.max(...places.map((place) => place.rows));
      const stack = await run(whole, { ...constants, MEMBERS: places.length }, { rows: most, places: placesTable(places) });
      const alone = [];
      for (const [j, given] of members.entries()) alone.push(await run(given, constants, { stream: places[j].stream }));
      expectEqualBits(stack.y, concat(alone.map(({ y }) => y)), "y");
      expectEqualBits(stack.z, concat(alone.map(({ z }) => z)), "z");
    }
  });
});
