import { type PlannedSuite, planSuite } from "../../experiment/plan/plan-suite.js";
import type { PlannedRun } from "../../experiment/plan/planned-runs.js";
import { SUITES } from "../../experiment/plan/suites/index.js";
import { withoutPassword } from "../../experiment/queue/address.js";
import { fetchFinished } from "../../experiment/queue/fetch-finished.js";
import { readingNotes } from "../../experiment/report/input.js";
import { JOB_DEVICES, NotStarted } from "../../experiment/run/job.js";
import { schedule } from "../../experiment/run/schedule.js";
import type { Slot } from "../../experiment/run/slot.js";
import { openStore, type Store } from "../../experiment/store/store.js";
import { type Forecast, planTable, timeRuns } from "../../experiment/times/forecast.js";
import { option, type Settled } from "../../options/option.js";
import { integer, list, number, oneOf, text } from "../../options/schema.js";
import { duration, shellCommand } from "../../report/format.js";
import { evolutionNotes } from "../../train/schedules.js";
import { CoppiceError, check } from "../../util/check.js";
import { counted } from "../../util/counted.js";
import type { Call, CommandSpec } from "../command.js";
import { serveSlot } from "../experiment/child.js";
import { suiteProgress } from "../experiment/progress.js";
import { CHILD_COMMAND } from "../experiment/slots.js";
import { useSlots } from "../experiment/use-slots.js";
import { interruptionOf } from "../interruption.js";
import { setting, turn, word } from "../options.js";
import { loadPieces, PIECES, piecesWords } from "../own-pieces.js";
import { print, printJson, say, type Terminal } from "../terminal.js";
import { experimentReport } from "./experiment-report.js";
import { experimentTimes } from "./experiment-times.js";

const EXAMPLES = `
Examples:
  coppice experiment generalization --plan-only            what it would take
  coppice experiment generalization --out runs/gen --minutes 55
  coppice experiment my.json --out runs/mine
  coppice experiment my.json --out runs/again --only main/mydata/npset/0
  coppice experiment my.json --out runs/mine --queue redis://host    on the machines where coppice worker runs
  coppice experiment times generalization --out runs/gen             how long an epoch takes
  coppice experiment report runs/gen

my.json, where only datasets have to be given:
  {"datasets": ["digits", {"data": "mine.csv", "label": "class", "epochs": 50}], "methods": ["set", "dense"]}

DIR gets config.json, splits/ and a file a run in runs/. The same command goes on where it was stopped, whatever stopped it, and
never does a run twice. A run that fails is listed, does not stop the others, and is tried again with --retry.
`;

const OPTIONS = {
  out: word("DIR", "folder of the results", { otherwise: "runs/SUITE" }),
  only: setting(list(text()), "only runs whose key begins so, with commas: main/digits", { unit: "keys" }),
  slots: setting(integer(), "runs at a time, each in a process of its own; 0: one, in this process", {
    unit: "n",
    otherwise: "the cores; 1 on a GPU; 64 on a queue",
  }),
  queue: word("URL", "put runs on a queue for coppice worker: redis://[[user]:password@]host[:port][/db], or rediss:// for TLS"),
  device: option(oneOf(JOB_DEVICES), "cpu", "where the runs compute"),
  minutes: setting(number({ min: 0 }), "start no further run after so many minutes, and wait for no worker", { unit: "M" }),
  retry: turn("try failed runs again"),
  planOnly: turn("print what it would take, and stop"),
  ...PIECES,
  json: turn("print the plan and what became of it as one JSON document"),
};
type Values = Settled<typeof OPTIONS>;

/** `coppice experiment`, with times and report. */
export const experiment: CommandSpec = {
  name: "experiment",
  about: "compare methods over datasets and splits: tuned, paired, resumable",
  args: { "<SUITE>": `${Object.keys(SUITES).join(", ")}, or a JSON file` },
  options: { Options: OPTIONS },
  examples: EXAMPLES,
  commands: [experimentTimes, experimentReport],
  run: runExperiment,
};

/** The hidden command of its processes. */
export const experimentSlot: CommandSpec = {
  name: CHILD_COMMAND,
  hidden: true,
  options: { Options: PIECES },
  run: async ({ pieces }: Settled<typeof PIECES>, { terminal }) => serveSlot(terminal.env, await loadPieces(pieces)),
};

