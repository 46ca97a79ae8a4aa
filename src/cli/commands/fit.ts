import { availableMemory } from "node:process";
import type { Dataset } from "../../data/dataset.js";
import { createCpuDevice } from "../../device/cpu/device.js";
import { withoutPassword } from "../../experiment/queue/address.js";
import { judgingOf } from "../../experiment/run/leg.js";
import { hashData } from "../../files/data-hash.js";
import { findData, readSource, type Source } from "../../files/datasets.js";
import { takeLock } from "../../files/lock.js";
import { type ReadingValues, readOptions } from "../../files/reading.js";
import { checkWritableFolder } from "../../files/write.js";
import { fit as findModel } from "../../fit/fit.js";
import type { FitPlan, FitResult } from "../../fit/result.js";
import type { FitSlots } from "../../fit/trial.js";
import { METRICS, type MetricName } from "../../metrics/index.js";
import { labelOf } from "../../metrics/metric.js";
import type { Flat } from "../../options/option.js";
import { bytes, integer, oneOf, seconds } from "../../options/schema.js";
import { measured, shellCommand } from "../../report/format.js";
import { TASKS, type TaskName, taskOf } from "../../tasks/index.js";
import { readingFor, readingLike } from "../../tasks/reading.js";
import { settleTask } from "../../train/config.js";
import { loadModel } from "../../train/model.js";
import { CoppiceError, check, unknownName } from "../../util/check.js";
import { counted } from "../../util/counted.js";
import { percent } from "../../util/percent.js";
import type { Call, CommandSpec } from "../command.js";
import { useSlots } from "../experiment/use-slots.js";
import { type FitFolder, fitFolder, openFit, planIn } from "../fit-folder.js";
import { createFitProgress } from "../fit-progress.js";
import { type FitSource, fitSlots } from "../fit-slots.js";
import { outcomeLines, planLines } from "../fit-words.js";
import { interruptionOf } from "../interruption.js";
import { checkGiven } from "../load-data.js";
import { DATA, JSON_OUT, setting, turn, word } from "../options.js";
import { receiveData } from "../receive.js";
import { printJson, say, type Terminal } from "../terminal.js";

const EXAMPLES = `
Examples:
  coppice fit --data genes.csv --label subtype --out runs/subtype
  coppice fit --data genes.csv --label subtype --group patient --budget 1h --estimate full --out runs/subtype
  coppice fit --data genes.csv --label subtype --budget 1m --estimate none --out runs/quick
  coppice fit --data genes.csv --label subtype --out runs/subtype --resume    go on after an interruption
  coppice fit --data genes.csv --label subtype --out runs/subtype --slots 4    four trainings at a time, the same model
  coppice fit --data genes.csv --label subtype --plan runs/subtype/plan.json --out runs/again

DIR gets plan.json (what is tried, settled before the first trial), model.safetensors (the answer), linear.safetensors,
result.json and the report. The budget is for everything: search, last training and estimate. Whoever follows plan.json
ends with the same model: a run that was killed and goes on, another computer, and any number of slots.
`;

/** The tasks that fit can judge models of; of another `judgingOf` says why not. */
const JUDGED = Object.keys(TASKS).filter((name) => taskOf(name as TaskName).judging);

const FIT = {
  budget: setting(seconds(), "time for everything, the estimate too", { unit: "time", otherwise: "10m" }),
  estimate: setting(
    oneOf(["none", "quick", "full"]),
    "how good it is by nested cross-validation: with 1 or 3 rounds of 5 outer folds",
    { otherwise: "quick" },
  ),
  members: setting(integer({ min: 1, max: 256 }), "networks that are averaged", { unit: "M", otherwise: "10" }),
  task: word("name", `what is learnt: ${JUDGED.join(", ")}`, { otherwise: "by the data; survival with --time" }),
  metric: setting(oneOf(Object.keys(METRICS)), "what the search goes by, one of the task's metrics", {
    unit: "name",
    otherwise: "what the task scores",
  }),
  seed: setting(integer({ min: 0, max: 2 ** 32 - 1 }), "fixes folds, candidates and weights", { unit: "n", otherwise: "1" }),
  device: setting(oneOf(["cpu", "webgpu"]), "where to compute", { otherwise: "cpu" }),
  slots: setting(integer({ min: 1, max: 4096 }), "trainings at a time, each in a process of its own", {
    unit: "n",
    otherwise: "one, in this process; 64 on a queue",
  }),
  queue: word("URL", "put trainings on a queue for coppice worker: redis://[[user]:password@]host[:port][/db]"),
  memory: setting(bytes(), "most memory that a training may take", { unit: "bytes", otherwise: "what is free, for the CPU" }),
  plan: word("FILE", "follow the plan.json of an earlier fit"),
  out: word("DIR", "folder of the answer"),
  resume: turn("go on with the fit in DIR; give its command again"),
  force: turn("replace a fit that is in DIR"),
  ...JSON_OUT,
};

