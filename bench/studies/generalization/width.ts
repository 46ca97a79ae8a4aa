import { layOut, METHODS, type MethodName } from "../../../src/methods/index.js";
import { parametersOf } from "../../../src/methods/layouts/layout.js";
import { maximum } from "../../../src/util/extremes.js";

/** The data's sizes and the networks whose parameters are counted. */
export interface WidthOptions {
  readonly inputs: number;
  readonly classes: number;
  readonly widths: readonly number[];
  /** Hidden layers, all of one width. */
  readonly layers: number;
}

/** Parameters of one method against the width of the hidden layers. */
export interface WidthCurve {
  readonly method: MethodName;
  /** Erdos-Renyi parameter; of no matter to dense. */
  readonly epsilon: number;
  readonly parameters: readonly number[];
  /** Widths at which a layer before the output is capped at density 1: between hidden layers those up to 2 epsilon. */
  readonly capped: readonly number[];
  /**
   * Largest distance of an uncapped count from the straight line through the least and the widest uncapped width, as a fraction of the count;
   * null with fewer than 3 such widths. An Erdos-Renyi network's is what rounding to whole connections leaves.
   */
  readonly offLine: number | null;
}

/** Widths of claim 3, doubling. */
export const WIDTHS = [250, 500, 1000, 2000, 4000] as const;

/** Claim 3 by arithmetic: parameters (weights and biases) of `set` for every epsilon, and of `dense`, before any training. */
export function widthCurves(options: WidthOptions, epsilons: readonly number[]): WidthCurve[] {
  return [...epsilons.map((epsilon) => widthCurve("set", epsilon, options)), widthCurve("dense", 1, options)];
}

function widthCurve(method: "set" | "dense", epsilon: number, { inputs, classes, widths, layers }: WidthOptions): WidthCurve {
  const layouts = widths.map((width) => {
    const hidden = new Array<number>(layers).fill(width);
    return layOut(METHODS[method], { inputs, hidden, classes, epsilon, output: "auto" }, null);
  });
  const parameters = layouts.map(parametersOf);
  const capped = widths.filter((_, i) => method === "set" && layouts[i].densities.slice(0, -1).includes(null));
  const free = widths.flatMap((width, i) => (capped.includes(width) ? [] : [{ width, count: parameters[i] }]));
  return { method, epsilon, parameters, capped, offLine: distanceFromLine(free) };
}

function distanceFromLine(points: readonly { width: number; count: number }[]): number | null {
  if (points.length < 3) return null;
  const [first, last] = [points[0], points[points.length - 1]];
  const slope = (last.count - first.count) / (last.width - first.width);
  return maximum(points.map(({ width, count }) => Math.abs(first.count + slope * (width - first.width) - count) / count));
}
