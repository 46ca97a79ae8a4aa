import { describe, test } from "vitest";
import { ACTIVATIONS, type ActivationName } from "../../src/activations/index.js";
import type { TypedData } from "../../src/device/device.js";
import type { Dispatch } from "../../src/device/kernel.js";
import { DROPOUT } from "../../src/kernels/activation.js";
import { candidatesOf } from "../../src/kernels/candidates.js";
import { cutLongRows, joined, LONGEST_WALK, UNCUT } from "../../src/kernels/segments.js";
import { spmmT } from "../../src/kernels/spmm-t.js";
import { sliceRows, type Topology, toCsc } from "../../src/sparse/topology.js";
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
  padded,
  runKernel,
  strideOf,
  type TestDevice,
  tolerance,
  unpadded,
} from "./harness.js";
import { stackTopology } from "./members.js";
import { PROBLEMS, randomTopology } from "./problems.js";
import { ALPHA, multiplyTransposed, REFERENCES } from "./reference.js";
import { everyCandidate } from "./variants.js";

const all = await devices();

interface Inputs {
  readonly topology: Topology;
  readonly batch: number;
  readonly values: Float32Array;
  readonly dy: Float32Array;
}

const inputs = once((topology: Topology, batch: number, draw: typeof normals): Inputs => {
  const rng = random(2, "spmm-t inputs");
  return { topology, batch, values: draw(rng, topology.nnz), dy: draw(rng, topology.rows * batch) };
});
/** W' dy by definition, in f64. */
const expectedOf = once(({ topology, batch, values, dy }: Inputs) => multiplyTransposed(topology, values, dy, batch));

const cscOf = once((topology: Topology) => toCsc(topology));

const STREAM = 0xfffffff0;
const STEP = 3;

interface Variant {
  readonly act?: ActivationName;
  readonly dropout?: { style: number; threshold: number; keepScale: number };
  /** [cols, batch] of what the layer below left behind. */
  readonly saved?: Float32Array;
  readonly constants?: { readonly [K in keyof typeof spmmT.constants]?: number };
  /** Columns of more connections are done in segments. */
  readonly above?: number;
  readonly stream?: number;
  /** The stream and the number of each neuron. */
  readonly identities?: Uint32Array;
}

/** Runs rows [from, to) of the layer, as a row block, into dx; the columns of dy beyond the batch are poison. */
async function run(
  { device }: TestDevice,
  { topology, batch, values, dy }: Inputs,
  {
    act = "linear",
    dropout,
    saved,
    constants,
    above = LONGEST_WALK,
    stream = STREAM,
    identities = new Uint32Array(),
  }: Variant = {},
  [from, to] = [0, topology.rows],
  dx: TypedData | number = topology.cols * strideOf(batch),
): Promise<TypedData> {
  const quads = strideOf(batch) / 4;
  const block = from === 0 && to === topology.rows ? topology : sliceRows(topology, from, to);
  const csc = cscOf(block);
  const cut = cutLongRows(csc.colPtr, above, Math.min(above, 512));
  const [variant] = candidatesOf("spmm-t", { ...block, quads, software: true });
  const params = {
    cols: topology.cols,
    rowStart: from,
    quads,
    alpha: ALPHA,
    stream,
    threshold: dropout?.threshold ?? 0,
    keepScale: dropout?.keepScale ?? 1,
    ...UNCUT,
    identityAt: identities.length > 0 ? cut.starts.length : 0,
  };
  const arrays = {
    ...csc,
    colPtr: concat([cut.starts, identities]),
    cursor: Uint32Array.of(0, batch, STEP, 0),
    values: values.subarray(topology.rowPtr[from], topology.rowPtr[to]),
    dy: padded(dy, topology.rows, batch),
    saved: saved ? padded(saved, topology.cols, batch) : null,
    dx,
    partial: cut.segments > 0 ? cut.segments * 4 * quads : null,
  };
  const used = { ...variant, DROPOUT: dropout?.style ?? DROPOUT.none, ...constants };
  const expand = (dispatch: Dispatch) => joined(dispatch, topology.cols, cut, above);
  return (await runKernel(device, spmmT, { params, arrays, constants: used, pieces: { activation: ACTIVATIONS[act] }, expand }))
    .dx;
}

