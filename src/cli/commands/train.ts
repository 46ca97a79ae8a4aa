import { availableMemory } from "node:process";
import { findData } from "../../files/datasets.js";
import { takeLock } from "../../files/lock.js";
import type { ReadingValues } from "../../files/reading.js";
import { checkWritableFolder } from "../../files/write.js";
import type { OwnPiece } from "../../methods/pieces.js";
import type { Flat } from "../../options/option.js";
import { bytes, integer } from "../../options/schema.js";
import { shellCommand } from "../../report/format.js";
import { checkedOutputs } from "../../tasks/checked.js";
import { MOST_PROBABILITIES } from "../../tasks/classification.js";
import { taskOf } from "../../tasks/index.js";
import { settleTask, trainConfig } from "../../train/config.js";
import { metricsOf } from "../../train/measures.js";
import type { Evaluation } from "../../train/model.js";
import type { TrainConfig } from "../../train/options.js";
import type { StartInfo, TrainPlan } from "../../train/records.js";
import { train as trainNetwork } from "../../train/train.js";
import type { Model } from "../../train/trained.js";
import { CoppiceError, check, checkInteger, failedWith } from "../../util/check.js";
import { version } from "../../util/version.js";
import { readClassWeight } from "../class-weight.js";
import type { Call, CommandSpec } from "../command.js";
import { interruptionOf } from "../interruption.js";
import { checkGiven, type LoadedData, loadData } from "../load-data.js";
import { LOGS, openLogs } from "../logs.js";
import { DATA, DEVICE, JSON_OUT, SPLITTING, type SplittingValues, setting, TRAINING, TUNE, turn, word } from "../options.js";
import { checkNames, loadOwn, type Own, PIECES, piecesWords } from "../own-pieces.js";
import { createProgress } from "../progress.js";
import { receiveData } from "../receive.js";
import { checkContradictions, ofRun, recordedValues } from "../resume.js";
import { checkFolder, type PreviousRun, type RunConfig, type RunFolder, readPlan, readRun, runFolder } from "../run-folder.js";
import type { RunLog } from "../run-log.js";
import { readStart, type Start, startData } from "../start.js";
import { startLines, summaryLines, trainDocument } from "../summary.js";
import { printJson, say, type Terminal } from "../terminal.js";
import { type TrainValues, trainOptions } from "../train-values.js";
import { fileTuning, tuningPath } from "../tuning-file.js";

const EXAMPLES = `
Examples:
  coppice train --data digits
  coppice train --data digits --method set --hidden 500,500 --epochs 50 --seed 3 --out runs/set
  coppice train --data table.csv --label class --split 0.25 --validation 0.1 --patience 10
  coppice train --data expression.csv --labels samples.csv --label subtype --group patient --missing median
  coppice train --data train.mat --test test.mat --optimizer adam --lr-schedule cosine --device cpu
  coppice train --data fashion-mnist --preset authors --method set
  coppice train --out runs/set --resume          go on after an interruption
  coppice train --data more.csv --start runs/set/model.safetensors --method set --lr 0.001 --out runs/more

DIR gets model.safetensors, metrics.csv, config.json and report.html; checkpoint.safetensors after every epoch, the ones
before it as checkpoint-EPOCH.safetensors (--keep); with a validation set best.safetensors. With --patience
model.safetensors is the best epoch's network, else the last one's.

--resume goes on from the newest checkpoint that is whole, to the same bits as without the interruption, and starts from
the beginning where DIR has none yet: a command that is given again and again with --resume runs to its end once.

--start begins a new run: epoch 0, no optimiser state, the options and data given. Features are matched by name where both have names, classes by
label. dense and linear train models of dense layers, every other method (but dense-small) those with a sparse one.
On data that the model was trained on give the --seed and --split it had: the same samples are held out then, and it has not seen them.
`;

/** Checkpoints that are kept unless --keep says otherwise: should the disk damage one, an epoch is lost and not the run. */
const KEEP = 2;

const RUN = {
  ...DEVICE,
  out: word("DIR", "folder of the run", { otherwise: "runs/DATA-METHOD-SEED" }),
  start: word(
    "MODEL",
    "begin with a model's connections and weights, its sizes, activation and input statistics: of an earlier run, or imported",
  ),
  resume: turn("go on with the run in DIR, if there is one; its options may be left out"),
  keep: setting(integer({ min: 1 }), "checkpoints to keep, the last ones", { unit: "n", otherwise: String(KEEP) }),
  force: turn("replace a run that is in DIR"),
  dataMemory: setting(bytes(), "most that samples take on the device; more are streamed through it", {
    unit: "bytes",
    otherwise: "what --memory leaves, of sparse ones at most 128 MiB",
  }),
  plan: word("FILE", "repeat with the device and kernels of an earlier run: its config.json"),
  ...TUNE,
  ...PIECES,
  ...LOGS,
  ...JSON_OUT,
};

type Values = TrainValues & ReadingValues & SplittingValues & Flat<typeof RUN>;

