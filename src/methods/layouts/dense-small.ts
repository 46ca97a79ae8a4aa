import { neuronsLeft } from "../../evolution/neurons.js";
import { check } from "../../util/check.js";
import { denseLayers } from "./dense.js";
import { erdosRenyi } from "./erdos-renyi.js";
import {
  keepConnections,
  type Layout,
  type LayoutQuestion,
  type LayoutRule,
  parametersOf,
  type RemovalSchedule,
} from "./layout.js";

/** Dense, with as many parameters as npset ends with: see `smallDense`. */
export const denseSmall: LayoutRule = {
  sparse: false,
  hidden: true,
  matched: true,
  layout: (question, schedule) => denseLayers(question, smallDense(question, schedule)),
};

/** The layout npset is planned to end with: hidden layers as its schedule leaves them, connections by its budget. */
function finalLayout(question: LayoutQuestion, schedule: RemovalSchedule | null): Layout {
  const layout = erdosRenyi.layout(question, schedule);
  if (!schedule) return layout;
  const { removal, epochs } = schedule;
  check(removal.schedule !== "below", "dense-small", () => {
    return "with removal schedule below it is not known how many neurons npset would leave; take another schedule";
  });
  const sizes = layout.sizes.map((size, i) =>
    i === 0 || i === layout.sizes.length - 1 ? size : neuronsLeft(removal, size, epochs, schedule),
  );
  const densities = removal.budget === "constant" ? keepConnections(layout, sizes) : layout.densities;
  return { sizes, densities };
}

/**
 * Hidden widths of a dense network with as many parameters as npset's planned final count, within 1 % or half a first-layer neuron:
 * all widths scaled alike to below that count, then single neurons added where that comes nearer. None is taken away again: that would pay
 * for a neuron of a wide first layer with all but one of the others'. Throws when even one neuron a layer has more parameters.
 */
export function smallDense(question: LayoutQuestion, schedule: RemovalSchedule | null): number[] {
  const target = parametersOf(finalLayout(question, schedule));
  const parameters = (widths: number[]) => {
    const sizes = [question.inputs, ...widths, question.classes];
    return sizes.slice(1).reduce((sum, out, i) => sum + out * (sizes[i] + 1), 0);
  };
  const scaled = (scale: number) => question.hidden.map((width) => Math.max(1, Math.round(scale * width)));
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
  const tolerance = Math.max(0.01 * target, (question.inputs + 1 + (widths[1] ?? question.classes)) / 2);
  check(distance(widths) <= tolerance, "dense-small", () => {
    return `npset would end with ${target} parameters, the nearest dense network of hidden layers ${widths.join("-")} has ${parameters(widths)}; use fewer hidden layers or a larger epsilon`;
  });
  return widths;
}
