import type { Dataset } from "../data/dataset.js";
import type { EvolutionConfig } from "../evolution/config.js";
import { findPieces, type OwnPieces } from "../evolution/pieces.js";
import type { SavedModel } from "../io/saved-model.js";
import { METHODS } from "../methods/index.js";
import { check, isRecord } from "../util/check.js";
import { shown } from "../util/shown.js";
import type { TrainConfig } from "./options.js";
import type { EvolutionRecord } from "./records.js";
import { evolvesAfter } from "./schedules.js";

/** A run may go on only as it was started: anything else would not be the run it claims to be. */
export function checkResume(
  { training, features, classes }: SavedModel,
  config: TrainConfig,
  set: Dataset,
  own: OwnPieces = {},
): void {
  check(
    training !== undefined,
    "resume",
    () => "this file has no training state: only a checkpoint of a training run can be continued",
  );
  check(features === set.features, "resume", () => `the checkpoint has ${features} features, the data ${set.features}`);
  check(
    classes.join("\n") === set.classes.join("\n"),
    "resume",
    () => `the checkpoint's classes are ${classes.join(", ")}, the data's ${set.classes.join(", ")}`,
  );
  checkPieces(training.config, config, own);
  const before = flatten(plainJson(training.config));
  const now = flatten(plainJson(config));
  const different = [...new Set([...before.keys(), ...now.keys()])].filter((key) => before.get(key) !== now.get(key));
  const list = () =>
    different.map((key) => `${key} was ${before.get(key) ?? "absent"} and is ${now.get(key) ?? "absent"}`).join("; ");
  check(
    different.length === 0,
    "resume",
    () => `options contradict the checkpoint: ${list()}; repeat the first command's options`,
  );
  const { epoch, evolutions } = training;
  const last = evolutions[evolutions.length - 1] as EvolutionRecord | undefined;
  check(
    !evolvesAfter(config, epoch) || last?.epoch === epoch,
    "resume",
    () => `this is the best network, as it was in epoch ${epoch} before the evolution that follows; go on from a checkpoint`,
  );
}

/** Stopping early ends with the best network, of which a checkpoint holds no more than the loss. */
export function checkBest({ training }: SavedModel, best: SavedModel | undefined, { patience }: TrainConfig): void {
  if (patience === null || !training?.best) return;
  const { epoch } = training.best;
  const given = best?.training?.epoch;
  check(
    given !== undefined && (given === epoch || given > training.epoch),
    "resume",
    () =>
      `the best network so far is that of epoch ${epoch}, ${given === undefined ? "and none" : `but that of epoch ${given}`} was given; give what onBest got last as best`,
  );
}

/** As a file would give it: pieces are their names. */
const plainJson = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

/** Throws unless what the checkpoint names is built in or handed in: the run cannot go on without it. */
function checkPieces(recorded: unknown, { method }: TrainConfig, own: OwnPieces): void {
  if (!isRecord(recorded)) return;
  const name = String(recorded.method);
  check(
    Object.hasOwn(METHODS, name) || name === method,
    "resume: method",
    () => `${shown(name)} is not built in; hand it in as method, an object of that name`,
  );
  if (isRecord(recorded.evolution)) findPieces(recorded.evolution as unknown as EvolutionConfig, own, "resume: ");
}

function flatten(value: unknown, path = "", into = new Map<string, string>()): Map<string, string> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return into.set(path, JSON.stringify(value));
  for (const [key, inner] of Object.entries(value)) flatten(inner, path ? `${path}.${key}` : key, into);
  return into;
}
