import { neuronsLeft } from "../../evolution/neurons.js";
import { check } from "../../util/check.js";
import { denseLayers } from "./dense.js";
import { erdosRenyi } from "./erdos-renyi.js";
import { keepConnections, type Layout, type LayoutRule, parametersOf, type RemovalPlan, type Shape } from "./layout.js";

/** Dense, with as many parameters as npset's plan ends with: see `smallDense`. */
export const denseSmall: LayoutRule = {
  sparse: false,
  hidden: true,
  matched: true,
  layout: (shape, plan) => denseLayers(shape, smallDense(shape, plan)),
};

/** The layout npset is planned to end with: hidden layers as its schedule leaves them, connections by its budget. */
function finalLayout(shape: Shape, plan: RemovalPlan | null): Layout {
  const layout = erdosRenyi.layout(shape, plan);
  if (!plan) return layout;
  const { removal, epochs, period } = plan;
  const sizes = layout.sizes.map((size, i) =>
    i === 0 || i === layout.sizes.length - 1 ? size : neuronsLeft(removal, size, epochs, period),
  );
  const densities = removal.budget === "constant" ? keepConnections(layout, sizes) : layout.densities;
  return { sizes, densities };
}

/**
 * Hidden widths of a dense network with as many parameters as npset's planned final count, within 1 % or half a first-layer neuron:
 * all widths scaled alike to below that count, then single neurons added where that comes nearer. None is taken away again: that would pay
 * for a neuron of a wide first layer with all but one of the others'. Throws when even one neuron a layer has more parameters.
 */
export function smallDense(shape: Shape, plan: RemovalPlan | null): number[] {
  const target = parametersOf(finalLayout(shape, plan));
  const parameters = (widths: number[]) => {
    const sizes = [shape.inputs, ...widths, shape.classes];
    return sizes.slice(1).reduce((sum, out, i) => sum + out * (sizes[i] + 1), 0);
  };
  const scaled = (scale: number) => shape.hidden.map((width) => Math.max(1, Math.round(scale * width)));
  let [low, high] = [0, 1];
  for (let i = 0; i < 50; i++) {
    const middle = (low + high) / 2;
    if (parameters(scaled(middle)) > target) high = middle;
    else low = middle;
  }
  let widths = scaled(low);
  const distance = (candidate: number[]) => Math.abs(parameters(candidate) - target);
  for (let improved = true; improved; ) {
    const moves = widths.map((_, i) => widths.map((width, j) => (i === j ? width + 1 : width)));
    const best = moves.reduce((a, b) => (distance(b) < distance(a) ? b : a));
    improved = distance(best) < distance(widths);
    if (improved) widths = best;
  }
  const tolerance = Math.max(0.01 * target, (shape.inputs + 1 + (widths[1] ?? shape.classes)) / 2);
  check(distance(widths) <= tolerance, "dense-small", () => {
    return `npset would end with ${target} parameters, the nearest dense network of hidden layers ${widths.join("-")} has ${parameters(widths)}; use fewer hidden layers or a larger epsilon`;
  });
  return widths;
}
