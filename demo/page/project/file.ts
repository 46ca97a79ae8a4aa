import { schemasOf } from "../../../src/options/option.js";
import { list, nullable, oneOf, problemOf, record, text } from "../../../src/options/schema.js";
import { SETTINGS, type Settings, withLater } from "../../settings.js";
import type { Link } from "../link.js";
import { linkProblem } from "../link-check.js";
import { type PastRun, readPast } from "../past/store.js";
import type { Evaluated } from "../trust.js";

/** What a project says, beside its models and its data's files. */
export interface Project {
  /** What the data are called, and what tells them from others. */
  readonly name: string;
  readonly data: Link["data"];
  /** The names of the data's files in it; none where they are not. */
  readonly files: readonly string[];
  /** What the controls show. */
  readonly settings: Settings;
  /** The methods chosen to race against that of the settings; projects of 0.1.0 have none. */
  readonly rivals?: Link["rivals"];
  /** What each run of the last training was trained by. */
  readonly trained: readonly Settings[];
  /** The file that the page's model was opened from; null where training made it. */
  readonly opened: string | null;
  /** The lines of the table of runs, with their notes. */
  readonly runs: readonly PastRun[];
  readonly evaluation: Pick<Evaluated, "settings" | "report"> | null;
}

const FORMAT = "coppice project 1";

const PROJECT = record({
  format: oneOf([FORMAT]),
  name: text(),
  files: list(text()),
  settings: record(schemasOf(SETTINGS), { only: true }),
  opened: nullable(text()),
});

/** A project as text. Columns of numbers become lists. */
export function projectText(project: Project): string {
  const plain = (_: string, value: unknown) => (ArrayBuffer.isView(value) ? Array.from(value as Float32Array) : value);
  return JSON.stringify({ format: FORMAT, ...project }, plain, 1);
}

/** What a project's text says. Throws, in a line, when the page did not write it so. */
export function parseProject(written: string): Project {
  const found = JSON.parse(written) as Project & { readonly format: string };
  if (found !== null && typeof found === "object" && found.settings)
    Object.assign(found, { settings: withLater(found.settings) });
  const problem = problemOf(PROJECT, found);
  if (problem) throw new Error(`project: ${problem.at}: ${problem.message}`);
  const { data, evaluation } = found;
  const trained = listOf(found.trained, "trained").map(withLater);
  const wanted = linkProblem({ settings: found.settings, data, rivals: found.rivals });
  if (wanted !== null) throw new Error(`project: ${wanted}`);
  for (const settings of [...trained, ...(evaluation ? [evaluation.settings] : [])]) {
    const wrong = linkProblem({ settings, data });
    if (wrong !== null) throw new Error(`project: ${wrong}`);
  }
  const runs = listOf(found.runs, "runs").map((run) => {
    const past = readPast(run.id, JSON.stringify(run));
    if (typeof past === "string") throw new Error(`project: ${past}`);
    return past;
  });
  return { ...found, trained, runs, evaluation: evaluation && { ...evaluation, report: withColumns(evaluation.report) } };
}

function listOf<T>(value: readonly T[], what: string): readonly T[] {
  if (!Array.isArray(value)) throw new Error(`project: ${what} is no list`);
  return value;
}

/** A report whose lists are columns of numbers again. */
function withColumns(report: Evaluated["report"]): Evaluated["report"] {
  const { ranking } = report;
  if (!ranking) return report;
  const [strength, rank, frequency] = [ranking.strength, ranking.rank, ranking.frequency].map((list) => Float32Array.from(list));
  return { ...report, ranking: { ...ranking, feature: Uint32Array.from(ranking.feature), strength, rank, frequency } };
}