type Values = ReadingValues & Flat<typeof FIT>;

/** `coppice fit`. */
export const fit: CommandSpec = {
  name: "fit",
  about: "find the best model for a table, and say how good it is",
  options: { "Data options": DATA, "Fit options": FIT },
  examples: EXAMPLES,
  run: runFit,
};

async function runFit(values: Values, { terminal, argv }: Call): Promise<void> {
  checkGiven(values.data);
  const { out, task } = values;
  check(task === undefined || Object.hasOwn(TASKS, task), "--task", () => unknownName(task, JUDGED));
  check(out !== undefined, "--out", () => "is missing; name a folder for the answer, e.g. --out runs/fit");
  check(!(values.resume && values.force), "--force", () => "contradicts --resume: give one of them");
  check(!(values.resume && values.plan !== undefined), "--plan", () => "contradicts --resume: a fit goes on by its own plan");
  const other = values.time !== undefined && task !== undefined && task !== "survival";
  check(!other, "--time", () => `is of task survival, and the task is ${task}; leave one of them out`);
  judgingOf(taskIn(values));
  checkWritableFolder(out, "--out");
  const release = takeLock(out, "--out");
  try {
    await fitIn(fitFolder(out), values, terminal, argv);
  } finally {
    release();
  }
}

async function fitIn(folder: FitFolder, values: Values, terminal: Terminal, argv: readonly string[]): Promise<void> {
  await receiveData(values, terminal);
  const source = findData(values.data as string, terminal.env.COPPICE_DATA, "--data");
  const data = await readSource(source, readingOf(values));
  const testSet = data.beside?.includes("test") ? await readTestSet(source, data, values) : undefined;
  const unused = data.beside?.includes("validation") ? [UNUSED_VALIDATION] : [];
  say(terminal, ...[...(data.notes ?? []), ...unused].map((note) => `note: ${note}`));
  const recorded = openFit(folder, values) ?? (values.plan === undefined ? undefined : planIn(values.plan));
  if (values.resume && !recorded) say(terminal, `${folder.path} holds no fit yet: starting from the beginning`);
  const { budget, estimate, members, seed } = values;
  const metric = values.metric as MetricName | undefined;
  const task = taskIn(values);
  if (recorded && values.resume) checkSame(recorded, values);
  const asked = { budget, estimate, members, seed, metric };
  const progress = createFitProgress(terminal);
  let done = 0;
  let told = 0; // notes
  const sha256 = hashData([data]);
  const device = recorded?.device ?? values.device ?? "cpu";
  const find = (slots?: FitSlots) =>
    findModel(data, {
      ...(recorded ? { plan: recorded, ...(!values.resume && asked) } : asked),
      ...(task && { task }),
      device: values.device ?? "auto",
      memoryBytes: values.memory ?? (device === "cpu" ? availableMemory() : undefined),
      store: folder.store,
      slots,
      signal: terminal.signal,
      onPlan(plan, notes) {
        folder.writeJson("plan", plan);
        told = notes.length;
        say(terminal, ...notes.map((note) => `note: ${note}`), ...planLines(plan));
      },
      onProgress(at) {
        done = at.done;
        progress.tell(at);
      },
    });
  try {
    const result = await withSlots({ values, sha256, samples: data.samples, device }, terminal, find);
    progress.stop();
    const tested = testSet && (await testOn(result, testSet));
    const notes = [...result.notes, ...(tested === undefined ? [] : [tested])];
    say(terminal, ...notes.slice(told).map((note) => `note: ${note}`));
    await finish(folder, { ...result, notes: [...notes, ...unused] }, { sha256, command: again(argv) }, values, terminal);
  } catch (error) {
    progress.stop();
    if (!terminal.signal?.aborted) throw error;
    const go = `go on with: ${commandOf([...withoutPlan(argv).filter((text) => !["--force", "--resume"].includes(text)), "--resume"])}`;
    throw new CoppiceError(`${interruptionOf(terminal.signal)}: ${percent(done, 0)} is done in ${folder.path}; ${go}`, "failure");
  }
}

/** The task that was asked for: a time says survival. */
const taskIn = ({ task, time }: Values): TaskName | undefined =>
  (task as TaskName | undefined) ?? (time === undefined ? undefined : "survival");

/** How the data are read: labels that look like numbers to learn are classes if the task was said. */
function readingOf(values: Values) {
  const task = taskIn(values);
  return { ...readOptions(values), ...(task && readingFor(TASKS[task])) };
}

/** Finds with slots in other processes, on this machine or on a queue, where they are asked for. */
async function withSlots(
  source: FitSource & { readonly values: Values },
  terminal: Terminal,
  find: (slots?: FitSlots) => Promise<FitResult>,
) {
  const { device, values } = source;
  const { slots: count, queue } = values;
  if (count === undefined && queue === undefined) return find();
  let result: FitResult | undefined;
  await useSlots({ device, queue, count, pieces: { list: [] }, isOver: () => false, terminal }, async (slots, remote) => {
    if (remote) await remote.waitForWorkers(terminal.signal);
    result = await find(fitSlots(slots, source));
  });
  return result as FitResult;
}