describe.each(all)("spmm-t on $name", (on) => {
  describe.each(PROBLEMS)("$reason", ({ topology, batch, WG = 64 }) => {
    test("W' dy is within the bound of the f64 sum", async () => {
      const given = inputs(topology, batch, normals);
      const dx = await run(on, given, { constants: { WG } });
      const { value, abs, terms } = expectedOf(given);
      expectWithin(
        unpadded(dx, topology.cols, batch),
        value,
        abs.map((sum, i) => tolerance(on, terms[i], sum)),
        "dx",
      );
    });

    test("W' dy is exact on small integers", async () => {
      const given = inputs(topology, batch, integers);
      const dx = await run(on, given, { constants: { WG } });
      expectEqual(unpadded(dx, topology.cols, batch), expectedOf(given).value, "dx");
    });
  });

  const small = randomTopology(random(3, "spmm-t"), 30, 45, 0.2);

  gpuMatrixTest(on).each([1, 9, 31, 68, 140])(
    "every candidate gives the same sums, long columns in segments too (batch %d)",
    async (batch) => {
      const given = inputs(small, batch, integers);
      const expected = expectedOf(given).value;
      const quads = strideOf(batch) / 4;
      for (const constants of everyCandidate("spmm-t", small, quads)) {
        for (const above of [LONGEST_WALK, 3]) {
          const dx = await run(on, given, { constants, above });
          expectEqual(unpadded(dx, 45, batch), expected, `${JSON.stringify(constants)}, columns above ${above} cut: dx`);
        }
      }
    },
  );

  gpuMatrixTest(on)("row blocks add up where columns are long in some of them", async () => {
    const given = inputs(small, 6, integers);
    let dx: TypedData | number = 45 * 8;
    for (const [from, to] of [
      [0, 12],
      [12, 14],
      [14, 30],
    ] as const) {
      const constants = { ADD: from > 0 ? 1 : 0, LAST: to === 30 ? 1 : 0 };
      dx = await run(on, given, { constants, above: 2 }, [from, to], dx);
    }
    expectEqual(unpadded(dx as TypedData, 45, 6), expectedOf(given).value, "dx");
  });

  test("row blocks add up, and only the last applies the derivative and the mask", async () => {
    const batch = 6;
    const given = inputs(small, batch, integers);
    const saved = integers(random(4), 45 * batch);
    const dropout = { style: DROPOUT.inverted, threshold: 2 ** 31, keepScale: 2 };
    let dx: TypedData | number = 45 * strideOf(batch);
    for (const [from, to] of [
      [0, 11],
      [11, 12],
      [12, 30],
    ] as const) {
      const constants = { ADD: from > 0 ? 1 : 0, LAST: to === 30 ? 1 : 0 };
      dx = await run(on, given, { act: "relu", dropout, saved, constants }, [from, to], dx);
    }
    const expected = expectedOf(given).value.map((sum, i) =>
      hash4(STREAM, STEP, Math.floor(i / batch), i % batch) >= 2 ** 31 ? 2 * sum * (saved[i] > 0 ? 1 : ALPHA) : 0,
    );
    const bounds = expected.map((v) => (on.f64 ? 1e-12 : 2 ** -22 * Math.abs(v)));
    expectWithin(unpadded(dx as TypedData, 45, batch), expected, bounds, "dx");
  });

  for (const act of ["relu", "sigmoid", "tanh", "gelu"] as const) {
    const { f, slope, slopeError } = REFERENCES[act];
    const batch = 31;
    const z = normals(random(5, act), 45 * batch).map((v) => 2 * v);

    // GELU's derivative needs z: its output does not tell on which side of its minimum z is.
    for (const SAVED_Z of act === "gelu" ? [1] : [0, 1]) {
      for (const style of [DROPOUT.none, DROPOUT.inverted, DROPOUT.authors]) {
        const isChosen = act === "relu" && SAVED_Z === 0 && style === DROPOUT.inverted;
        (isChosen ? test : gpuMatrixTest(on))(
          `dx is scaled by ${act}' from ${SAVED_Z ? "z" : "y"}, with dropout of style ${style}`,
          async () => {
            const given = inputs(small, batch, normals);
            const threshold = 2 ** 30;
            const keepScale = style === DROPOUT.inverted ? Math.fround(4 / 3) : 1;
            const keeps = (i: number) => hash4(STREAM, STEP, Math.floor(i / batch), i % batch) >= threshold;
            const dropped = (i: number) => style === DROPOUT.inverted && !keeps(i);
            // The forward pass saves what it handed on: y scaled where it was kept, 0 where it was dropped.
            const saved = SAVED_Z ? z : z.map((v, i) => (style !== DROPOUT.none && !keeps(i) ? 0 : keepScale * f(v)));
            const dropout = style === DROPOUT.none ? undefined : { style, threshold, keepScale };
            const dx = await run(on, given, { act, dropout, saved, constants: { SAVED_Z } });

            const { value, abs, terms } = expectedOf(given);
            // What f' is by the value that was saved: for a dropped y of 0 that is the slope where f is 0.
            const slopes = Float64Array.from(saved, (v, i) => (SAVED_Z || v !== 0 ? slope(z[i]) : slopeAtZero(act)));
            const gain = style === DROPOUT.inverted ? keepScale : 1;
            const expected = value.map((sum, i) => (dropped(i) ? 0 : gain * sum * slopes[i]));
            const bounds = value.map((sum, i) => {
              const rounding = on.f64 ? 0 : slopeError(z[i]) * Math.abs(sum);
              // y was rounded to f32 when it was saved: relative 2^-24, which moves y (1 - y) and 1 - y^2 by at most 2^-23.
              const storing = SAVED_Z ? 0 : 2 ** -23 * Math.abs(sum);
              return dropped(i) ? 0 : gain * (tolerance(on, terms[i] + 4, abs[i]) + rounding + storing);
            });
            expectWithin(unpadded(dx, 45, batch), expected, bounds, "dx");
          },
        );
      }
    }
  }

  test("members of a stack drop out as each does alone, columns in segments too", async () => {
    const sizes = [
      [30, 20, 3],
      [12, 7, 0xfffffff1],
      [5, 13, 9],
    ] as const;
    const variant = { dropout: { style: DROPOUT.inverted, threshold: 2 ** 31, keepScale: 2 }, above: 4 };
    const members = sizes.map(([rows, cols]) => inputs(randomTopology(random(rows), rows, cols, 0.2), 8, normals));
    const stack = { topology: stackTopology(members.map(({ topology }) => topology)), batch: 8 };
    const [values, dy] = (["values", "dy"] as const).map((part) => concat(members.map((member) => member[part])));
    const identities = Uint32Array.from(
      sizes.flatMap(([, cols, stream]) => Array.from({ length: 2 * cols }, (_, i) => (i % 2 ? (i - 1) / 2 : stream))),
    );
    const together = await run(on, { ...stack, values, dy }, { ...variant, identities });
    const alone = await Promise.all(members.map((given, j) => run(on, given, { ...variant, stream: sizes[j][2] })));
    expectEqualBits(together, concat(alone), "dx");
  });

  gpuMatrixTest(on)("SReLU's derivative is left to its own kernel", async () => {
    const given = inputs(small, 4, integers);
    const dx = await run(on, given, { act: "srelu" });
    expectEqual(unpadded(dx, 45, 4), expectedOf(given).value, "dx");
  });

  test("a gradient is finite where the activation has settled", async () => {
    const topology = randomTopology(random(1), 1, 2, 2);
    const given = { topology, batch: 1, values: Float32Array.of(1, 1), dy: Float32Array.of(1) };
    for (const act of ["sigmoid", "tanh"] as const) {
      const dx = await run(on, given, { act, saved: Float32Array.of(1e4, -1e4), constants: { SAVED_Z: 1 } });
      expectWithin(unpadded(dx, 2, 1), [0, 0], 1e-6, act);
    }
  });
});

const slopeAtZero = (act: "relu" | "sigmoid" | "tanh" | "gelu") => ({ relu: ALPHA, sigmoid: 0, tanh: 1, gelu: 0.5 })[act];
