import { OPT, STATE_SLOTS, type UpdateRule } from "../../src/kernels/optimise.js";
import { rowLanes, sddmm } from "../../src/kernels/sddmm.js";
import { uniformDensity } from "../../src/sparse/initial.js";
import { random } from "../../src/util/random.js";
import { type BenchCase, HYPER, RATES, randomFloats } from "../harness.js";

function sddmmCase(rows: number, cols: number, density: number, batch: number, rule: UpdateRule): BenchCase {
  const quads = Math.ceil(batch / 4);
  const slots = STATE_SLOTS[rule];
  return {
    label: `${rows} x ${cols}, density ${density}, batch ${batch}, ${rule}`,
    build(make) {
      const { rowPtr, colIdx, nnz } = uniformDensity(rows, cols, density, random(1, "bench"));
      const w = make("f32", randomFloats(nnz));
      const dispatch = sddmm.on({
        params: { rows, rowStart: 0, quads, neurons: rows, ...HYPER },
        buffers: {
          rates: make("f32", RATES),
          rowPtr: make("u32", rowPtr),
          colIdx: make("u32", colIdx),
          w,
          m: slots > 0 ? make("f32", nnz) : null,
          v: slots > 1 ? make("f32", nnz) : null,
          delta: make("f32", randomFloats(rows * quads * 4)),
          x: make("f32", randomFloats(cols * quads * 4, 2)),
          bias: make("f32", rows * (1 + slots)),
        },
        constants: { OPT: OPT[rule], LANES: rowLanes(nnz, rows) },
      });
      const bytes = 4 * ((3 + 2 * slots) * nnz + rows + (rows + cols) * batch);
      return { dispatch, outputs: [w], flop: 2 * nnz * batch, bytes };
    },
  };
}

export const cases = [
  sddmmCase(1000, 1000, 0.1, 128, "momentum"),
  sddmmCase(1000, 1000, 0.1, 128, "adam"),
  sddmmCase(1000, 1000, 0.1, 1, "momentum"),
  sddmmCase(3000, 3312, 0.013, 2, "momentum"),
];