/** `coppice train`. */
export const train: CommandSpec = {
  name: "train",
  about: "train a network and write DIR/model.safetensors, metrics.csv, config.json, report.html",
  options: { "Data options": { ...DATA, ...SPLITTING }, ...TRAINING, "Run options": RUN },
  examples: EXAMPLES,
  run: runTrain,
};

/** A run made ready: everything read and checked, nothing written. */
interface Begun {
  readonly values: Values;
  readonly data: LoadedData;
  readonly folder: RunFolder;
  readonly openLog: (config: TrainConfig) => RunLog;
  readonly plan?: TrainPlan;
  readonly previous?: PreviousRun;
  readonly start?: Start;
  readonly command: readonly string[];
  readonly pieces: readonly OwnPiece[];
}

async function runTrain({ classWeight, ...asked }: Values, { terminal, argv }: Call): Promise<void> {
  const given: Values = typeof classWeight === "string" ? { ...asked, classWeight: readClassWeight(classWeight) } : asked;
  checkTogether(given);
  const own = await loadOwn(given.pieces);
  checkNames(given, own.pieces);
  const folder = runFolder(given.out ?? defaultFolder(given, terminal));
  checkWritableFolder(folder.path, "--out");
  const release = takeLock(folder.path, "--out");
  try {
    await runIn(await prepare(folder, given, own, terminal, argv), terminal);
  } finally {
    release();
  }
}

/** What training takes of a run that is ready. */
function settingsOf({ values, plan, previous, start, pieces }: Begun, { env, signal }: Terminal) {
  return {
    ...trainOptions(values, pieces),
    device: values.device ?? "auto",
    memoryBytes: values.memory,
    hostMemoryBytes: availableMemory(),
    dataBytes: values.dataMemory,
    plan,
    tune: values.tune,
    tuning: fileTuning(tuningPath(env)),
    signal,
    resume: previous?.checkpoint?.saved,
    start: start?.model,
    best: previous?.best,
  };
}

async function runIn(prepared: Begun, terminal: Terminal): Promise<void> {
  const { values, data, previous, folder } = prepared;
  let history = (previous?.checkpoint?.saved.training.history ?? []) as Model["history"]; // of the last checkpoint
  let info: StartInfo | undefined;
  let log: RunLog | undefined;
  let progress: ReturnType<typeof createProgress> | undefined;
  try {
    const { train: set, test, validation } = data;
    const model = await trainNetwork(
      { train: set, test, validation },
      {
        ...settingsOf(prepared, terminal),
        onStart(start) {
          folder.start(runConfig(prepared, start), previous?.checkpoint);
          log = prepared.openLog(start.config);
          log.start(history);
          info = start;
          say(terminal, ...startLines(data, start));
          progress = createProgress(terminal, start.config.epochs, history.length, metricsOf(start.config)[0]);
        },
        onEpoch(record) {
          folder.addEpoch(record);
          log?.epoch(record);
          progress?.epoch(record);
        },
        onCheckpoint(saved) {
          folder.saveCheckpoint(saved, values.keep ?? KEEP);
          history = saved.training?.history as Model["history"];
          log?.weights(saved);
        },
        onBest: (saved) => folder.save("best", saved),
        onDeviceLost({ reason, epoch }) {
          if (info) folder.writeMetrics(info.config, history); // epochs since then come again
          log?.start(history);
          say(terminal, `${reason.split(";")[0]}; opened again, going on after epoch ${epoch}`);
        },
      },
    );
    progress?.stop();
    await finish(model, prepared, terminal);
  } catch (error) {
    progress?.stop();
    flushIfPossible(folder);
    throw explain(error, terminal, folder, info !== undefined && ["--resume", ...piecesWords(values.pieces)]);
  }
}

/** Throws a usage error where options contradict one another, or one is missing that another needs. */
function checkTogether(given: Values): void {
  check(!(given.resume && given.plan !== undefined), "--plan", () => "contradicts --resume: a run goes on by its own plan");
  check(!(given.resume && given.force), "--force", () => "contradicts --resume: give one of them");
  if (!given.resume) checkGiven(given.data);
  const other = given.time !== undefined && ["classification", "regression"].includes(String(given.task));
  check(!other, "--time", () => `is of task survival, and the task is ${given.task}; leave one of them out`);
  check(given.tune === undefined || !(given.resume || given.plan !== undefined), "--tune", () => {
    return `contradicts ${given.resume ? "--resume" : "--plan"}: the recorded plan says which kernels to take`;
  });
}

