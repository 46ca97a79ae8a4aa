import type { EvolutionConfig, RemovalConfig } from "../evolution/config.js";
import { findPieces } from "../evolution/pieces.js";
import { countEvolutions } from "../evolution/schedules.js";
import type { LayerKind } from "../layers/kind.js";
import { changes } from "../methods/evolution-of.js";
import { layOut } from "../methods/index.js";
import { type Layout, type LayoutQuestion, withKinds, withStart } from "../methods/layouts/layout.js";
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
  const density = startDensity(method, planned, epochs, start);
  return density === undefined ? ended : withStart(ended, density, output);
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
