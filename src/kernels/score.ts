import common from "../../shaders/common.wgsl?raw";
import shader from "../../shaders/score.wgsl?raw";
import { defineKernel } from "../device/kernel.js";
import { isMarked, maskStart } from "../sparse/marks.js";
import { bitsOf } from "./bits.js";

/**
 * scores[rowStart + i] = (ADD: itself +) the sum over neuron i's surviving connections of |w|, or of 1 when DEGREE is 1, for i < neurons.
 * - Sparse: connections k of [starts[i], starts[i + 1]) in slot k, or perm[k] when PERM is 1 (CSR: inputs of row i; CSC: outputs of column i).
 *   A connection survives when bit slot + maskShift, modulo 2^32, of `survivors` is set (see `mark`), or always when USE_MASK is 0.
 * - DENSE: the `length` elements of row i, or of column i where `side` is 1, of the matrix from values[valueStart] on; all survive.
 *
 * Of MEMBERS each has its part of the layer by `places`: its rows where `side` is 0, else its columns. Then starts and perm are those of the
 * stack, survivors is laid out as `mark` does it, scores holds the neurons of all, and `neurons` is the most that one has.
 *
 * Every device computes the same bits, in f32 even where floats are f64, since neurons are ranked by them: 32 partial sums of every
 * 32nd connection, added up pairwise. Subnormal weights count as 0.
 */
export const score = defineKernel({
  name: "score",
  wgsl: common + shader,
  params: { neurons: "u32", rowStart: "u32", length: "u32", side: "u32", valueStart: "u32", maskShift: "u32" },
  bindings: {
    starts: "read u32",
    perm: "read u32",
    values: "read f32",
    survivors: "read u32",
    scores: "readWrite f32",
    places: "read u32",
  },
  constants: { WG: 64, PERM: 0, DEGREE: 0, ADD: 0, DENSE: 0, USE_MASK: 1, MEMBERS: 1 },
  workgroups: ({ neurons }, { WG, MEMBERS }) => MEMBERS * Math.ceil((neurons * LANES) / WG),
  member({ rowStart, rows, colStart, cols, slotStart }, { side }, j) {
    const [first, neurons, length] = side ? [colStart, cols, rows] : [rowStart, rows, cols];
    const maskShift = (32 * maskStart(slotStart, j) - slotStart) >>> 0;
    return { params: { neurons, length, valueStart: slotStart, maskShift }, from: { starts: first, scores: first } };
  },
  twin(p, { starts, perm, values, survivors, scores }, { PERM, DEGREE, ADD, DENSE, USE_MASK }) {
    const bits = bitsOf(values);
    const magnitudes = new Float32Array(bits.buffer, bits.byteOffset, bits.length);
    const amount = (slot: number) => {
      if (DEGREE) return 1;
      const magnitude = Math.abs(magnitudes[slot]);
      return magnitude < SMALLEST_NORMAL ? 0 : magnitude;
    };
    const survives = (slot: number) => !USE_MASK || isMarked(survivors, (slot + p.maskShift) >>> 0);
    const [strideI, strideJ] = p.side ? [1, p.neurons] : [p.length, 1];
    const partials = new Float32Array(LANES); // rounds each sum to f32
    for (let i = 0; i < p.neurons; i++) {
      partials.fill(0);
      if (DENSE) {
        for (let j = 0; j < p.length; j++) partials[j % LANES] += amount(p.valueStart + i * strideI + j * strideJ);
      } else {
        for (let k = starts[i]; k < starts[i + 1]; k++) {
          const slot = PERM ? perm[k] : k;
          if (survives(slot)) partials[(k - starts[i]) % LANES] += amount(slot);
        }
      }
      for (let half = LANES / 2; half >= 1; half /= 2) {
        for (let lane = 0; lane < half; lane++) partials[lane] += partials[lane + half];
      }
      const at = p.rowStart + i;
      scores[at] = ADD ? Math.fround(scores[at] + partials[0]) : partials[0];
    }
  },
});

/** Partial sums of a neuron. */
const LANES = 32;
const SMALLEST_NORMAL = 2 ** -126;
