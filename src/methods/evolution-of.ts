import type { EvolutionOptions, RemovalOptions } from "../evolution/config.js";
import { EVOLUTION } from "../evolution/options.js";
import { saidOf } from "../options/option.js";
import { check } from "../util/check.js";
import type { Method } from "./method.js";

/** Whether evolutions of the method change anything. */
export const changes = ({ prune, remove }: Method): boolean => prune !== undefined || remove !== undefined;

/** The options of the evolutions of a method: what is asked for, in its place the method's own, and nothing that it does not do. */
export function evolutionOf(method: Method, given: EvolutionOptions): EvolutionOptions {
  const asked = { ...method.evolution, ...defined(given) };
  const removal = removalOf(method, asked.removal);
  checkUsed(method, given);
  if (method.prune === undefined) return { ...asked, prune: "none", removal: removal && { ...removal, budget: "shrinking" } };
  const { prune = method.prune, grow = method.grow, growFirst = method.growFirst } = asked;
  const { allocate = asked.removal?.budget === undefined ? method.allocate : undefined } = asked;
  return { ...asked, prune, grow, growFirst, allocate, removal };
}

/** Throws where rules are asked for of a method that prunes nothing and grows nothing: they would do nothing. */
function checkUsed({ name, prune }: Method, given: EvolutionOptions): void {
  const { period: _when, until: _end, ...rules } = EVOLUTION;
  const idle = Object.keys(rules).find((key) => (given[key as keyof typeof rules] ?? null) !== null);
  check(prune !== undefined || idle === undefined, idle ? saidOf(EVOLUTION, idle) : "", () => {
    return `method ${name} prunes nothing and grows nothing; take one that does, such as set, or drop the option`;
  });
}

/** The options that have a value. */
const defined = <T extends object>(options: T): Partial<T> =>
  Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as Partial<T>;

function removalOf({ name, layout, prune, remove, removal }: Method, asked: EvolutionOptions["removal"]): RemovalOptions | null {
  const removes = remove !== undefined;
  check(!asked || removes || layout.matched === true, "removal", () => {
    return `method ${name} removes no neurons; use npset or static-np, or drop the option`;
  });
  check(asked?.budget !== "constant" || !removes || prune !== undefined, "removal budget", () => {
    return `method ${name} grows nothing, so its budget is shrinking; drop the option, or use npset`;
  });
  check(asked !== null || !removes, "removal", () => `method ${name} removes neurons; use set or static to keep them`);
  return removes ? { score: remove, ...removal, ...defined(asked ?? {}) } : null;
}
