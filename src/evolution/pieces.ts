import { check } from "../util/check.js";
import { shown } from "../util/shown.js";
import type { Allocator } from "./allocators/allocator.js";
import { ALLOCATORS } from "./allocators/index.js";
import type { EvolutionConfig, EvolutionOptions } from "./config.js";
import type { Grower } from "./growers/grower.js";
import { GROWERS } from "./growers/index.js";
import { PRUNERS } from "./pruners/index.js";
import type { Pruner } from "./pruners/pruner.js";
import { SCORERS } from "./scorers/index.js";
import type { Scorer } from "./scorers/scorer.js";

/** The pieces of an evolution. */
export interface Pieces {
  readonly pruner: Pruner;
  readonly grower: Grower;
  readonly allocator: Allocator;
  /** null where no neuron leaves. */
  readonly scorer: Scorer | null;
}

/** Pieces that a user of the library hands in. */
export type OwnPieces = Partial<Pieces>;

/** The pieces among the options that are objects. */
export function ownPieces({ prune, grow, allocate, removal }: EvolutionOptions): OwnPieces {
  const score = removal?.score;
  return {
    ...(typeof prune === "object" && { pruner: prune }),
    ...(typeof grow === "object" && { grower: grow }),
    ...(typeof allocate === "object" && { allocator: allocate }),
    ...(typeof score === "object" && { scorer: score }),
  };
}

/** The pieces that a config names, those that were handed in among them. Throws on the name of one that is neither built in nor handed in. */
export function findPieces({ prune, grow, allocate, removal }: EvolutionConfig, own: OwnPieces = {}, where = ""): Pieces {
  const allocator = allocate ?? removal?.budget ?? "constant";
  return {
    pruner: find<Pruner>(PRUNERS, own.pruner, prune, `${where}pruner`, "evolution.prune"),
    grower: find<Grower>(GROWERS, own.grower, grow ?? "random", `${where}grower`, "evolution.grow"),
    allocator: find<Allocator>(ALLOCATORS, own.allocator, allocator, `${where}allocator`, "evolution.allocate"),
    scorer: removal && find<Scorer>(SCORERS, own.scorer, removal.score, `${where}scorer`, "evolution.removal.score"),
  };
}

function find<T extends { readonly name: string }>(
  builtIn: Readonly<Record<string, T>>,
  own: T | null | undefined,
  name: string,
  where: string,
  option: string,
): T {
  if (own?.name === name) return own;
  check(Object.hasOwn(builtIn, name), where, () => {
    return `${shown(name)} is not built in (${Object.keys(builtIn).join(", ")}); hand it in as ${option}, an object of that name`;
  });
  return builtIn[name];
}
