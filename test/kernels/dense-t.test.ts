import { describe, test } from "vitest";
import { ACTIVATIONS, type ActivationName } from "../../src/activations/index.js";
import type { TypedData } from "../../src/device/device.js";
import { type Place, placesTable } from "../../src/device/place.js";
import { DROPOUT } from "../../src/kernels/activation.js";
import { candidatesOf } from "../../src/kernels/candidates.js";
import { denseT } from "../../src/kernels/dense-t.js";
import { denseTopology } from "../../src/sparse/topology.js";
import { hash4 } from "../../src/util/counter-random.js";
import { random } from "../../src/util/random.js";
import { gpuMatrixTest, matrixTest } from "../matrix.js";
import { DENSE_PROBLEMS, TILINGS } from "./dense-problems.js";
import {
  concat,
  devices,
  expectEqual,
  expectEqualBits,
  expectWithin,
  integers,
  normals,
  once,
  padded,
  runKernel,
  strideOf,
  type TestDevice,
  tolerance,
  unpadded,
} from "./harness.js";
import { largest, MEMBER_SIZES, placesOf } from "./members.js";
import { ALPHA, multiplyTransposed, REFERENCES } from "./reference.js";

const all = await devices();

interface Inputs {
  readonly rows: number;
  readonly cols: number;
  readonly batch: number;
  readonly w: Float32Array;
  readonly dy: Float32Array;
}

const inputs = once((rows: number, cols: number, batch: number, draw: typeof normals): Inputs => {
  const rng = random(2, "dense-t inputs");
  return { rows, cols, batch, w: draw(rng, rows * cols), dy: draw(rng, rows * batch) };
});

/** W' dy by definition, in f64. */
const expectedOf = once(({ rows, cols, batch, w, dy }: Inputs) => multiplyTransposed(denseTopology(rows, cols), w, dy, batch));

const STREAM = 0xfffffff0;
const STEP = 3;

interface Variant {
  readonly act?: ActivationName;
  readonly dropout?: { style: number; threshold: number; keepScale: number };
  /** [cols, batch] of what the layer below left behind. */
  readonly saved?: Float32Array;
  readonly constants?: { readonly [K in keyof typeof denseT.constants]?: number };
  readonly stream?: number;
  /** The members that the inputs are stacked of. */
  readonly places?: readonly Place[];
}

/** Runs rows [from, to) of the layer, as a row block, into dx; the columns of dy beyond the batch are poison. */
async function run(
  { device }: TestDevice,
  { rows, cols, batch, w, dy }: Inputs,
  { act = "linear", dropout, saved, constants, stream = STREAM, places }: Variant = {},
  [from, to] = [0, rows],
  dx: TypedData | number = cols * strideOf(batch),
): Promise<TypedData> {
  const quads = strideOf(batch) / 4;
  const params = {
    rows: to - from,
    cols,
    rowStart: from,
    quads,
    alpha: ALPHA,
    stream,
    threshold: dropout?.threshold ?? 0,
    keepScale: dropout?.keepScale ?? 1,
    ...(places && largest(places)),
  };
  const arrays = {
    cursor: Uint32Array.of(0, batch, STEP, 0),
    w: w.subarray(from * cols, to * cols),
    dy: padded(dy, rows, batch),
    saved: saved ? padded(saved, cols, batch) : null,
    dx,
    places: places ? placesTable(places) : null,
  };
  const used = {
    ...candidatesOf("dense-t", { rows: to - from, cols, nnz: (to - from) * cols, quads, software: true })[0],

    DROPOUT: dropout?.style ?? DROPOUT.none,
    ...constants,
  };
  return (await runKernel(device, denseT, { params, arrays, constants: used, pieces: { activation: ACTIVATIONS[act] } })).dx;
}

