import { effect, signal } from "@preact/signals-core";
import { LABELS, type Settings, withLater } from "../../settings.js";
import { messageOf } from "../dom.js";
import type { Link } from "../link.js";
import { linkProblem } from "../link-check.js";
import { fieldOf, firstOf, metricsOf } from "../metrics.js";
import { phase, type Run, runs } from "../state.js";
import { trainer } from "../trainer.js";

/** A run that has ended, as the table of runs keeps it. */
export interface PastRun {
  readonly id: string;
  readonly name: string;
  /** What the user has to say of it; runs of 0.1.0 have none. */
  readonly note?: string;
  /** ms since 1970. */
  readonly time: number;
  readonly settings: Settings;
  readonly data: Link["data"];
  readonly dataName: string;
  /** Epochs that are done. */
  readonly epochs: number;
  /** The metric that runs are compared by, on the test part. */
  readonly score: number | null;
  readonly connections: number;
  readonly dense: number;
  readonly neurons: readonly number[];
  readonly seconds: number;
  readonly version: string;
  readonly adapter: string;
  /** Epochs, and the value of each curve after them: at most `POINTS`, the last one among them. */
  readonly curves: { readonly epoch: readonly number[] } & Readonly<Record<string, readonly (number | null)[]>>;
}

/** The runs that there were, the last one first. */
export const pastRuns = signal<readonly PastRun[]>([]);
/** What could not be kept or read, and why; "" where all could. */
export const pastProblem = signal("");

/** Points of a curve that are kept. */
const POINTS = 300;

/** Reads what is kept, and adds every run that ends from now on. */
export async function rememberRuns(): Promise<void> {
  let known: readonly Run[] = [];
  effect(() => {
    if (phase.value !== "done") return;
    const ended = runs.peek();
    if (ended === known || ended.some(({ epochs }) => epochs.length === 0)) return;
    known = ended;
    const time = Date.now();
    for (const run of ended) {
      const past = pastOf(run, time);
      if (!pastRuns.peek().some((other) => isSame(past, other))) void save(past); // what was trained before may be opened again
    }
  });
  try {
    const read = Object.entries(await trainer().pastRuns()).map(([id, text]) => readPast(id, text));
    const whole = read.filter((run) => typeof run !== "string");
    pastRuns.value = [...pastRuns.peek(), ...whole].toSorted((a, b) => b.time - a.time);
    pastProblem.value = read.filter((run) => typeof run === "string").join("; ");
  } catch (error) {
    pastProblem.value = messageOf(error);
  }
}

/** Keeps a run, a new one or with another name. */
export async function save(run: PastRun): Promise<void> {
  const others = pastRuns.peek().filter(({ id }) => id !== run.id);
  pastRuns.value = [...others, run].toSorted((a, b) => b.time - a.time);
  const { id, ...rest } = run;
  await trainer()
    .keepRun(id, JSON.stringify(rest))
    .catch((error) => {
      pastProblem.value = `${run.name} stays until this page is left: ${messageOf(error)}`;
    });
}

/** Deletes runs for good. */
export async function drop(ids: readonly string[]): Promise<void> {
  await trainer().dropRuns(ids);
  pastRuns.value = pastRuns.peek().filter(({ id }) => !ids.includes(id));
}

/** Whether two lines are of one run: another of the same settings takes another time, to the microsecond. */
function isSame(a: PastRun, b: PastRun): boolean {
  const facts = ({ settings, data, epochs, seconds, score, connections }: PastRun) =>
    JSON.stringify([Object.entries(settings).sort(), data, epochs, seconds, score, connections]);
  return facts(a) === facts(b);
}

/** A name that no other run has; over plain http there are no UUIDs. */
function newId(time: number): string {
  return [time, ...crypto.getRandomValues(new Uint32Array(2))].map((part) => part.toString(36)).join("-");
}

/** What of a run is kept. */
function pastOf({ settings, data: on, inputs, start, epochs, seconds }: Run, time: number): PastRun {
  const { task } = inputs;
  const records = epochs.map(({ record }) => record);
  const last = records[records.length - 1];
  const every = Math.ceil(records.length / POINTS);
  const some = records.filter((_, i) => (records.length - 1 - i) % every === 0);
  const curve = (key: keyof typeof last) => some.map((record) => record[key] as number | null);
  return {
    id: newId(time),
    name: `${settings.method} ${settings.method === "linear" ? "" : settings.hidden.join("-")}, seed ${settings.seed}`,
    time,
    settings,
    data: on,
    dataName: inputs.name,
    epochs: last.epoch,
    score: last[fieldOf(firstOf(task), "test")],
    connections: last.nnz,
    dense: start?.dense ?? last.nnz,
    neurons: last.neurons,
    seconds,
    version: start?.plan.version ?? "",
    adapter: start?.adapter ?? "",
    curves: {
      epoch: some.map(({ epoch }) => epoch),
      ...Object.fromEntries(metricsOf(task).map((one) => [fieldOf(one, "test"), curve(fieldOf(one, "test"))])),
      testLoss: curve("testLoss"),
      nnz: curve("nnz"),
    },
  };
}

/** A run as it was kept; or what is wrong with it. */
export function readPast(id: string, text: string): PastRun | string {
  try {
    const run = JSON.parse(text) as PastRun;
    const settings = withLater(run.settings);
    const problem = linkProblem({ settings, data: run.data });
    if (problem !== null || !Array.isArray(run.curves?.epoch)) return `a run cannot be read: ${problem ?? "it has no curves"}`;
    return { ...run, id, settings };
  } catch (error) {
    return `a run cannot be read: ${messageOf(error)}`;
  }
}

/** What a run was trained with that others among these were not. */
export function differing(run: PastRun, among: readonly PastRun[]): string {
  const keys = (Object.keys(LABELS) as (keyof Settings)[]).filter((key) =>
    among.some((other) => String(other.settings[key]) !== String(run.settings[key])),
  );
  return keys.map((key) => `${LABELS[key]} ${run.settings[key]}`).join("; ");
}
