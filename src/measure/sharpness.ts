import { maximumInBox } from "./box-maximum.js";
import { type Landscape, parametersOf } from "./landscape.js";
import type { Plain } from "./plain.js";

/** How much the loss can rise near the weights. */
export interface Sharpness {
  /** eps: parameter w may move by eps (|w| + 1). */
  readonly box: number;
  /** The mean loss over the samples, and the largest found in the box. */
  readonly loss: number;
  readonly most: number;
  /** 100 (most - loss) / (1 + loss). */
  readonly sharpness: number;
}

/**
 * Sharpness of Keskar et al. 2016 (arXiv:1609.04836, definition 2.1) in the full space: 100 (max f(w + y) - f(w)) / (1 + f(w)) over
 * |y_k| <= eps (|w_k| + 1), where f is the mean loss. Only parameters that are there move: a sparse network has fewer of them, so compare networks of as
 * many. The maximum is one found in so many iterations, as theirs is.
 */
export async function sharpnessOf(
  landscape: Landscape,
  plain: Plain,
  boxes: readonly number[],
  iterations: number,
): Promise<Sharpness[]> {
  const w = parametersOf(plain);
  const { loss } = await landscape.at(w);
  const found: Sharpness[] = [];
  for (const box of boxes) {
    const room = w.map((value) => box * (Math.abs(value) + 1));
    const most = await maximumInBox((x) => landscape.at(x), w, room, iterations);
    found.push({ box, loss, most, sharpness: (100 * (most - loss)) / (1 + loss) });
  }
  return found;
}
