import type { OwnPiece } from "../../methods/pieces.js";
import { shellCommand } from "../../report/format.js";
import { taskOf } from "../../tasks/index.js";
import { check, checkOneOf, didYouMean } from "../../util/check.js";
import { version } from "../../util/version.js";
import type { Job, JobDevice } from "../run/job.js";
import type { RunResult } from "../run/records.js";
import type { RunOrigin } from "../run/run.js";
import type { Rates } from "../run/tune-run.js";
import { checkAnswer } from "../store/check-answer.js";
import { sha256Json } from "../store/store.js";
import type { SuiteConfig } from "./config.js";
import { loadSuite, readSuiteData } from "./load.js";
import { hasPrefix, type PlannedRun, plannedRuns } from "./planned-runs.js";
import { drawSplits, type SplitRecord, splitOf } from "./splits.js";

/** A suite, its splits, and the runs that were asked for. */
export interface PlannedSuite {
  readonly suite: SuiteConfig;
  readonly splits: readonly SplitRecord[];
  /** In the order they are started. */
  readonly runs: readonly PlannedRun[];
  jobOf(run: PlannedRun, rates: Rates | null): Job;
  /** The answer to a run's job as its result; throws where it is not: see `checkAnswer`. */
  checked(run: PlannedRun, job: Job, answer: unknown): RunResult;
}

/** What was asked for. */
export interface SuiteRequest {
  /** A built-in suite, or a file. */
  readonly suite: string;
  /** Prefixes of keys; undefined for all. */
  readonly only?: readonly string[];
  readonly device: JobDevice;
  /** Own pieces that the suite may name, and the words by which a command gets them. */
  readonly pieces?: readonly OwnPiece[];
  readonly words?: readonly string[];
  /** COPPICE_DATA's folder. */
  readonly folder?: string;
}

/** Reads the datasets of the runs asked for, one after another, and plans them. Throws usage errors before anything is written. */
export async function planSuite({ suite: name, only, device, folder, pieces, words = [] }: SuiteRequest): Promise<PlannedSuite> {
  const { suite, base } = loadSuite(name, pieces);
  const task = taskOf(suite.task);
  for (const prefix of only ?? []) checkParts(prefix, suite);
  const concerned = suite.datasets.filter((data) => !only || only.some((prefix) => mayConcern(prefix, data.name)));
  const splits = new Map<string, SplitRecord>();
  for (const data of concerned)
    splits.set(data.name, drawSplits(data, await readSuiteData(data, { base, folder }, task), suite.seed, task));
  const all = plannedRuns(suite, splits);
  const runs = only ? selectRuns(all, only) : all;
  return {
    suite,
    splits: [...splits.values()],
    runs,
    jobOf: jobMaker(base, splits, [name, ...words], device),
    checked: (run, job, answer) => checkAnswer(answer, run, job, splits.get(run.data.name) as SplitRecord),
  };
}

/** Whether runs on a dataset may have keys that begin like this. */
function mayConcern(prefix: string, dataset: string): boolean {
  const [, named] = prefix.split("/");
  return !named || named === dataset;
}

/** Throws where a prefix names a study or a dataset that the suite lacks, before any is read. */
function checkParts(prefix: string, { studies, datasets }: SuiteConfig): void {
  const [study, dataset] = prefix.split("/");
  const [known, named] = [studies, datasets].map((list) => list.map(({ name }): string => name));
  checkOneOf(study, known, `--only ${prefix}: study`);
  if (dataset) checkOneOf(dataset, named, `--only ${prefix}: dataset`);
}

function selectRuns(all: readonly PlannedRun[], only: readonly string[]): PlannedRun[] {
  const keys = all.map(({ task }) => task.key);
  for (const prefix of only) {
    const parts = [...new Set(keys.map((key) => key.split("/").slice(0, prefix.split("/").length).join("/")))];
    const known = keys.some((key) => hasPrefix(key, prefix));
    check(known, "--only", () => {
      return `no run's key begins with "${prefix}"; ${didYouMean(prefix, parts)}keys are STUDY/DATASET/METHOD/SPLIT, e.g. ${keys[0] ?? "main/digits/set/0"}`;
    });
  }
  return all.filter(({ task }) => only.some((prefix) => hasPrefix(task.key, prefix)));
}

function jobMaker(
  base: string,
  splits: ReadonlyMap<string, SplitRecord>,
  named: readonly string[],
  device: JobDevice,
): PlannedSuite["jobOf"] {
  return (run, rates) => {
    const { task, data, needs } = run;
    const record = splits.get(data.name) as SplitRecord;
    const split = splitOf(record, task.run.split);
    const only = [...(needs ? [needs] : []), task.key].join(",");
    const words = ["coppice", "experiment", ...named, "--only", only, "--out", "runs/again"];
    const origin: RunOrigin = {
      config: sha256Json({ task, needs, data, split, test: record.sha256, device, version }),
      version,
      command: shellCommand(device === "cpu" ? words : [...words, "--device", device]),
      data: { name: data.name, sha256: record.sha256, samples: record.samples },
    };
    return { task: { ...task, rates: rates && { lr: rates.lr, decay: rates.decay } }, origin, data, base, split, device };
  };
}
