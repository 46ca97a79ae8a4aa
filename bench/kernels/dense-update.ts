import { denseUpdate } from "../../src/kernels/dense-update.js";
import { OPT, STATE_SLOTS, type UpdateRule } from "../../src/kernels/optimise.js";
import { type BenchCase, HYPER, RATES, randomFloats } from "../harness.js";

function denseUpdateCase(rows: number, cols: number, batch: number, rule: UpdateRule): BenchCase {
  const quads = Math.ceil(batch / 4);
  const slots = STATE_SLOTS[rule];
  return {
    label: `${rows} x ${cols}, batch ${batch}, ${rule}`,
    build(make, software) {
      const w = make("f32", randomFloats(rows * cols));
      const dispatch = denseUpdate.on({
        params: { rows, cols, rowStart: 0, quads, neurons: rows, ...HYPER },
        buffers: {
          rates: make("f32", RATES),
          w,
          m: slots > 0 ? make("f32", rows * cols) : null,
          v: slots > 1 ? make("f32", rows * cols) : null,
          delta: make("f32", randomFloats(rows * quads * 4)),
          x: make("f32", randomFloats(cols * quads * 4, 2)),
          bias: make("f32", rows * (1 + slots)),
        },
        constants: { OPT: OPT[rule], TILED: software ? 0 : 1 },
      });
      const bytes = 4 * (2 * (1 + slots) * rows * cols + (rows + cols) * batch);
      return { dispatch, outputs: [w], flop: 2 * rows * cols * batch, bytes };
    },
  };
}

export const cases = [
  denseUpdateCase(1000, 1000, 128, "momentum"),
  denseUpdateCase(1000, 1000, 128, "adam"),
  denseUpdateCase(1000, 1000, 1, "momentum"),
];
