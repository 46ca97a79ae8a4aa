import { describe, expect, test } from "vitest";
import { ACTIVATIONS, type ActivationName } from "../../src/activations/index.js";
import type { TypedData } from "../../src/device/device.js";
import type { Dispatch } from "../../src/device/kernel.js";
import { DROPOUT } from "../../src/kernels/activation.js";
import { candidatesOf } from "../../src/kernels/candidates.js";
import { cutLongRows, joined, LONGEST_WALK, UNCUT } from "../../src/kernels/segments.js";
import { spmm } from "../../src/kernels/spmm.js";
import { sliceRows, type Topology } from "../../src/sparse/topology.js";
import { hash4 } from "../../src/util/counter-random.js";
import { random } from "../../src/util/random.js";
import { gpuMatrixTest } from "../matrix.js";
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
import { stackTopology } from "./members.js";
import { PROBLEMS, randomTopology } from "./problems.js";
import { ALPHA, KNEES, multiply, REFERENCES } from "./reference.js";
import { everyCandidate } from "./variants.js";

const all = await devices();

interface Inputs {
  readonly topology: Topology;
  readonly batch: number;
  readonly values: Float32Array;
  readonly bias: Float32Array;
  readonly x: Float32Array;
}

const inputs = once((topology: Topology, batch: number, draw: typeof normals): Inputs => {
  const rng = random(2, "spmm inputs");
  const { nnz, rows, cols } = topology;
  return { topology, batch, values: draw(rng, nnz), bias: draw(rng, rows), x: draw(rng, cols * batch) };
});
/** bias + W x by definition, in f64. */
const expectedOf = once(({ topology, batch, values, bias, x }: Inputs) => multiply(topology, values, bias, x, batch));

const STREAM = 77;
const STEP = 12;

interface Variant {
  readonly act?: ActivationName;
  readonly zScale?: number;
  readonly dropout?: { style: number; threshold: number; keepScale: number };
  readonly constants?: { readonly [K in keyof typeof spmm.constants]?: number };
  /** Rows of more connections are done in segments. */
  readonly above?: number;
  readonly stream?: number;
  /** The stream and the number of each neuron. */
  readonly identities?: Uint32Array;
}

/** Runs rows [from, to) of the layer, as a row block, into y and z of all its neurons; the columns of x beyond the batch are poison. */
async function run(
  { device }: TestDevice,
  { topology, batch, values, bias, x }: Inputs,
  {
    act = "linear",
    zScale = 1,
    dropout,
    constants,
    above = LONGEST_WALK,
    stream = STREAM,
    identities = new Uint32Array(),
  }: Variant = {},
  [from, to] = [0, topology.rows],
  y: TypedData | number = topology.rows * strideOf(batch),
) {
  const block = from === 0 && to === topology.rows ? topology : sliceRows(topology, from, to);
  const quads = strideOf(batch) / 4;
  const [variant] = candidatesOf("spmm", { ...block, quads, software: true });
  const cut = cutLongRows(block.rowPtr, above, Math.min(above, 512));
  const neurons = topology.rows;
  const params = {
    rows: to - from,
    rowStart: from,
    quads,
    alpha: ALPHA,
    zScale,
    neurons,
    stream,
    threshold: dropout?.threshold ?? 0,
    keepScale: dropout?.keepScale ?? 1,
    ...UNCUT,
    identityAt: identities.length > 0 ? cut.starts.length : 0,
    partialAt: constants?.SAVED_Z ? neurons : 0,
  };
  const used = { ...variant, DROPOUT: dropout?.style ?? DROPOUT.none, ...constants };
  const arrays = {
    cursor: Uint32Array.of(0, batch, STEP, 0),
    rowPtr: concat([cut.starts, identities]),
    colIdx: block.colIdx,
    values: values.subarray(topology.rowPtr[from], topology.rowPtr[to]),
    bias: used.BIAS === 0 ? null : bias,
    x: padded(x, topology.cols, batch),
    y,
    z: used.SAVED_Z || cut.segments > 0 ? (params.partialAt + cut.segments) * 4 * quads : null,
    parameters: act === "srelu" ? Float32Array.from({ length: 4 * neurons }, (_, i) => KNEES[Math.floor(i / neurons)]) : null,
  };
  const expand = (dispatch: Dispatch) => joined(dispatch, to - from, cut, above);
  return runKernel(device, spmm, { params, arrays, constants: used, pieces: { activation: ACTIVATIONS[act] }, expand });
}