/** Runs of a suite that are left, so many at a time, and what they take. */
interface Runs<F = Forecast> {
  readonly planned: PlannedSuite;
  readonly left: readonly PlannedRun[];
  readonly slots: number;
  readonly forecast: F;
}

async function runExperiment(values: Values, call: Call): Promise<void> {
  const { terminal } = call;
  const [suite] = call.args;
  const { device, only, minutes, queue } = values;
  const start = performance.now();
  const isOver = () => minutes !== undefined && performance.now() - start >= 60_000 * minutes;
  const pieces = await loadPieces(values.pieces);
  const own = { pieces, words: piecesWords(values.pieces) };
  const planned = await planSuite({ suite, only, device, folder: terminal.env.COPPICE_DATA, ...own });
  const out = values.out ?? `runs/${planned.suite.name}`;
  const store = values.planOnly ? undefined : openStore(out, planned.suite, device);
  const runsLeft = () => (store ? planned.runs.filter((run) => isLeft(run, store, values.retry)) : planned.runs);
  if (store) checkSources(runsLeft(), store, suite, out);
  await useSlots(
    { device, queue, pieces: { file: values.pieces, list: pieces }, count: values.slots, isOver, terminal },
    async (slots, remote) => {
      store?.open(planned.splits);
      say(terminal, ...readingNotes(planned.splits).map((note) => `note: ${note}`));
      try {
        if (store && remote) await fetchFinished(planned, runsLeft(), store, remote, (line) => say(terminal, line));
        const left = runsLeft();
        const there = remote && left.length > 0 ? await remote.waitForWorkers(terminal.signal) : slots.length;
        const parallel = Math.min(there, slots.length);
        const forecast = await forecastOf(planned, left, slots.slice(0, parallel), terminal);
        if (forecast === undefined) {
          check(store !== undefined, "--minutes", () => `${minutes} were over before a worker had timed the networks`);
          say(terminal, "the time was over before a worker had timed the networks");
          return await conclude({ planned, left, slots: parallel, forecast }, store, values, call);
        }
        const runs = { planned, left, slots: parallel, forecast };
        const lines = planLines(runs, only);
        if (store) {
          say(terminal, ...lines);
          await doRuns(runs, slots, store, terminal, isOver);
          await conclude(runs, store, values, call);
        } else if (values.json) await printJson(terminal, planDocument(runs));
        else print(terminal, ...lines);
      } finally {
        store?.close();
      }
    },
  );
}

function isLeft({ task }: PlannedRun, store: Store, retry = false): boolean {
  return !store.result(task.key) && (retry || !store.failure(task.key));
}

/** Throws where runs take their rates from others that are neither done nor to be done. */
function checkSources(left: readonly PlannedRun[], store: Store, suite: string, out: string): void {
  const keys = new Set(left.map(({ task }) => task.key));
  const missing = left.flatMap(({ needs }) =>
    needs && !keys.has(needs) && !store.result(needs) && !store.failure(needs) ? [needs] : [],
  );
  const distinct = [...new Set(missing)];
  check(distinct.length === 0, "--only", () => {
    const shown = distinct.slice(0, 20).join(",");
    return `do ${counted(distinct.length, "run")} of study main first, as others take their learning rates: ${shellCommand(["coppice", "experiment", suite, "--only", shown, "--out", out])}`;
  });
}

/** What runs take; undefined where the time was over before that was known. */
async function forecastOf(
  planned: PlannedSuite,
  left: readonly PlannedRun[],
  slots: readonly Slot[],
  terminal: Terminal,
): Promise<Forecast | undefined> {
  const interrupted = () => new CoppiceError(`${interruptionOf(terminal.signal)} before the first run`, "failure");
  try {
    const none = slots.length === 0 && left.length > 0;
    const forecast = none ? undefined : await timeRuns(planned, left, slots, terminal.signal);
    if (terminal.signal?.aborted) throw interrupted();
    return forecast;
  } catch (error) {
    if (terminal.signal?.aborted) throw interrupted();
    if (error instanceof NotStarted) return undefined;
    throw error;
  }
}

