import common from "../../shaders/common.wgsl?raw";
import shader from "../../shaders/score.wgsl?raw";
import { defineKernel } from "../device/kernel.js";
import { bitsOf } from "./bits.js";

/**
 * scores[rowStart + i] = (ADD: itself +) the sum over neuron i's surviving connections of |w|, or of 1 when DEGREE is 1, for i < neurons.
 * - Sparse: connections k of [starts[i], starts[i + 1]) in slot k, or perm[k] when PERM is 1 (CSR: inputs of row i; CSC: outputs of column i).
 *   A connection survives when its slot's bit of `survivors` is set (see `mark`), or always when USE_MASK is 0.
 * - DENSE: values[i strideI + j strideJ] for j < length, all surviving.
 *
 * Every device computes the same bits, in f32 even where floats are f64, since neurons are ranked by them: 32 partial sums of every
 * 32nd connection, added up pairwise. Subnormal weights count as 0.
 */
export const score = defineKernel({
  name: "score",
  wgsl: common + shader,
  params: { neurons: "u32", rowStart: "u32", length: "u32", strideI: "u32", strideJ: "u32" },
  bindings: { starts: "read u32", perm: "read u32", values: "read f32", survivors: "read u32", scores: "readWrite f32" },
  constants: { WG: 64, PERM: 0, DEGREE: 0, ADD: 0, DENSE: 0, USE_MASK: 1 },
  workgroups: ({ neurons }, { WG }) => Math.ceil((neurons * LANES) / WG),
  twin(p, { starts, perm, values, survivors, scores }, { PERM, DEGREE, ADD, DENSE, USE_MASK }) {
    const bits = bitsOf(values);
    const magnitudes = new Float32Array(bits.buffer, bits.byteOffset, bits.length);
    const amount = (slot: number) => {
      if (DEGREE) return 1;
      const magnitude = Math.abs(magnitudes[slot]);
      return magnitude < SMALLEST_NORMAL ? 0 : magnitude;
    };
    const survives = (slot: number) => !USE_MASK || (survivors[slot >>> 5] >>> (slot & 31)) & 1;
    const partials = new Float32Array(LANES); // rounds each sum to f32
    for (let i = 0; i < p.neurons; i++) {
      partials.fill(0);
      if (DENSE) {
        for (let j = 0; j < p.length; j++) partials[j % LANES] += amount(i * p.strideI + j * p.strideJ);
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
