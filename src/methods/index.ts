import { findPiece } from "../options/piece.js";
import { integer, list, nullable, number, problemOf, record } from "../options/schema.js";
import { check } from "../util/check.js";
import { LAYOUTS } from "./layouts/index.js";
import type { Layout, LayoutQuestion, RemovalSchedule } from "./layouts/layout.js";
import type { Method } from "./method.js";
import { PRESETS } from "./presets.js";

const { erdosRenyi, half, dense, denseSmall, linear } = LAYOUTS;

/** The methods by name, a line each: presets of the same parts. */
export const METHODS = {
  npset: { name: "npset", layout: erdosRenyi, prune: "set", grow: "random", remove: "strength" },
  set: { name: "set", layout: erdosRenyi, prune: "set", grow: "random" },
  static: { name: "static", layout: erdosRenyi },
  "static-np": { name: "static-np", layout: erdosRenyi, remove: "strength" },
  "set-half": { name: "set-half", layout: half, prune: "set", grow: "random" },
  dense: { name: "dense", layout: dense },
  "dense-small": { name: "dense-small", layout: denseSmall },
  linear: { name: "linear", layout: linear },
  ...PRESETS,
} satisfies Record<string, Method>;

/** The name of a built-in method. */
export type MethodName = keyof typeof METHODS;
/** The names of the methods. */
export const METHOD_NAMES = Object.keys(METHODS) as MethodName[];
/** Those that stand beside one another unless others are asked for: the published presets are left out. */
export const COMPARED = METHOD_NAMES.filter((name) => !(name in PRESETS));

/** The method of that name, or itself. */
export const methodOf = (method: MethodName | Method): Method => findPiece<MethodName, Method>(METHODS, method);

const LAID_OUT = record({
  sizes: list(integer({ min: 1 }), { least: 2 }),
  densities: list(nullable(number({ above: 0, max: 1 }))),
});

/** The network that a method starts with. Throws where it needs a hidden layer and there is none. */
export function layOut({ name, layout }: Method, question: LayoutQuestion, schedule: RemovalSchedule | null): Layout {
  check(question.hidden.length > 0 || !layout.hidden, "hidden", () => {
    return `method ${name} needs at least one hidden layer; method linear has none`;
  });
  const made = layout.layout(question, schedule);
  const where = `method ${name}: layout`;
  const { inputs, classes } = question;
  const wrong = problemOf(LAID_OUT, made);
  check(wrong === undefined, where, () => `${wrong?.at && `${wrong.at}: `}${wrong?.message}`);
  const { sizes, densities } = made;
  const fits = sizes[0] === inputs && sizes[sizes.length - 1] === classes && densities.length === sizes.length - 1;
  check(fits, where, () => {
    return `gives sizes ${sizes.join("-")} and ${densities.length} densities; expected ${inputs} inputs, ${classes} classes, and a density per layer between`;
  });
  return made;
}
