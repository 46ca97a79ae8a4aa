import { describe, test } from "vitest";
import { ACTIVATIONS } from "../../src/activations/index.js";
import { scale } from "../../src/kernels/scale.js";
import { hash4 } from "../../src/util/counter-random.js";
import { random } from "../../src/util/random.js";
import { gpuMatrixTest } from "../matrix.js";
import { devices, expectEqual, expectWithin, integers, normals, padded, runKernel, strideOf, tolerance } from "./harness.js";

const all = await devices();
const DROP = { stream: 7, threshold: 2 ** 31, keepScale: 2 };
const STEP = 3;

/** What u is by definition, [neurons, members, batch] or, stacked, [members, neurons, batch]; pad columns are left out. */
function expected(
  [neurons, MEMBERS, batch]: readonly number[],
  { p, scaleOut, bias, scaleIn }: Readonly<Record<"p" | "scaleOut" | "bias" | "scaleIn", Float32Array>>,
  { FIRST = 0, STACKED = 0, DROPOUT = 0 },
) {
  const value = new Float64Array(neurons * MEMBERS * batch);
  const size = value.slice();
  for (let n = 0; n < neurons; n++)
    for (let j = 0; j < MEMBERS; j++)
      for (let b = 0; b < batch; b++) {
        const k = j * neurons + n;
        const given = p[(FIRST ? n : n * MEMBERS + j) * batch + b];
        const at = (STACKED ? k : n * MEMBERS + j) * batch + b;
        const z = scaleOut[k] * given + bias[k];
        const kept = DROPOUT === 0 ? 1 : hash4(DROP.stream, STEP, n * MEMBERS + j, b) >= DROP.threshold ? 2 : 0;
        const r = STACKED ? 1 : scaleIn[k];
        value[at] = FIRST ? r * given : r * kept * (z > 0 ? z : 0.25 * z);
        size[at] = Math.abs(r) * (FIRST ? Math.abs(given) : kept * (Math.abs(scaleOut[k] * given) + Math.abs(bias[k])));
      }
  return { value, size };
}

const SIZES = [
  [1, 3, 1],
  [5, 3, 13],
  [37, 3, 8],
];

describe.each(all)("scale on $name", (on) => {
  const run = async (sizes: readonly number[], draw: typeof normals, constants: Readonly<Record<string, number>>) => {
    const [neurons, MEMBERS, batch] = sizes;
    const rng = random(3, "scale");
    const rows = constants.FIRST ? neurons : neurons * MEMBERS;
    const scalings = () => draw(rng, neurons * MEMBERS);
    const given = { p: draw(rng, rows * batch), scaleOut: scalings(), bias: scalings(), scaleIn: scalings() };
    const { u } = await runKernel(on.device, scale, {
      params: { neurons, quads: strideOf(batch) / 4, alpha: 0.25, zScale: 1, ...DROP },
      arrays: {
        ...given,
        cursor: Uint32Array.of(0, batch, STEP, 0),
        p: padded(given.p, rows, batch, 0),
        u: neurons * MEMBERS * strideOf(batch),
      },
      constants: { MEMBERS, ...constants },
      pieces: { activation: ACTIVATIONS.leakyRelu },
    });
    const stride = strideOf(batch);
    const found = Array.from(u).filter((_, i) => i % stride < batch);
    return { found, ...expected(sizes, given, constants) };
  };
  const USES: readonly Readonly<Record<string, number>>[] = [
    { DROPOUT: 1 },
    {},
    { FIRST: 1 },
    { STACKED: 1 },
    { DROPOUT: 2, STACKED: 1 },
  ];

  const exactly = async (constants: Readonly<Record<string, number>>) => {
    for (const sizes of SIZES) {
      const { found, value } = await run(sizes, integers, constants);
      expectEqual(found, value, `u of ${sizes}`);
    }
  };
  test("is what its equation says, exactly on small integers", () => exactly(USES[0]));

  gpuMatrixTest(on).each(USES.slice(1))("is what its equation says, exactly on small integers: %o", exactly);

  gpuMatrixTest(on).each(USES)("is within its bound: %o", async (constants) => {
    for (const sizes of SIZES) {
      const { found, value, size } = await run(sizes, normals, { ...constants, WG: 32 });
      const bounds = size.map((sum) => tolerance(on, 5, sum));
      expectWithin(found, value, bounds, `u of ${sizes}`);
    }
  });
});
