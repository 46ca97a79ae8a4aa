import { describe, expect, test } from "vitest";
import { ACTIVATIONS, type ActivationName } from "../../src/activations/index.js";
import type { TypedData } from "../../src/device/device.js";
import { type Place, placesTable } from "../../src/device/place.js";
import { DROPOUT } from "../../src/kernels/activation.js";
import { candidatesOf } from "../../src/kernels/candidates.js";
import { dense } from "../../src/kernels/dense.js";
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
  POISON,
  padded,
  runKernel,
  strideOf,
  type TestDevice,
  tolerance,
  unpadded,
} from "./harness.js";
import { largest, MEMBER_SIZES, placesOf, stackSections } from "./members.js";
import { ALPHA, KNEES, multiply, REFERENCES } from "./reference.js";

const all = await devices();

interface Inputs {
  readonly rows: number;
  readonly cols: number;
  readonly batch: number;
  readonly w: Float32Array;
  readonly bias: Float32Array;
  readonly x: Float32Array;
}

const inputs = once((rows: number, cols: number, batch: number, draw: typeof normals): Inputs => {
  const rng = random(2, "dense inputs");
  return { rows, cols, batch, w: draw(rng, rows * cols), bias: draw(rng, rows), x: draw(rng, cols * batch) };
});

/** bias + W x by definition, in f64. */
const expectedOf = once(({ rows, cols, batch, w, bias, x }: Inputs, withBias = true) =>
  multiply(denseTopology(rows, cols), w, withBias ? bias : null, x, batch),
);

const STREAM = 77;
const STEP = 12;

interface Variant {
  readonly act?: ActivationName;
  readonly zScale?: number;
  readonly dropout?: { style: number; threshold: number; keepScale: number };
  readonly constants?: { readonly [K in keyof typeof dense.constants]?: number };
  readonly stream?: number;
  /** Of the activation, 4 for each neuron. */
  readonly knees?: Float32Array;
  /** The members that the inputs are stacked of. */
  readonly places?: readonly Place[];
}

/** Runs rows [from, to) of the layer, as a row block, into y and z of all its neurons; the columns of x beyond the batch are poison. */
async function run(
  { device }: TestDevice,
  { rows, cols, batch, w, bias, x }: Inputs,
  { act = "linear", zScale = 1, dropout, constants, stream = STREAM, knees, places }: Variant = {},
  [from, to] = [0, rows],
  y: TypedData | number = rows * strideOf(batch),
) {
  const quads = strideOf(batch) / 4;
  const params = {
    rows: to - from,
    cols,
    rowStart: from,
    quads,
    alpha: ALPHA,
    zScale,
    neurons: rows,
    stream,
    threshold: dropout?.threshold ?? 0,
    keepScale: dropout?.keepScale ?? 1,
    ...(places && largest(places)),
  };
  const used = {
    ...candidatesOf("dense", { rows: to - from, cols, nnz: (to - from) * cols, quads, software: true })[0],

    DROPOUT: dropout?.style ?? DROPOUT.none,
    ...constants,
  };
  const arrays = {
    cursor: Uint32Array.of(0, batch, STEP, 0),
    w: w.subarray(from * cols, to * cols),
    bias: used.BIAS === 1 || used.BIAS === undefined ? bias : null,
    x: padded(x, cols, batch),
    y,
    z: used.SAVED_Z ? rows * 4 * quads : null,
    parameters:
      act === "srelu" ? (knees ?? Float32Array.from({ length: 4 * rows }, (_, i) => KNEES[Math.floor(i / rows)])) : null,
    places: places ? placesTable(places) : null,
  };
  return runKernel(device, dense, { params, arrays, constants: used, pieces: { activation: ACTIVATIONS[act] } });
}

