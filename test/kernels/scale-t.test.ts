import { describe, test } from "vitest";
import { ACTIVATIONS } from "../../src/activations/index.js";
import { scaleT } from "../../src/kernels/scale-t.js";
import { hash4 } from "../../src/util/counter-random.js";
import { random } from "../../src/util/random.js";
import { gpuMatrixTest } from "../matrix.js";
import {
  concat,
  devices,
  expectEqual,
  expectWithin,
  integers,
  normals,
  padded,
  runKernel,
  strideOf,
  type TestDevice,
  tolerance,
  unpadded,
} from "./harness.js";
import { expectStep, HYPER, RATES, RULES, type Rule, ruleOf, section } from "./rules.js";

const all = await devices();
const DROP = { stream: 7, threshold: 2 ** 31, keepScale: 2 };
const [STEP, GAIN, SHARE, ALPHA] = [3, 4, 0.5, 0.25];

interface Inputs {
  readonly neurons: number;
  readonly members: number;
  readonly batch: number;
  readonly g: Float32Array;
  readonly p: Float32Array;
  /** Values, then their m, then their v. */
  readonly scaleOut: Float32Array;
  readonly bias: Float32Array;
  readonly scaleIn: Float32Array;
}

type Constants = Readonly<Record<string, number>>;

function inputs([neurons, members, batch]: readonly number[], draw: typeof normals, { FIRST = 0 }: Constants): Inputs {
  const rng = random(3, "scale-t");
  const rows = neurons * members;
  const packed = () => concat([draw(rng, rows), draw(rng, 2 * rows).map(Math.abs)]);
  const p = draw(rng, (FIRST ? neurons : rows) * batch);
  return { neurons, members, batch, g: draw(rng, rows * batch), p, scaleOut: packed(), bias: packed(), scaleIn: packed() };
}

async function run({ device }: TestDevice, given: Inputs, constants: Constants, rule: Rule | "gradient") {
  const { neurons, members, batch, g, p, scaleOut, bias, scaleIn } = given;
  const { optimiser, params } = ruleOf(rule);
  const rows = neurons * members;
  return runKernel(device, scaleT, {
    params: { neurons, quads: strideOf(batch) / 4, gain: GAIN, share: SHARE, alpha: ALPHA, ...DROP, ...params },
    arrays: {
      cursor: Uint32Array.of(0, batch, STEP, 0),
      rates: Float32Array.of(...RATES, 0),
      g: padded(g, rows, batch, 0),
      p: padded(p, p.length / batch, batch, 0),
      delta: constants.FIRST ? null : rows * strideOf(batch),
      scaleOut: constants.FIRST ? null : scaleOut,
      bias: constants.FIRST ? null : bias,
      scaleIn: constants.STACKED ? null : scaleIn,
    },
    constants: { MEMBERS: members, ...constants },
    pieces: { optimiser, activation: ACTIVATIONS.leakyRelu },
  });
}

/** Gradients and delta by definition, beside the sums of the absolute values of their terms. */
function expected(
  { neurons, members, batch, g, p, scaleOut, bias, scaleIn }: Inputs,
  { FIRST = 0, STACKED = 0, DROPOUT = 0 }: Constants,
) {
  const rows = neurons * members;
  const zeros = (length: number) => ({ value: new Float64Array(length), size: new Float64Array(length) });
  const found = { scaleIn: zeros(rows), scaleOut: zeros(rows), bias: zeros(rows), delta: zeros(rows * batch) };
  const add = (name: keyof typeof found, k: number, value: number, size = Math.abs(value)) => {
    found[name].value[k] += value;
    found[name].size[k] += size;
  };
  for (let n = 0; n < neurons; n++)
    for (let j = 0; j < members; j++)
      for (let b = 0; b < batch; b++) {
        const [k, row] = [j * neurons + n, n * members + j];
        const own = GAIN * g[(STACKED ? k : row) * batch + b];
        const given = p[(FIRST ? n : row) * batch + b];
        if (FIRST) {
          add("scaleIn", k, own * given);
          continue;
        }
        const z = scaleOut[k] * given + bias[k];
        const slope = z > 0 ? 1 : ALPHA;
        const kept = DROPOUT === 0 ? 1 : hash4(DROP.stream, STEP, row, b) >= DROP.threshold ? DROP.keepScale : 0;
        const most = Math.abs(scaleOut[k] * given) + Math.abs(bias[k]);
        if (!STACKED) add("scaleIn", k, own * kept * slope * z, Math.abs(own * kept * slope) * most);
        const dz = own * (STACKED ? 1 : scaleIn[k]) * slope * (DROPOUT === 1 ? kept : 1);
        add("bias", k, dz);
        add("scaleOut", k, dz * given);
        add("delta", row * batch + b, SHARE * scaleOut[k] * dz);
      }
  return found;
}

const SIZES = [
  [1, 3, 1],
  [5, 3, 130],
  [37, 3, 9],
];
const USES: readonly Constants[] = [{ DROPOUT: 1 }, {}, { FIRST: 1 }, { STACKED: 1 }, { DROPOUT: 2 }];

describe.each(all)("scale-t on $name", (on) => {
  const compare = async (draw: typeof normals, constants: Constants, check: typeof expectExact) => {
    for (const sizes of SIZES) {
      const given = inputs(sizes, draw, constants);
      const { neurons, members, batch } = given;
      const rows = neurons * members;
      const found = await run(on, given, constants, "gradient");
      const { delta, ...sums } = expected(given, constants);
      for (const [name, { value, size }] of Object.entries(sums)) {
        const packed = found[name as keyof typeof sums];
        if (packed.length > 0) check(section(packed, rows, 1), value, size, batch + 8, `gradient of ${name}, ${sizes}`);
      }
      if (!constants.FIRST) check(unpadded(found.delta, rows, batch), delta.value, delta.size, 6, `delta of ${sizes}`);
    }
  };
  const expectExact = (found: ArrayLike<number>, value: Float64Array, _size: Float64Array, _terms: number, label: string) =>
    expectEqual(found, value, label);

  const exactly = (constants: Constants) => compare(integers, constants, expectExact);
  test("sums what its equations say, exactly on small integers", () => exactly(USES[0]));

  gpuMatrixTest(on).each(USES.slice(1))("sums what its equations say, exactly on small integers: %o", exactly);

  gpuMatrixTest(on).each(USES)("is within its bounds: %o", (constants) =>
    compare(normals, { ...constants, WG: 32, LANES: 1 }, (found, value, size, terms, label) =>
      expectWithin(
        found,
        value,
        size.map((sum) => tolerance(on, terms, sum)),
        label,
      ),
    ),
  );

  for (const rule of RULES)
    gpuMatrixTest(on)(`${rule} steps scalings without decay and biases with it`, async () => {
      const given = inputs([7, 3, 31], normals, {});
      const stored = await run(on, given, {}, "gradient");
      const after = await run(on, given, {}, rule);
      for (const [name, decay] of [
        ["scaleIn", 0],
        ["scaleOut", 0],
        ["bias", HYPER.decay],
      ] as const) {
        const sections = (a: ArrayLike<number>) => [section(a, 21, 0), section(a, 21, 1), section(a, 21, 2)] as const;
        expectStep(rule, sections(given[name]), sections(after[name]), section(stored[name], 21, 1), decay, on.f64);
      }
      expectEqual(after.delta, stored.delta, "delta");
    });
});
