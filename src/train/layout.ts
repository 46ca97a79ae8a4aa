import { type EvolutionConfig, type RemovalConfig, zetaAt } from "../evolution/config.js";
import { neuronsLeft } from "../evolution/neurons.js";
import { findPieces } from "../evolution/pieces.js";
import { countEvolutions } from "../evolution/schedules.js";
import type { LayerKind } from "../layers/kind.js";
import { changes } from "../methods/evolution-of.js";
import { layOut } from "../methods/index.js";
import { connectionsOf, type Layout, type LayoutQuestion, withKinds, withStart } from "../methods/layouts/layout.js";
import type { Method } from "../methods/method.js";
import { check } from "../util/check.js";
import type { StartRecord } from "./options.js";
import { startLayout } from "./start.js";

/** What a layout depends on beside its method, the sizes asked for and the evolutions. */
interface Placed {
  readonly epochs: number;
  readonly output: LayoutQuestion["output"];
  readonly start: StartRecord | undefined;
  readonly kinds: readonly (LayerKind | null)[] | undefined;
  readonly removal: RemovalConfig | null;
}

/** The layers that training begins with, and what they fall to where they begin denser. */
export function layoutFor(method: Method, question: LayoutQuestion, planned: EvolutionConfig, placed: Placed): Layout {
  const { epochs, output, start, kinds, removal } = placed;
  const { period, until } = planned;
  const laidOut = () => layOut(method, question, removal && { removal, epochs, period, until });
  const ended = start ? startLayout(method, start) : kinds ? withKinds(laidOut(), kinds) : laidOut();
  if (!start) checkConnected(ended);
  const density = startDensity(method, planned, epochs, start);
  const layout = density === undefined ? ended : withStart(ended, density, output);
  if (changes(method) && planned.growFirst) checkBeside(layout, planned, placed);
  return layout;
}

/** Throws where a sparse layer would have no connection at all. */
function checkConnected({ sizes, densities, kinds }: Layout): void {
  for (const [i, density] of densities.entries()) {
    const [inputs, out] = [sizes[i], sizes[i + 1]];
    check(density === null || Boolean(kinds?.[i]) || Math.round(density * inputs * out) > 0, "epsilon", () => {
      return `layer ${i} of ${inputs} inputs and ${out} outputs would have no connection; take a larger epsilon`;
    });
  }
}

/**
 * Throws where growth that comes before pruning is sure to find too few free cells: at the first evolution, or at the first after all neurons that
 * are to leave have left. What allocators and thresholds over layers do is not known before.
 */
function checkBeside(layout: Layout, planned: EvolutionConfig, { epochs, output }: Placed): void {
  const { removal, period } = planned;
  const { allocator, pruner } = findPieces(planned);
  if (!allocator.keeps || !pruner.count || pruner.scope === "network" || layout.kinds) return;
  const connections = connectionsOf(layout);
  const evolving = [...connections.keys()].filter((i) => {
    return layout.densities[i] !== null && !(i === connections.length - 1 && output === "fixed");
  });
  const checkAt = (sizes: readonly number[], epoch: number) => {
    if (countEvolutions(planned, epochs) * period < epoch) return;
    for (const i of evolving) {
      const cells = sizes[i] * sizes[i + 1];
      const held = Math.min(connections[i], cells);
      const pruned = Math.floor(zetaAt(planned, epoch, epochs) * held) - Number(pruner.scope === "sign"); // of either sign whole ones
      check(held + Math.max(0, pruned) <= cells, "grow first", () => {
        return `layer ${i} has ${held} connections in ${cells} cells, so ${pruned} more do not fit beside those to be pruned; prune first, a smaller fraction (zeta), or take a smaller epsilon`;
      });
    }
  };
  checkAt(layout.sizes, period);
  if (removal?.budget !== "constant") return;
  const last = layout.sizes.length - 1;
  const left = layout.sizes.map((n, i) => (i === 0 || i === last ? n : neuronsLeft(removal, n, epochs, planned)));
  checkAt(left, (Math.ceil(removal.last / period) + 1) * period);
}

/** What layers begin with that are to fall to their own densities; undefined where they keep them. Throws where they could not fall. */
function startDensity(
  method: Method,
  planned: EvolutionConfig,
  epochs: number,
  start: StartRecord | undefined,
): number | undefined {
  const { densityStart } = planned;
  if (densityStart === undefined || !changes(method)) return undefined;
  const { name } = findPieces(planned).allocator;
  check(start === undefined, "allocate", () => {
    return `${name} lets layers begin denser, but the model that training starts from brings its connections; take another`;
  });
  check(countEvolutions(planned, epochs) > 0, "allocate", () => {
    return `${name} lets connections go in evolutions, and there are none in ${epochs} epochs; train longer, or evolve more often`;
  });
  return densityStart;
}
