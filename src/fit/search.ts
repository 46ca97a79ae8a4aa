import { judgingOf } from "../experiment/run/leg.js";
import { checkedTargets } from "../tasks/checked.js";
import { taskOf } from "../tasks/index.js";
import { costOf, type Heard, type Judging, mixed } from "../tasks/judging/judging.js";
import { CoppiceError } from "../util/check.js";
import { maximum } from "../util/extremes.js";
import { random } from "../util/random.js";
import { lastRemoval } from "./candidates.js";
import { bestStop, curveOf, type Held, heardAt, legsOf, survivors, type Training } from "./halving.js";
import { type Chosen, type Part, partsOf } from "./parts.js";
import type { FitCandidate, FitChoice, FitFamily, FitPlan, FitStop, FitTrial } from "./result.js";
import { type FitRun, forEach, forgetState, trainUntil } from "./trial.js";

/** The families, in the order in which they are searched. */
export const FAMILIES: readonly FitFamily[] = ["linear", "network"];

/** What a search tells while it runs. */
export interface SearchEvents {
  /** After each training: it went on for so many epochs. */
  onTraining?(family: FitFamily, epochs: number): void;
  /** After each rung: its best candidate so far. */
  onBest?(family: FitFamily, best: FitCandidate, at: FitStop): void;
}

/** What a search found, and all that it tried. */
export interface Searched {
  readonly trials: readonly FitTrial[];
  readonly choice: FitChoice;
  /** What is chosen of `linear` alone: where networks diverge after all. */
  readonly linear: FitChoice;
}

/** A candidate, and where it stands. What it said of each sample is in the store: of all candidates together that is too much to hold. */
interface Contender {
  readonly candidate: FitCandidate;
  /** The epoch that it came to. */
  readonly epoch: number;
  readonly diverged: boolean;
  readonly curve: readonly FitStop[];
}

/**
 * Searches a part of the data by synchronous successive halving (Jamieson and Talwalkar 2016): all candidates of a family train on all folds to
 * the next rung, and the best go on from where they stand. A rung is the beginning of the whole run, under its schedules. Standardising and
 * medians are fitted inside each fold's training part. The choice goes by what the task scores of samples that a fold holds out.
 */
export async function search(
  run: FitRun,
  data: Chosen,
  plan: FitPlan,
  name: string,
  events: SearchEvents = {},
): Promise<Searched> {
  const parts = partsOf(data, plan, name);
  const judging = judgingOf(plan.task, plan.metric);
  const task = taskOf(plan.task);
  const { length: outputs } = task.outputs(data.data);
  const held = parts.map(({ heldOut }) => ({ targets: checkedTargets(task, heldOut.data, outputs) ?? [], outputs }));
  const bracketOf = (family: FitFamily, events: SearchEvents): Bracket => ({
    run,
    plan,
    name,
    parts,
    judging,
    held,
    family,
    events,
  });
  const found = {} as Record<FitFamily, readonly Contender[]>;
  for (const family of FAMILIES) found[family] = await halve(bracketOf(family, events));
  const trials = FAMILIES.flatMap((family) =>
    found[family].map(({ candidate, curve, diverged }) => ({ family, candidate, curve, diverged })),
  );
  const winners: Winner[] = [];
  for (const family of FAMILIES) {
    const best = winnerOf(judging, found[family]);
    const stop = best && stopOf(judging, best);
    if (!best || !stop) continue;
    const [trainings] = await trainAll(bracketOf(family, {}), [best.candidate], best.epoch); // from the store
    winners.push({ family, candidate: best.candidate, stop, heard: heardAt(trainings, held, stop.epoch) });
  }
  return { trials, choice: choose(judging, winners), linear: choose(judging, winners.slice(0, 1)) };
}

interface Bracket {
  readonly run: FitRun;
  readonly plan: FitPlan;
  readonly name: string;
  readonly parts: readonly Part[];
  readonly judging: Judging;
  readonly held: readonly Held[];
  readonly family: FitFamily;
  readonly events: SearchEvents;
}

