import type { Dataset } from "../data/dataset.js";
import { type EvolutionConfig, zetaAt } from "../evolution/config.js";
import { findPieces } from "../evolution/pieces.js";
import { countAnswers, type SavedModel } from "../io/saved-model.js";
import { isPieceSchema } from "../options/piece.js";
import { check, isRecord } from "../util/check.js";
import { cut } from "../util/shown.js";
import { FLAT } from "./flat-options.js";
import type { TrainConfig } from "./options.js";
import type { EvolutionRecord } from "./records.js";
import { evolvesAfter, rateAt } from "./schedules.js";

/** A run may go on only as it was started: anything else would not be the run it claims to be. */
export function checkResume(saved: SavedModel, config: TrainConfig, set: Dataset): void {
  const { training, features, classes } = saved;
  check(!saved.members?.[0].weight, "resume", () => {
    return "this is a blend of trained models, which cannot be trained on; go on from one of theirs";
  });
  check(training !== undefined, "resume", () => {
    return "this file has no training state: only a checkpoint of a training run can be continued";
  });
  check(features === set.features, "resume", () => `the checkpoint has ${features} features, the data ${set.features}`);
  check(classes.join("\n") === set.classes.join("\n"), "resume", () => {
    return `the checkpoint's classes are ${classes.join(", ")}, the data's ${set.classes.join(", ")}`;
  });
  const before = flatten(plainJson(training.config));
  const now = flatten(plainJson(config));
  checkPieces(before, now);
  const different = [...new Set([...before.keys(), ...now.keys()])].filter((key) => before.get(key) !== now.get(key));
  const { epoch, step, evolutions } = training;
  const planned = Number(before.get("epochs"));
  const beyond = different.join() === "epochs" && goesBeyond(config, planned, epoch);
  const remedy = config.epochs > planned ? ELSEWHERE : "repeat the first command's options";
  const list = () =>
    different.map((key) => `${key} was ${before.get(key) ?? "absent"} and is ${now.get(key) ?? "absent"}`).join("; ");
  check(different.length === 0 || beyond, "resume", () => `options contradict the checkpoint: ${list()}; ${remedy}`);
  const [found, members] = [countAnswers(saved), config.members ?? 1];
  check(found === members, "resume", () => `the checkpoint holds ${found} of the run's ${members} networks; give it whole`);
  const last = evolutions[evolutions.length - 1] as EvolutionRecord | undefined;
  check(!evolvesAfter(config, step, step / epoch) || last?.epoch === epoch || epoch === planned, "resume", () => {
    return `this is the best network, as it was in epoch ${epoch} before the evolution that follows; go on from a checkpoint`;
  });
}

/** What to do where a run cannot go on beyond its plan. */
export const ELSEWHERE =
  "train its network further in a new run (--start MODEL), as what this one did hangs on how many epochs there are";

/** Whether a run of a config that was planned for other epochs did, up to epoch `done`, what one of so many as the config has would have done. */
export function goesBeyond(config: TrainConfig, planned: number, done: number): boolean {
  const { lr, evolution, epochs, layout } = config;
  if (epochs < planned || layout.ends || evolution?.until !== undefined || (evolution && goesByProgress(evolution))) return false;
  for (let epoch = 1; epoch <= done; epoch++) {
    for (const time of [epoch - 1, epoch - 0.5]) if (rateAt(lr, time, epochs) !== rateAt(lr, time, planned)) return false;
    if (evolution && zetaAt(evolution, epoch, epochs) !== zetaAt(evolution, epoch, planned)) return false;
  }
  return true;
}

/** Whether evolutions may go by the part of the epochs that is done: pieces of the user's own are told of it, and can. */
function goesByProgress(evolution: EvolutionConfig): boolean {
  const { prune, grow, allocate } = evolution;
  const { ages = isRecord(prune) } = findPieces(evolution).pruner;
  return ages || isRecord(grow) || isRecord(allocate);
}

/** Stopping early ends with the best network, of which a checkpoint holds no more than the loss. */
export function checkBest({ training }: SavedModel, best: SavedModel | undefined, { patience }: TrainConfig): void {
  if (patience === null || !training?.best) return;
  const { epoch } = training.best;
  const given = best?.training?.epoch;
  check(given !== undefined && (given === epoch || given > training.epoch), "resume", () => {
    return `the best network so far is that of epoch ${epoch}, ${given === undefined ? "and none" : `but that of epoch ${given}`} was given; give what onBest got last as best`;
  });
}

/** As a file would give it: pieces are their names. */
const plainJson = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

/** Throws unless what the checkpoint names is built in or handed in: the run cannot go on without it. */
function checkPieces(before: ReadonlyMap<string, string>, now: ReadonlyMap<string, string>): void {
  for (const { path, schema } of FLAT) {
    const place = path.join(".");
    const name = before.get(place);
    if (!isPieceSchema(schema) || name === undefined || name === now.get(place)) continue;
    check(Object.hasOwn(schema.builtIn, JSON.parse(name)), `resume: ${schema.what}`, () => {
      return `${cut(name)} is not built in (${Object.keys(schema.builtIn).join(", ")}); hand it in as ${place}, an object of that name`;
    });
  }
}

function flatten(value: unknown, path = "", into = new Map<string, string>()): Map<string, string> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return into.set(path, JSON.stringify(value));
  for (const [key, inner] of Object.entries(value)) flatten(inner, path ? `${path}.${key}` : key, into);
  return into;
}