describe.each(all)("dense on $name", (on) => {
  test.each(DENSE_PROBLEMS)("bias + W x of $rows x $cols, batch $batch: $reason", async ({ rows, cols, batch }) => {
    const small = inputs(rows, cols, batch, integers);
    expectEqual(unpadded((await run(on, small)).y, rows, batch), expectedOf(small).value, "y of integers");
    const given = inputs(rows, cols, batch, normals);
    const { value, abs, terms } = expectedOf(given);
    const bounds = abs.map((sum, i) => tolerance(on, terms[i], sum));
    expectWithin(unpadded((await run(on, given)).y, rows, batch), value, bounds, "y");
  });

  gpuMatrixTest(on).each(TILINGS)("every tiling gives the same sums (%o)", async (constants) => {
    for (const { rows, cols, batch } of DENSE_PROBLEMS) {
      const given = inputs(rows, cols, batch, integers);
      const { y } = await run(on, given, { constants });
      expectEqual(unpadded(y, rows, batch), expectedOf(given).value, `y of ${rows} x ${cols}, batch ${batch}`);
    }
  });

  matrixTest("more workgroups than one grid dimension holds", async () => {
    const given = inputs(70_000 * 4, 2, 1, integers);
    const { y } = await run(on, given, { constants: { WG: 1, LX: 1, VECS: 1, TILED: 0 } });
    expectEqual(unpadded(y, 280_000, 1), expectedOf(given).value, "y");
  });

  gpuMatrixTest(on)("without a bias it is W x", async () => {
    const given = inputs(45, 30, 7, integers);
    const { y } = await run(on, given, { constants: { BIAS: 0 } });
    expectEqual(unpadded(y, 45, 7), expectedOf(given, false).value, "y");
  });

  gpuMatrixTest(on)("with BIAS 2 W x is added to what y holds", async () => {
    const given = inputs(45, 30, 7, integers);
    const before = integers(random(5, "y"), 45 * 7);
    const { y } = await run(on, given, { constants: { BIAS: 2 } }, [0, 45], padded(before, 45, 7));
    const { value } = expectedOf(given, false);
    expectEqual(
      unpadded(y, 45, 7),
      value.map((sum, i) => sum + before[i]),
      "y",
    );
  });

  test("row blocks write their own rows and no other", async () => {
    const given = inputs(45, 30, 6, integers);
    let y: TypedData = new Float32Array(new Uint32Array(45 * 8).fill(POISON).buffer);
    for (const [from, to] of [
      [0, 20],
      [20, 21],
      [21, 45],
    ] as const) {
      ({ y } = await run(on, given, {}, [from, to], y));
      for (let i = to * 8; i < y.length; i++) expect(Number.isNaN(y[i])).toBe(true);
    }
    expectEqual(unpadded(y, 45, 6), expectedOf(given).value, "y");
  });

  for (const act of ["linear", "relu", "sigmoid", "tanh", "gelu", "srelu"] as const) {
    (act === "gelu" ? test : gpuMatrixTest(on))(
      `${act} of z scaled by 0.8 is within the bound, and z is saved when asked for`,
      async () => {
        const batch = 31;
        const given = inputs(45, 30, batch, normals);
        const zScale = Math.fround(0.8); // the oracle does not round its parameters to f32
        const { f, steepest, error } = REFERENCES[act];
        const sums = expectedOf(given);
        const scaled = sums.value.map((sum) => zScale * sum);
        const zBounds = sums.abs.map((abs, i) => tolerance(on, sums.terms[i] + 1, abs));
        const yBounds = zBounds.map((b, i) => steepest * b + (on.f64 ? 1e-12 : error(scaled[i])));
        for (const SAVED_Z of [0, 1]) {
          const { y, z } = await run(on, given, { act, zScale, constants: { SAVED_Z } });
          if (SAVED_Z) expectWithin(unpadded(z, 45, batch), scaled, zBounds, "z");
          expectWithin(unpadded(y, 45, batch), scaled.map(f), yBounds, "y");
        }
      },
    );
  }

  gpuMatrixTest(on).each([
    { name: "inverted", style: DROPOUT.inverted, rate: 0.5, keepScale: 2 },
    { name: "authors'", style: DROPOUT.authors, rate: 0.2, keepScale: 1 },
  ])("$name dropout zeroes exactly what hash4 says and scales the rest", async ({ style, rate, keepScale }) => {
    const batch = 21;
    const given = inputs(45, 30, batch, integers);
    const threshold = Math.round(rate * 2 ** 32);
    const { y, z } = await run(on, given, { dropout: { style, threshold, keepScale }, constants: { SAVED_Z: 1 } });
    const sums = expectedOf(given).value;
    const kept = sums.map((_, i) => (hash4(STREAM, STEP, Math.floor(i / batch), i % batch) >= threshold ? keepScale : 0));
    expectEqual(
      unpadded(y, 45, batch),
      sums.map((sum, i) => sum * kept[i]),
      "y",
    );
    expectEqual(unpadded(z, 45, batch), sums, "z");
  });

  for (const TILED of [0, 1]) {
    (TILED ? gpuMatrixTest(on) : test)(`members of an ensemble have the bits that each has alone (TILED ${TILED})`, async () => {
      const batch = 24;
      const variant = { act: "srelu", dropout: { style: DROPOUT.inverted, threshold: 2 ** 31, keepScale: 2 } } as const;
      const constants = { WG: 32, LX: 4, VECS: 1, TILED, SAVED_Z: 1 };
      for (const shared of [false, true]) {
        const places = placesOf(
          MEMBER_SIZES.map(({ rows, cols }) => ({ rows, cols: shared ? 40 : cols })),
          shared,
        );
        const members = places.map(({ rows, cols }, j) => {
          const draw: typeof normals = (rng, n) => normals(rng, n).map((value) => value * (j + 1));
          const x = shared ? { x: normals(random(7), cols * batch) } : {};
          return { given: { ...inputs(rows, cols, batch, draw), ...x }, knees: draw(random(j), 4 * rows) };
        });
        const part = (name: "w" | "bias" | "x") => members.map(({ given }) => given[name]);
        const stack = { rows: 83, cols: shared ? 40 : 80, batch, w: concat(part("w")), bias: concat(part("bias")) };
        const x = shared ? part("x")[0] : concat(part("x"));
        const knees = stackSections(
          members.map((member) => member.knees),
          4,
        );
        const ensemble = { ...variant, knees, places, constants: { ...constants, MEMBERS: 3 } };
        const { y, z } = await run(on, { ...stack, x }, ensemble);
        const alone = [];
        for (const [j, { given, knees }] of members.entries())
          alone.push(await run(on, given, { ...variant, knees, stream: places[j].stream, constants }));
        expectEqualBits(y, concat(alone.map((one) => one.y)), "y");
        expectEqualBits(z, concat(alone.map((one) => one.z)), "z");
      }
    });
  }
});
