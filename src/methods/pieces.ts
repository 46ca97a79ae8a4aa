import type { Activation } from "../activations/activation.js";
import { ACTIVATION } from "../activations/schema.js";
import type { Allocator } from "../evolution/allocators/allocator.js";
import type { Grower } from "../evolution/growers/grower.js";
import { ALLOCATOR, GROWER, PRUNER, SCORER } from "../evolution/options.js";
import type { Pruner } from "../evolution/pruners/pruner.js";
import type { Scorer } from "../evolution/scorers/scorer.js";
import type { LayerKind } from "../layers/kind.js";
import { LAYER } from "../layers/schema.js";
import type { Loss } from "../losses/loss.js";
import { LOSS } from "../losses/schema.js";
import type { Metric } from "../metrics/metric.js";
import { METRIC } from "../metrics/schema.js";
import type { Optimiser } from "../optimisers/optimiser.js";
import { OPTIMISER } from "../optimisers/schema.js";
import { callable, type PieceSchema, pieceOf } from "../options/piece.js";
import { custom, flag, oneOf, optional, record, text } from "../options/schema.js";
import type { RateSchedule } from "../rates/rate-schedule.js";
import { SCHEDULE } from "../rates/schema.js";
import { TASK } from "../tasks/schema.js";
import type { Task } from "../tasks/task.js";
import { check, isRecord } from "../util/check.js";
import { shown } from "../util/shown.js";
import { METHODS, type MethodName } from "./index.js";
import type { Method } from "./method.js";
import { TOPOLOGY_NAMES } from "./topologies/index.js";

/** A piece by its name, which may be one of `pieces`, or as an object. */
const role = (kind: Pick<PieceSchema, "what" | "problem">) =>
  optional(
    custom((value) => typeof value === "string" || kind.problem(value) === undefined, `a name, or a ${kind.what} of your own`),
  );
const layout = record({ sparse: flag(), hidden: flag(), matched: optional(flag()), layout: callable }, { only: true });

/** A method: by its name, or one of the user's own. */
export const METHOD = pieceOf<MethodName, Method>("method", METHODS, {
  told: ["layout"],
  fields: {
    layout,
    prune: role(PRUNER),
    grow: role(GROWER),
    remove: role(SCORER),
    allocate: role(ALLOCATOR),
    growFirst: optional(flag()),
    removal: optional(custom(isRecord, "an object of options")),
    evolution: optional(custom(isRecord, "an object of options")),
    topology: optional(oneOf(TOPOLOGY_NAMES)),
    source: optional(text()),
  },
});

/** A piece of the user's own, of any kind: options and files name it. */
export type OwnPiece =
  | (Method | Pruner | Grower | Allocator | Scorer | Optimiser | RateSchedule)
  | (Activation | Loss | Metric | Task | LayerKind);

/** What has a name. */
type Named = Pick<OwnPiece, "name">;

const KINDS = [METHOD, PRUNER, GROWER, ALLOCATOR, SCORER, OPTIMISER, SCHEDULE, ACTIVATION, LOSS, METRIC, TASK, LAYER];
const kindsWith = (more: readonly PieceSchema[]): readonly PieceSchema[] => [...KINDS, ...more];

/** Pieces, and the losses and metrics that tasks among them have: options name these as well. */
export function withParts(pieces: readonly OwnPiece[]): readonly OwnPiece[] {
  const parts = pieces.flatMap((piece) => (TASK.isOne(piece) ? [...(piece as Task).losses, ...(piece as Task).metrics] : []));
  return [...pieces, ...parts.filter((part) => typeof part === "object")];
}

/** The kind of a piece, among `more` kinds that training does not know of, too; undefined of what is none. */
export function kindOfPiece(piece: object, more: readonly PieceSchema[] = []): PieceSchema | undefined {
  return kindsWith(more).find(({ isOne }) => isOne(piece));
}

/** Whether an object is a built-in piece. */
export const isBuiltIn = (piece: object): boolean =>
  kindsWith([]).some(({ builtIn }) => Object.values<object>(builtIn).includes(piece));

/**
 * Throws a usage error unless `pieces` is a list of pieces, of which no two of a kind have one name. `titles` are what messages call its items,
 * and `more` are kinds that training does not know of.
 */
export function checkPieces(
  pieces: readonly Named[],
  where: string,
  titles?: readonly string[],
  more: readonly PieceSchema[] = [],
): void {
  check(Array.isArray(pieces), where, () => `${shown(pieces)} is no list of pieces`);
  const seen = new Set<string>();
  for (const [i, piece] of pieces.entries()) {
    const at = `${where}: ${titles?.[i] ?? `item ${i}`}`;
    const kind = isRecord(piece) ? kindOfPiece(piece, more) : undefined;
    check(kind !== undefined, at, () => {
      return `${shown(piece)} is none of these: ${kindsWith(more)
        .map(({ what }) => what)
        .join(", ")}`;
    });
    const problem = kind.problem(piece);
    check(problem === undefined, at, () => `${kind.what}: ${problem}`);
    const title = `${kind.what} "${piece.name}"`;
    check(!seen.has(title), at, () => `${title} is listed twice; leave one out`);
    seen.add(title);
  }
}
