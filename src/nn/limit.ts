import type { Dispatch } from "../device/kernel.js";
import { limit } from "../kernels/limit.js";
import type { Block } from "../layers/block.js";
import type { StepContext } from "./context.js";
import type { Layer } from "./layer.js";

/** Weights into each neuron, shrunk where their norm is above `maxNorm`; nothing where there is no bound. */
export function limited({ config: { maxNorm: most = 0 }, layers, software }: StepContext): Dispatch[] {
  if (most === 0) return [];
  const constants = { LANES: software ? 1 : 16, SPARSE: 1 }; // barriers cost a program on the CPU more than the sums
  return layers.flatMap((layer) =>
    layer.blocks.flatMap((block) =>
      rowsOf(layer, block).map((rows) => {
        const { w, rowPtr } = block;
        return limit.on({
          params: { ...rows, most },
          buffers: { rowPtr, w },
          constants: { ...constants, SPARSE: rowPtr ? 1 : 0 },
        });
      }),
    ),
  );
}

/** Rows of equal length that lie together: of a sparse block all, of members' dense layers those of each. */
function rowsOf({ in: cols, members, heads }: Layer, { rows, topology }: Block) {
  const places = (members ?? heads)?.places;
  return topology || !places
    ? [{ rows, cols, slotStart: 0 }]
    : places.map(({ rows, cols, slotStart }) => ({ rows, cols, slotStart }));
}