/** All candidates of a family, with what became of each. */
async function halve(bracket: Bracket): Promise<Contender[]> {
  const { run, plan, parts, judging, held, family, events } = bracket;
  const { rungs, candidates } = plan;
  const all: Contender[] = candidates[family].map((candidate) => ({ candidate, epoch: 0, diverged: false, curve: [] }));
  const costs = (i: number) => costIn(judging, all[i]);
  let alive = all.map((_, i) => i);
  for (const { from, epoch, keep } of legsOf(rungs, family, all.length)) {
    const told = () => events.onTraining?.(family, epoch - from);
    const trained = await trainAll(
      bracket,
      alive.map((i) => all[i].candidate),
      epoch,
      told,
    );
    for (const [k, i] of alive.entries()) {
      const [{ candidate }, trainings] = [all[i], trained[k]];
      const diverged = trainings.some(({ diverged }) => diverged);
      all[i] = { candidate, epoch, diverged, curve: curveOf(judging, trainings, held) };
    }
    const kept = survivors(alive, costs, keep).filter((i) => Number.isFinite(costs(i)));
    const over = epoch === rungs.at(-1)?.epoch;
    for (const i of alive) {
      if (kept.includes(i) && !over) continue;
      for (const part of parts) await forgetState(run.store, trainingOf(bracket, all[i].candidate, part).key, epoch);
    }
    alive = kept;
    const best = alive.toSorted((a, b) => costs(a) - costs(b))[0];
    const at = best === undefined ? undefined : stopOf(judging, all[best]);
    if (at) events.onBest?.(family, all[best].candidate, at);
  }
  return all;
}

/** The trainings of candidates on all folds until an epoch; of what the store has, none is trained again. */
async function trainAll(
  bracket: Bracket,
  candidates: readonly FitCandidate[],
  until: number,
  onTraining?: () => void,
): Promise<Training[][]> {
  const trainings: Training[][] = candidates.map(() => []);
  const each = candidates.flatMap((candidate, c) => bracket.parts.map((part, p) => ({ c, p, candidate, part })));
  await forEach(bracket.run, each, async ({ c, p, candidate, part }) => {
    trainings[c][p] = await trainUntil(bracket.run, trainingOf(bracket, candidate, part), until);
    onTraining?.();
  });
  return trainings;
}

/** The training of a candidate on a fold. Candidates share its seed, so that luck does not choose between them. */
function trainingOf({ plan, name, family }: Bracket, candidate: FitCandidate, { repeat, fold, train, heldOut }: Part) {
  return {
    key: `${name}/${family}-${1 + plan.candidates[family].indexOf(candidate)}/${repeat + 1}-${fold + 1}`,
    options: {
      ...candidate.options,
      ...(family === "network" && { members: plan.searchMembers }),
      seed: random(plan.seed, "fit training", name, repeat, fold).uint32(),
    },
    stop: plan.stop,
    ...(plan.metric && { metric: plan.metric }),
    train,
    heldOut,
  };
}

const stopOf = ({ score }: Judging, { candidate, curve }: Contender) => bestStop(curve, lastRemoval(candidate.options), score);
const costIn = (judging: Judging, contender: Contender) => costOf(judging.score, stopOf(judging, contender)?.score ?? Number.NaN);

/** The best of those that came farthest: an earlier rung is of other epochs, and its removals may lie ahead. */
function winnerOf(judging: Judging, contenders: readonly Contender[]): Contender | undefined {
  const sound = contenders.filter(({ curve }) => curve.length > 0);
  const far = maximum(sound.map(({ curve }) => curve.length));
  return survivors(
    sound.filter(({ curve }) => curve.length === far),
    (contender) => costIn(judging, contender),
    1,
  )[0];
}

/** The best of a family, and what it said at its best stop of the samples held out. */
interface Winner {
  readonly family: FitFamily;
  readonly candidate: FitCandidate;
  readonly stop: FitStop;
  readonly heard: readonly Heard[];
}

/**
 * The best of the families, together or alone. Of equals `linear` alone is taken, then the network alone. Throws a failure where every training of
 * `linear` diverged.
 */
function choose(judging: Judging, sound: readonly Winner[]): FitChoice {
  if (sound[0]?.family !== "linear")
    throw new CoppiceError("fit: linear diverged at every rate; are the inputs of a sound scale?", "failure");
  const { score, weigh, truth } = judging;
  const models = sound.map(({ heard }) => heard);
  const alone = sound.map((_, k) => sound.map((_, l) => Number(k === l)));
  const answers = [...alone, ...(sound.length > 1 ? [weigh(models)] : [])].map((weights) => {
    return { weights, heard: mixed(models, weights) };
  });
  const [{ weights, heard }] = survivors(answers, (answer) => costOf(score, score.of(answer.heard)), 1);
  const best = sound.map(({ family, candidate, stop: { epoch, score } }) => {
    return [family, { candidate, epoch, score }] as const;
  });
  return {
    best: Object.fromEntries(best) as unknown as FitChoice["best"],
    weights: { network: 0, linear: 0, ...Object.fromEntries(sound.map(({ family }, k) => [family, weights[k]])) },
    score: score.of(heard),
    ...(truth && { heldOut: Array.from(truth(heard)) }),
  };
}