async function doRuns(runs: Runs, slots: readonly Slot[], store: Store, terminal: Terminal, isOver: () => boolean) {
  const { planned, left, forecast } = runs;
  const { length: all } = planned.runs;
  const progress = suiteProgress(terminal, { all, done: all - left.length, left, slots: runs.slots, secondsOf: forecast });
  try {
    await schedule(left, {
      slots,
      jobOf: planned.jobOf,
      checked: planned.checked,
      resultOf: store.result,
      failureOf: store.failure,
      onResult(run, result) {
        store.addResult(result);
        progress.result(run, result);
      },
      onFailure(run, failed) {
        store.addFailure(failed);
        progress.failure(run, failed);
      },
      onTraining: progress.training,
      isOver,
      signal: terminal.signal,
    });
  } finally {
    progress.stop();
  }
}

function planLines({ planned, left, slots, forecast }: Runs, only?: readonly string[]): string[] {
  const done = planned.runs.length - left.length;
  const what = `suite ${planned.suite.name}${only ? `, ${only.join(", ")}` : ""}`;
  if (left.length === 0) return [`${what}: all ${planned.runs.length} runs are done or failed`];
  const of =
    done > 0 ? `${left.length} of ${planned.runs.length} runs are left` : `${left.length} ${left.length === 1 ? "run" : "runs"}`;
  return [
    `${what}: ${of}; hours on ${slots} ${slots === 1 ? "slot" : "slots"}, from timed steps:`,
    ...planTable(left, forecast, slots),
    ...planNotes(left),
  ];
}

/** What to tell of methods that would not do what their names say: of each dataset once. */
function planNotes(runs: readonly PlannedRun[]): string[] {
  const notes = runs.flatMap(({ task, config }) => evolutionNotes(config).map((note) => `note: ${task.run.dataset}: ${note}`));
  return [...new Set(notes)];
}

/** Times are null where there is no forecast. */
function planDocument({ planned, left, slots, forecast }: Runs<Forecast | undefined>) {
  return {
    suite: planned.suite.name,
    slots,
    runs: left.map((run) => ({
      key: run.task.key,
      trainings: run.trials + 1,
      gflop: run.flop / 1e9,
      seconds: forecast?.(run) ?? null,
    })),
    gflop: left.reduce((sum, { flop }) => sum + flop, 0) / 1e9,
    hours: forecast ? left.reduce((sum, run) => sum + forecast(run), 0) / slots / 3600 : null,
  };
}

/** Says what is done, failed and left. Throws a failure where the user interrupted or runs failed. */
async function conclude(
  runs: Runs<Forecast | undefined>,
  store: Store,
  { json }: Values,
  { terminal, argv }: Call,
): Promise<void> {
  const { planned, slots, forecast } = runs;
  const interrupted = terminal.signal?.aborted; // before the document is printed, whose reader may have enough of it
  const left = planned.runs.filter((run) => isLeft(run, store));
  const failed = planned.runs.flatMap(({ task }) => (store.result(task.key) ? [] : (store.failure(task.key) ?? [])));
  const done = planned.runs.length - left.length - failed.length;
  const seconds = forecast && left.reduce((sum, run) => sum + forecast(run), 0) / slots;
  const time = seconds === undefined ? "" : `, about ${duration(seconds)}`;
  const again = shellCommand(["coppice", ...argv.filter((text) => text !== "--retry" && text !== "--json").map(withoutPassword)]);
  if (json) {
    const counts = { total: planned.runs.length, done, left: left.length, failed };
    await printJson(terminal, { ...planDocument(runs), out: store.path, ...counts });
  }
  const state = `${done} of ${planned.runs.length} runs are done in ${store.path}`;
  const rest = left.length > 0 ? `; ${left.length} are left${time}: go on with: ${again}` : "";
  if (interrupted) throw new CoppiceError(`${interruptionOf(terminal.signal)}: ${state}${rest}`, "failure");
  for (const { key, reason } of failed) say(terminal, `failed: ${key}: ${reason}`);
  if (failed.length === 0) {
    say(terminal, `${state}${rest}`);
    return;
  }
  const retry = `try ${failed.length === 1 ? "it" : "them"} again with: ${again} --retry`;
  throw new CoppiceError(`${state}, ${failed.length} failed; ${retry}${rest}`, "failure");
}