const UNUSED_VALIDATION = "the file's own validation set is not used: fit chooses by folds of the samples that it learns from";

/** The test set of a file that holds one beside the samples: x_test, y_test. Nothing of the search or the estimate sees it. */
function readTestSet(source: Source, whole: Dataset, values: Values): Promise<Dataset> {
  const options = readingOf(values);
  const missing = options.missing === "drop-features" ? "error" : options.missing; // these features are not asked about
  const { featureNames, layout } = whole;
  const like = readingLike(taskOf(taskIn(values) ?? (settleTask({}, whole) as TaskName)), whole);
  return readSource(source, { ...options, missing, ...like, featureNames, layout, part: "test" });
}

/** What the answer, and linear alone, are worth on a test set, in a sentence. */
async function testOn({ model, linear }: FitResult, testSet: Dataset): Promise<string> {
  const device = createCpuDevice();
  const [metric] = taskOf(model.config.task).metrics;
  const values: string[] = [];
  for (const one of [model, linear]) {
    const loaded = loadModel(device, one);
    const found = (await loaded.evaluate(testSet)) as object as Readonly<Record<string, number>>;
    values.push(measured(metric, found[metric.name]));
    await loaded.dispose();
  }
  await device.dispose();
  const [fitted, straight] = values;
  return `the file has a test set of its own, of ${counted(testSet.samples, "sample")}: ${labelOf(metric)} ${fitted}, of linear ${straight}; nothing was chosen by it`;
}

/** Words of a command without a plan to follow: a fit that goes on has its own. */
const withoutPlan = (argv: readonly string[]) => argv.filter((text, i) => !/^--plan(=|$)/.test(text) && argv[i - 1] !== "--plan");

const again = (argv: readonly string[]) => commandOf(argv.filter((text) => !["--force", "--resume", "--json"].includes(text)));
const commandOf = (words: readonly string[]) => shellCommand(["coppice", ...words.map(withoutPassword)]);

/** Throws where options that are given again contradict the plan of the fit that goes on. */
function checkSame(plan: FitPlan, { budget, estimate, members, seed, metric, device }: Values): void {
  const planned = {
    budget: plan.forecast.budget,
    estimate: plan.estimate,
    members: plan.members,
    seed: plan.seed,
    metric: plan.metric,
    device: plan.device,
  };
  for (const [key, value] of Object.entries({ budget, estimate, members, seed, metric, device })) {
    const before = planned[key as keyof typeof planned];
    check(value === undefined || value === before, `--${key}`, () => {
      return `${value} contradicts the fit that goes on, which has ${before ?? "none"}; leave it out`;
    });
  }
}

/** Where a result comes from. */
interface Origin {
  readonly sha256: string;
  readonly command: string;
}

async function finish(folder: FitFolder, result: FitResult, origin: Origin, { json }: Values, terminal: Terminal): Promise<void> {
  folder.save("linear", result.linear);
  folder.save("model", result.model);
  const { writeFitReport } = await import("../../fit/report/write-report.js"); // the library that draws its charts takes a moment to load
  const written = writeFitReport({ result, ...origin }, folder.path);
  const document = fitDocument(result, origin, folder);
  folder.writeJson("result", document);
  say(
    terminal,
    ...outcomeLines(result),
    `report     ${folder.path}/${written.find((name) => name.endsWith(".html")) ?? ""}`,
    `model      ${folder.file("model")}`,
  );
  if (json) await printJson(terminal, document);
}

/** What `fit --json` prints. */
function fitDocument(result: FitResult, { sha256 }: Origin, folder: FitFolder) {
  const { version, seed, chosen, estimate, verdict, notes, plan, trials, data } = result;
  const { heldOut: _, ...choice } = chosen;
  return {
    version,
    seed,
    device: plan.device,
    members: plan.members,
    data: {
      name: data.name,
      samples: data.samples,
      features: data.features,
      classes: data.classes,
      ...(data.targetNames && { targetNames: data.targetNames }),
      sha256,
    },
    ...(plan.task && { task: plan.task }),
    chosen: { ...choice, searchScore: chosen.score, score: undefined },
    estimate: estimate?.measures ?? null,
    baselines: estimate?.baselines ?? {},
    beyondLinear: estimate?.beyondLinear ?? null,
    beyond: estimate?.beyond ?? {},
    sets: estimate?.sets ?? null,
    verdict,
    notes,
    trials,
    files: {
      plan: folder.file("plan"),
      model: folder.file("model"),
      linear: folder.file("linear"),
      result: folder.file("result"),
    },
  };
}