describe.each(all)("dense-t on $name", (on) => {
  test.each(DENSE_PROBLEMS)("W' dy of $rows x $cols, batch $batch: $reason", async ({ rows, cols, batch }) => {
    const small = inputs(rows, cols, batch, integers);
    expectEqual(unpadded(await run(on, small), cols, batch), expectedOf(small).value, "dx of integers");
    const given = inputs(rows, cols, batch, normals);
    const { value, abs, terms } = expectedOf(given);
    const bounds = abs.map((sum, i) => tolerance(on, terms[i], sum));
    expectWithin(unpadded(await run(on, given), cols, batch), value, bounds, "dx");
  });

  gpuMatrixTest(on).each(TILINGS)("every tiling gives the same sums (%o)", async (constants) => {
    for (const { rows, cols, batch } of DENSE_PROBLEMS) {
      const given = inputs(rows, cols, batch, integers);
      const dx = await run(on, given, { constants });
      expectEqual(unpadded(dx, cols, batch), expectedOf(given).value, `dx of ${rows} x ${cols}, batch ${batch}`);
    }
  });

  matrixTest("more workgroups than one grid dimension holds", async () => {
    const given = inputs(2, 280_000, 1, integers);
    const dx = await run(on, given, { constants: { WG: 1, LX: 1, VECS: 1, TILED: 0 } });
    expectEqual(unpadded(dx, 280_000, 1), expectedOf(given).value, "dx");
  });

  gpuMatrixTest(on).each([0, 1])(
    "row blocks add up, and only the last applies the derivative and the mask (TILED %d)",
    async (TILED) => {
      const batch = 6;
      const given = inputs(30, 45, batch, integers);
      const saved = integers(random(4), 45 * batch);
      const dropout = { style: DROPOUT.inverted, threshold: 2 ** 31, keepScale: 2 };
      let dx: TypedData | number = 45 * strideOf(batch);
      for (const [from, to] of [
        [0, 11],
        [11, 12],
        [12, 30],
      ] as const) {
        const constants = { ADD: from > 0 ? 1 : 0, LAST: to === 30 ? 1 : 0, TILED };
        dx = await run(on, given, { act: "relu", dropout, saved, constants }, [from, to], dx);
      }
      const expected = expectedOf(given).value.map((sum, i) =>
        hash4(STREAM, STEP, Math.floor(i / batch), i % batch) >= 2 ** 31 ? 2 * sum * (saved[i] > 0 ? 1 : ALPHA) : 0,
      );
      const bounds = expected.map((v) => (on.f64 ? 1e-12 : 2 ** -22 * Math.abs(v)));
      expectWithin(unpadded(dx as TypedData, 45, batch), expected, bounds, "dx");
    },
  );

  for (const act of ["relu", "sigmoid", "tanh", "gelu"] as const) {
    // GELU's derivative needs z: its output does not tell on which side of its minimum z is.
    for (const SAVED_Z of act === "gelu" ? [1] : [0, 1]) {
      (act === "relu" && SAVED_Z === 0 ? test : gpuMatrixTest(on))(
        `dx is scaled by ${act}'s derivative from ${SAVED_Z ? "z" : "y"} and masked by dropout`,
        async () => {
          const { f, slope, slopeError } = REFERENCES[act];
          const batch = 31;
          const given = inputs(30, 45, batch, normals);
          const z = normals(random(5, act), 45 * batch).map((v) => 2 * v);
          const threshold = 2 ** 30;
          const keepScale = Math.fround(4 / 3);
          const keeps = (i: number) => hash4(STREAM, STEP, Math.floor(i / batch), i % batch) >= threshold;
          const saved = SAVED_Z ? z : z.map((v, i) => (keeps(i) ? keepScale * f(v) : 0));
          const dropout = { style: DROPOUT.inverted, threshold, keepScale };
          const dx = await run(on, given, { act, dropout, saved, constants: { SAVED_Z } });
          const { value, abs, terms } = expectedOf(given);
          const expected = value.map((sum, i) => (keeps(i) ? keepScale * sum * slope(z[i]) : 0));
          const bounds = value.map((sum, i) => {
            const rounding = on.f64 ? 0 : slopeError(z[i]) * Math.abs(sum);
            // y was rounded to f32 when it was saved: relative 2^-24, which moves y (1 - y) and 1 - y^2 by at most 2^-23.
            const storing = SAVED_Z ? 0 : 2 ** -23 * Math.abs(sum);
            return keeps(i) ? keepScale * (tolerance(on, terms[i] + 4, abs[i]) + rounding + storing) : 0;
          });
          expectWithin(unpadded(dx, 45, batch), expected, bounds, "dx");
        },
      );
    }
  }

  gpuMatrixTest(on)(
    "authors' dropout does not mask the backward pass, and SReLU's derivative is left to its own kernel",
    async () => {
      const given = inputs(30, 45, 5, integers);
      const dropout = { style: DROPOUT.authors, threshold: 2 ** 31, keepScale: 1 };
      const dx = await run(on, given, { act: "srelu", dropout });
      expectEqual(unpadded(dx, 45, 5), expectedOf(given).value, "dx");
    },
  );

  for (const TILED of [0, 1]) {
    (TILED ? gpuMatrixTest(on) : test)(`members of an ensemble have the bits that each has alone (TILED ${TILED})`, async () => {
      const batch = 24;
      const variant = { act: "relu", dropout: { style: DROPOUT.inverted, threshold: 2 ** 31, keepScale: 2 } } as const;
      const constants = { WG: 32, LX: 4, VECS: 1, TILED };
      const places = placesOf(MEMBER_SIZES);
      const members = places.map(({ rows, cols }, j) => {
        const draw: typeof normals = (rng, n) => normals(rng, n).map((value) => value * (j + 1));
        return { given: inputs(rows, cols, batch, draw), saved: draw(random(j), cols * batch) };
      });
      const [w, dy] = (["w", "dy"] as const).map((name) => concat(members.map(({ given }) => given[name])));
      const saved = concat(members.map((member) => member.saved));
      const ensemble = { ...variant, saved, places, constants: { ...constants, MEMBERS: 3 } };
      const together = await run(on, { rows: 83, cols: 80, batch, w, dy }, ensemble);
      const alone = [];
      for (const [j, { given, saved }] of members.entries())
        alone.push(await run(on, given, { ...variant, saved, stream: places[j].streamBelow, constants }));
      expectEqualBits(together, concat(alone), "dx");
    });
  }
});