describe.each(all)("spmm on $name", (on) => {
  describe.each(PROBLEMS)("$reason", ({ topology, batch, WG }) => {
    test("bias + W x is within the bound of the f64 sum", async () => {
      const given = inputs(topology, batch, normals);
      const { y } = await run(on, given, { constants: { WG: WG ?? 64 } });
      const { value, abs, terms } = expectedOf(given);
      const bounds = abs.map((sum, i) => tolerance(on, terms[i], sum));
      expectWithin(unpadded(y, topology.rows, batch), value, bounds, "y");
    });

    test("bias + W x is exact on small integers", async () => {
      const given = inputs(topology, batch, integers);
      const { y } = await run(on, given, { constants: { WG: WG ?? 64 } });
      expectEqual(unpadded(y, topology.rows, batch), expectedOf(given).value, "y");
    });
  });

  const small = randomTopology(random(3, "spmm"), 45, 30, 0.2);

  gpuMatrixTest(on).each([1, 9, 31, 68, 140])(
    "every candidate gives the same sums, long rows in segments too (batch %d)",
    async (batch) => {
      const given = inputs(small, batch, integers);
      const expected = expectedOf(given).value;
      const quads = strideOf(batch) / 4;
      for (const constants of everyCandidate("spmm", small, quads)) {
        for (const above of [LONGEST_WALK, 5]) {
          const { y } = await run(on, given, { constants, above });
          expectEqual(unpadded(y, 45, batch), expected, `${JSON.stringify(constants)}, rows above ${above} cut: y`);
        }
      }
    },
  );

  gpuMatrixTest(on)("rows in segments go through bias, activation, dropout and saving of z as others do", async () => {
    const given = inputs(small, 21, integers);
    const variant = {
      act: "relu",
      zScale: 0.5,
      dropout: { style: 1, threshold: 2 ** 31, keepScale: 2 },
      constants: { SAVED_Z: 1 },
    } as const;
    const [whole, cut] = [await run(on, given, variant), await run(on, given, { ...variant, above: 4 })];
    expectEqualBits(cut.y, whole.y, "y");
    expectEqualBits(cut.z.subarray(0, whole.z.length), whole.z, "z");
  });

  gpuMatrixTest(on)("without a bias it is W x", async () => {
    const given = inputs(small, 7, integers);
    const { y } = await run(on, given, { constants: { BIAS: 0 } });
    expectEqual(unpadded(y, 45, 7), multiply(small, given.values, null, given.x, 7).value, "y");
  });

  test("the columns of y beyond the batch are the product of those of x: no lane is cut short", async () => {
    const batch = 10;
    const given = inputs(small, batch, integers);
    const full = { ...given, batch: 12, x: padded(given.x, 30, batch, 3) };
    const { y } = await run(on, full);
    expectEqual(y, multiply(small, given.values, given.bias, full.x, 12).value, "y");
  });

  test("row blocks write their own rows and no other", async () => {
    const given = inputs(small, 6, integers);
    const expected = expectedOf(given).value;
    let y: TypedData = new Float32Array(new Uint32Array(45 * 8).fill(POISON).buffer);
    for (const [from, to] of [
      [0, 20],
      [20, 21],
      [21, 45],
    ] as const) {
      ({ y } = await run(on, given, {}, [from, to], y));
      for (let i = to * 8; i < y.length; i++) expect(Number.isNaN(y[i])).toBe(true);
    }
    expectEqual(unpadded(y, 45, 6), expected, "y");
  });

  for (const act of ["linear", "relu", "sigmoid", "tanh", "gelu", "srelu"] as const) {
    for (const zScale of [1, 0.8]) {
      (act === "gelu" && zScale < 1 ? test : gpuMatrixTest(on))(
        `${act} of z scaled by ${zScale} is within the bound, and z is saved when asked for`,
        async () => {
          const batch = 31;
          const given = inputs(small, batch, normals);
          const { f, steepest, error } = REFERENCES[act];
          const sums = expectedOf(given);
          const scaled = sums.value.map((sum) => Math.fround(zScale) * sum);
          const zBounds = sums.abs.map((abs, i) => tolerance(on, sums.terms[i] + 1, abs));
          const yBounds = zBounds.map((b, i) => steepest * b + (on.f64 ? 1e-12 : error(scaled[i])));
          for (const SAVED_Z of [0, 1]) {
            // The oracle does not round its parameters to f32: it is given rounded ones.
            const { y, z } = await run(on, given, { act, zScale: Math.fround(zScale), constants: { SAVED_Z } });
            if (SAVED_Z) expectWithin(unpadded(z, 45, batch), scaled, zBounds, "z");
            expectWithin(unpadded(y, 45, batch), scaled.map(f), yBounds, "y");
          }
        },
      );
    }
  }

  gpuMatrixTest(on).each(["sigmoid", "tanh", "gelu"] as const)(
    "%s settles at its limits for z of 1e4 either way",
    async (act) => {
      const topology = randomTopology(random(1), 2, 1, 0);
      const { y } = await run(
        on,
        { topology, batch: 1, values: new Float32Array(0), bias: Float32Array.of(1e4, -1e4), x: new Float32Array(1) },
        { act },
      );
      const limits = { sigmoid: [1, 0], tanh: [1, -1], gelu: [1e4, 0] }[act];
      expectWithin(unpadded(y, 2, 1), limits, [1e-3, 1e-30], "y");
    },
  );

  gpuMatrixTest(on).each([
    { name: "inverted", style: DROPOUT.inverted, rate: 0.5, keepScale: 2 },
    { name: "authors'", style: DROPOUT.authors, rate: 0.2, keepScale: 1 },
  ])("$name dropout zeroes exactly what hash4 says and scales the rest", async ({ style, rate, keepScale }) => {
    const batch = 21;
    const given = inputs(small, batch, integers);
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
    const share = kept.filter((k) => k === 0).length / kept.length; // 945 draws: 5 standard deviations are 0.08
    expect(Math.abs(share - rate)).toBeLessThan(0.08);
  });

  test("members of a stack drop out as each does alone, rows in segments too", async () => {
    const sizes = [
      [20, 30, 3],
      [7, 12, 0xfffffff1],
      [13, 5, 9],
    ] as const;
    const variant = {
      dropout: { style: DROPOUT.inverted, threshold: 2 ** 31, keepScale: 2 },
      constants: { SAVED_Z: 1 },
      above: 4,
    };
    const members = sizes.map(([rows, cols]) => inputs(randomTopology(random(rows), rows, cols, 0.2), 8, normals));
    const stack = { topology: stackTopology(members.map(({ topology }) => topology)), batch: 8 };
    const [values, bias, x] = (["values", "bias", "x"] as const).map((part) => concat(members.map((member) => member[part])));
    const identities = Uint32Array.from(
      sizes.flatMap(([rows, , stream]) => Array.from({ length: 2 * rows }, (_, i) => (i % 2 ? (i - 1) / 2 : stream))),
    );
    const together = await run(on, { ...stack, values, bias, x }, { ...variant, identities });
    const alone = await Promise.all(members.map((given, j) => run(on, given, { ...variant, stream: sizes[j][2] })));
    expectEqualBits(together.y, concat(alone.map(({ y }) => y)), "y");
  });

  gpuMatrixTest(on)("dropout follows an activation", async () => {
    const batch = 5;
    const given = inputs(small, batch, integers);
    const { y } = await run(on, given, { act: "relu", dropout: { style: 1, threshold: 2 ** 31, keepScale: 2 } });
    const { f, error } = REFERENCES.relu;
    const expected = expectedOf(given).value.map((z, i) =>
      hash4(STREAM, STEP, Math.floor(i / batch), i % batch) >= 2 ** 31 ? 2 * f(z) : 0,
    );
    expectWithin(
      unpadded(y, 45, batch),
      expected,
      expected.map((v) => error(v)),
      "y",
    );
  });
});
