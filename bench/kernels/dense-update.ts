import { candidatesOf } from "../../src/kernels/candidates.js";
import { denseUpdate } from "../../src/kernels/dense-update.js";
import { type BenchCase, HYPER, RATES, RULES } from "../harness.js";
import { randomFloats, spreadIndices, takeRows } from "../problems.js";

/** The gradient of a dense W [rows, cols] and its update by it, in one. `given` are W and delta [rows, 4 quads]. */
export function denseUpdateCase(
  rows: number,
  cols: number,
  batch: number,
  rule: keyof typeof RULES = "momentum",
  given?: { readonly w: Float32Array; readonly delta: Float32Array },
): BenchCase {
  const quads = Math.ceil(batch / 4);
  const candidates = (software: boolean) => candidatesOf("dense-update", { rows, cols, nnz: rows * cols, quads, software });
  const slots = RULES[rule].state.length;
  const operands = () => given ?? { w: randomFloats(rows * cols), delta: randomFloats(rows * quads * 4) };
  return {
    name: "dense-update",
    cell: { rows, cols, batch, rule },
    flop: 2 * rows * cols * batch,
    bytes: 4 * (2 * (1 + slots) * rows * cols + (rows + cols) * batch),
    candidates,
    build(make, { software, variant = candidates(software)[0] }) {
      const { w: initial, delta } = operands();
      const w = make("f32", initial);
      const dispatch = denseUpdate.on({
        params: { rows, cols, rowStart: 0, quads, neurons: rows, ...HYPER },
        buffers: {
          rates: make("f32", RATES),
          w,
          m: slots > 0 ? make("f32", rows * cols) : null,
          v: slots > 1 ? make("f32", rows * cols) : null,
          delta: make("f32", delta),
          x: make("f32", randomFloats(cols * quads * 4, 2)),
          bias: make("f32", rows * (1 + slots)),
          places: null,
        },
        constants: variant,
        pieces: { optimiser: RULES[rule] },
      });
      return { dispatches: [dispatch], outputs: [w] };
    },
    part(count) {
      const picked = spreadIndices(rows, count);
      const { w, delta } = operands();
      const given = { w: takeRows(w, cols, picked), delta: takeRows(delta, 4 * quads, picked) };
      const bench = denseUpdateCase(picked.length, cols, batch, rule, given);
      return { bench, of: ([w]) => [takeRows(w, cols, picked)] };
    },
  };
}

/** The first layer of wide, few-sample data: more columns than the caches hold. */
export const cases: readonly BenchCase[] = [denseUpdateCase(500, 7129, 8)];