async function prepare(folder: RunFolder, given: Values, own: Own, terminal: Terminal, argv: readonly string[]): Promise<Begun> {
  const { pieces } = own;
  checkFolder(folder, given);
  const previous = given.resume ? readRun(folder, pieces) : undefined;
  const recorded = previous && recordedValues(folder.path, previous.config, { ...given });
  const merged: Values = { ...recorded?.values, ...given };
  const start = await readStart(merged, folder, previous, own);
  const filled: Values = start?.order.input?.median ? { missing: "median", ...merged } : merged;
  const said: Values = filled.time !== undefined && !start ? { task: "survival", ...filled } : filled;
  checkInteger(said.keep ?? KEEP, "--keep", 1);
  check(said.data !== undefined, "--data", () => `is missing: ${folder.path} holds no run yet that would say it`);
  const fresh = [`${folder.path} holds no run yet: starting from the beginning`];
  if (given.resume) say(terminal, ...(recorded?.notes ?? []), ...(previous?.notes ?? fresh));
  const recordedPlan = previous?.checkpoint ? undefined : previous?.config.plan; // a checkpoint holds its own
  const plan = given.plan === undefined ? recordedPlan : readPlan(given.plan);
  const asked = start ? start.order.config.task : (said.task ?? said.quantiles) && settleTask(trainOptions(said, pieces));
  await receiveData(said, terminal);
  const loaded = await loadData(said, said.seed ?? 1, terminal.env.COPPICE_DATA, (start || asked) && taskOf(asked));
  check(given.patience === undefined || loaded.validation !== undefined || given.resume === true, "--patience", () => {
    return "needs a validation set; add e.g. --validation 0.1";
  });
  const { task } = loaded;
  const values: Values = start || asked || !task.scaled ? said : { ...said, task: "regression" };
  const data = start ? startData(loaded, start) : loaded;
  const { features, samples } = data.train;
  const sizes = { features, samples, classes: checkedOutputs(task, data.train).length };
  trainConfig(trainOptions(previous ? (previous.config.options as Values) : values, pieces), sizes, start?.record);
  if (previous) checkContradictions({ ...given }, previous.config, data, start?.record, pieces, task);
  const openLog = openLogs(values, folder);
  return { values, data, folder, openLog, plan, previous, start, command: previous?.config.command ?? argv, pieces };
}

function defaultFolder(values: Values, { env }: Terminal): string {
  check(values.data !== undefined, "--resume", () => "needs --out DIR, the run's folder");
  const { name } = findData(values.data, env.COPPICE_DATA, "--data");
  return `runs/${name.replace(/[^\w.-]+/g, "-")}-${values.method ?? "npset"}-${values.seed ?? 1}`;
}

function runConfig({ values, data, command }: Begun, { config, plan }: StartInfo): RunConfig {
  return { version, command, options: ofRun(values), data: data.description, train: config, plan };
}

async function finish(model: Model, { folder, data, command, values }: Begun, terminal: Terminal): Promise<void> {
  let onTest: Evaluation | undefined;
  try {
    folder.flush();
    const saved = await model.save();
    folder.save("model", saved);
    const few = data.test && data.test.samples * saved.classes.length <= MOST_PROBABILITIES; // else their curves are left out
    onTest = data.test && (await model.evaluate(data.test, { answers: few }));
    const { renderReport } = await import("../report/report.js"); // the library that draws its charts takes a moment to load
    const about = { data: data.description, command: reproduction(command), version };
    folder.write("report", renderReport({ model, saved, onTest, ...about }));
  } finally {
    await model.dispose();
  }
  const files = Object.fromEntries((["model", "metrics", "config", "report"] as const).map((name) => [name, folder.file(name)]));
  const notes = (onTest?.notes ?? []).map((note) => `note: test set: ${note}`);
  say(terminal, ...notes, ...summaryLines(model, onTest), `report     ${files.report}`, `model      ${files.model}`);
  if (values.json) await printJson(terminal, trainDocument(model, onTest, files));
}

/** The command that makes this run again. */
function reproduction(words: readonly string[]): string {
  return shellCommand(["coppice", ...words.filter((text) => !["--force", "--json", "--resume"].includes(text))]);
}

/** Where a run fails the first failure is the one to tell; a state that could not be written is trained again. */
function flushIfPossible(folder: RunFolder): void {
  try {
    folder.flush();
  } catch {}
}

/** The error of a run that stopped, with what is left of it and, of one that had `started`, the words of a command that goes on. */
function explain(error: unknown, { signal }: Terminal, folder: RunFolder, started: false | readonly string[]): unknown {
  const system = error instanceof Error && "syscall" in error; // the system's word: disk full, no permission
  const failed = system || (error instanceof CoppiceError && error.kind === "failure");
  if (!signal?.aborted && !(failed && started)) return error;
  const newest = started ? folder.newestCheckpoint() : undefined;
  const state = newest ? `${newest} holds the last complete epoch` : "no epoch was complete, so there is nothing to go on from";
  const words = ["coppice", "train", "--out", folder.path, ...(started || [])];
  const resume = newest ? `; go on with: ${shellCommand(words)}` : "";
  if (signal?.aborted) return new CoppiceError(`${interruptionOf(signal)}: ${state}${resume}`, "failure");
  const again = failedWith(error, "diverged") ? "" : resume; // it would diverge again
  return new CoppiceError(`${(error as Error).message}; ${state}${again}`, "failure");
}
