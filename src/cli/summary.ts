import { neuronsLeft } from "../evolution/neurons.js";
import { type Calibration, TEMPERATURES } from "../metrics/classes/temperature.js";
import type { ChosenThreshold } from "../metrics/classes/threshold.js";
import { isSummed, type Told } from "../metrics/metric.js";
import { formatBytes } from "../nn/memory.js";
import { duration, grouped, hiddenNeurons, measured, short } from "../report/format.js";
import { balancedOf, isUneven } from "../tasks/class-report.js";
import { taskOf } from "../tasks/index.js";
import { needsLabels } from "../tasks/reading.js";
import { deviceName } from "../train/devices.js";
import { measureKey, metricsOf } from "../train/measures.js";
import type { Evaluation } from "../train/model.js";
import type { TrainConfig } from "../train/options.js";
import { countCells, type MemberRecord, type StartInfo } from "../train/records.js";
import type { Model } from "../train/trained.js";
import { counted } from "../util/counted.js";
import { maximum, minimum } from "../util/extremes.js";
import { percent } from "../util/percent.js";
import type { LoadedData } from "./load-data.js";
import { epochDocument, measuresIn, trainAndTest } from "./metrics.js";

/** Classes whose recall the summary tells. */
const MOST_RECALLS = 8;

/** ClassReport of the network that is kept; null where it was not evaluated. */
export function finalMeasures({ config, history, epoch }: Pick<Model, "config" | "history" | "epoch">) {
  return measuresIn(metricsOf(config), history[epoch - 1]);
}

/**
 * What `train --json` prints. `epoch` is the one whose network is kept, `final` its measures, `test` what else the test
 * set shows of it; see `epochDocument` for those of the history.
 */
export function trainDocument(
  { config, device, plan, classes, epoch, calibration, chosen, history, evolutions, layers, neurons, seconds }: Model,
  onTest: Evaluation | undefined,
  files: Record<string, string>,
) {
  return {
    device: device.kind,
    adapter: [device.vendor, device.architecture, device.description].filter(Boolean).join(" "),
    software: device.software,
    method: config.method,
    seed: config.seed,
    epochs: history.length,
    layers: layers.map(({ in: inputs, out, nnz, density }) => ({ in: inputs, out, nnz, density })),
    neurons,
    epoch,
    final: finalMeasures({ config, history, epoch }),
    ...(config.members && { members: history[epoch - 1].members ?? [] }),
    classes,
    test: onTest ? measuresOfTest(onTest) : null,
    ...(calibration && { calibration }),
    ...(chosen && { threshold: chosen }),
    notes: onTest?.notes ?? [],
    seconds,
    history: history.map(epochDocument),
    evolutions,
    plan,
    files,
  };
}

/** What a test set shows beside what stands elsewhere in the document, and the confusion, which `coppice eval` tells. */
function measuresOfTest({ samples, loss, notes, confusion, confusionPairs, answers, targets, ...measures }: Evaluation) {
  return measures;
}

/** The summary of a run, for people. */
export function summaryLines(
  { config, classes, epoch, calibration, chosen, history, evolutions, layers, neurons, seconds }: Model,
  onTest: Evaluation | undefined,
): string[] {
  const measures = finalMeasures({ config, history, epoch });
  const uneven = onTest && isUneven(onTest) ? onTest : undefined;
  const balanced = uneven && !chosen ? `, balanced ${percent(balancedOf(uneven), 2)}` : "";
  const which =
    epoch < history.length ? ` of epoch ${epoch}, the best in validation${config.metric ? ` by ${config.metric}` : ""}` : "";
  const nnz = layers.reduce((sum, layer) => sum + layer.nnz, 0);
  const steps = history.reduce((sum, { steps }) => sum + steps, 0);
  const [before, after] = [evolutions[0]?.bytesBefore, evolutions.at(-1)?.bytesAfter];
  const shrunk =
    before !== undefined && after !== undefined && before !== after
      ? `, device memory of the layers ${formatBytes(before)} -> ${formatBytes(after)}`
      : "";
  return [
    ...metricsOf(config).map((metric, i) => {
      const line = `${metric.name.padEnd(10)} ${trainAndTest(metric, measures)}`;
      return i > 0 ? line : `${line}${balanced}   (loss ${short(measures.trainLoss)}, ${short(measures.testLoss)})${which}`;
    }),
    ...(chosen ? [thresholdLine({ config, classes }, chosen, onTest)] : []),
    ...(uneven ? [`recall     ${recalls(uneven, classes)}`] : []),
    ...memberLine(config, history[epoch - 1].members),
    ...(calibration ? [calibrationLine(calibration)] : []),
    `network    ${neurons.initial.join("-")} -> ${neurons.final.join("-")}, ${counted(grouped(nnz), "connection")}; hidden neurons ${grouped(hiddenNeurons(neurons.initial))} -> ${grouped(hiddenNeurons(neurons.final))}${shrunk}`,
    `time       ${duration(seconds.total)}: training ${duration(seconds.train)} (${short((1000 * seconds.train) / Math.max(1, steps))} ms/step), evolution ${duration(seconds.evolve)}, evaluation ${duration(seconds.evaluate)}`,
  ];
}

/**
 * How the members of an ensemble do alone, by the first summed metric or else the loss, on the test set or else the training set; nothing of one
 * network.
 */
export function memberLine(config: TrainConfig, members: readonly MemberRecord[] = []): string[] {
  const [metric = LOSS] = metricsOf(config).filter(isSummed);
  const part = ["testLoss", "trainLoss"].find((key) => typeof members[0]?.[key] === "number")?.replace("Loss", "");
  if (!part) return [];
  const values = members.map((member) => member[measureKey(part as "test" | "train", metric.name)] as number);
  const [least, most] = [minimum(values), maximum(values)].map((value) => measured(metric, value, 2));
  return [`members    ${members.length} alone: ${metric.name} ${part} ${least} to ${most}`];
}

/** What calibration came to. */
function calibrationLine({ temperature, before, after }: Calibration): string {
  const { least, most } = TEMPERATURES;
  const end =
    temperature === least || temperature === most ? `, the ${temperature === least ? "least" : "most"} that is tried` : "";
  return `calibrated by a temperature of ${short(temperature)}${end}: log loss in validation ${short(before)} -> ${short(after)}`;
}

/** What the threshold came to. */
function thresholdLine(
  { config, classes }: Pick<Model, "config" | "classes">,
  chosen: ChosenThreshold,
  onTest?: Evaluation,
): string {
  const { threshold, score, before, after } = chosen;
  const [metric] = metricsOf(config);
  const found = (of: Evaluation) =>
    `${metric.name} ${measured(metric, of[metric.name as never], 2)}, balanced ${percent(balancedOf(of), 2)}`;
  const test = onTest ? `; with it test ${found(onTest)}` : "";
  return `threshold  ${short(threshold)} for ${classes[1]}: ${score} in validation ${short(before)} -> ${short(after)}${test}`;
}

const LOSS: Told = { name: "loss", better: "smaller" };

/** The classes with the lowest recall first, with how many of their samples were found. */
export function recalls({ recall, support }: Evaluation, classes: readonly string[]): string {
  const worst = [...classes.keys()].filter((c) => support[c] > 0).sort((a, b) => Number(recall[a]) - Number(recall[b]) || a - b);
  const shown = worst.slice(0, MOST_RECALLS).map((c) => {
    return `${classes[c]} ${grouped(Math.round(Number(recall[c]) * support[c]))} of ${grouped(support[c])}`;
  });
  return `test ${shown.join(", ")}${worst.length > MOST_RECALLS ? `, and ${worst.length - MOST_RECALLS} classes with more` : ""}`;
}

/** ", 10 classes" of so many labels, of another task ", 1 output"; nothing where the outputs are to be the inputs. */
export function outputsText({ network, layout: { sizes } }: TrainConfig, { length }: readonly string[]): string {
  const task = taskOf(network.task);
  const { called } = task;
  if (!needsLabels(task)) return "";
  const outputs = sizes[sizes.length - 1];
  return called
    ? `, ${length} ${length === 1 ? called.replace(/(ss)?e?s$/, "$1") : called}`
    : `, ${outputs} output${outputs === 1 ? "" : "s"}`;
}

/** What a run begins with, for people. */
export function startLines({ description: about, notes }: LoadedData, info: StartInfo): string[] {
  const { config, plan, device, layers, memory, streamed, tuning, notes: ofData } = info;
  const sets = Object.entries(about.samples).filter(([, count]) => count > 0);
  const nnz = layers.reduce((sum, layer) => sum + layer.nnz, 0);
  const cells = countCells(layers);
  const sizes = [layers[0].in, ...layers.map(({ out }) => out)].join("-");
  const asNotes = (texts: readonly string[]) => texts.map((note) => `note: ${note}`);
  return [
    `${about.name}: ${sets.map(([set, count]) => `${grouped(count)} ${set}`).join(", ")} samples of ${counted(grouped(about.features), "feature")}${outputsText(config, about.classes)}`,
    ...asNotes([...notes, ...ofData]),
    `${config.method}: ${config.members ? `${counted(config.members, "member")}, together ` : ""}${sizes}, ${counted(grouped(nnz), "connection")} of ${grouped(cells)} possible (${percent(nnz / cells)})${skipText(config)}, ${formatBytes(memory.total)} on the device`,
    ...asNotes(startNotes(config, layers)),
    ...(streamed ? [`note: samples are streamed through ${formatBytes(memory.data)} of the device`] : []),
    ...plan.trials.map(({ device: kind, description, msPerStep, reason }) =>
      msPerStep === null
        ? `device auto: ${kind} cannot be used: ${reason}`
        : `device auto: ${short(msPerStep)} ms a step on ${description}`,
    ),
    ...tuningNotes(tuning),
    `training on ${deviceName(device)}`,
  ];
}

/** What leads from the inputs straight to the outputs, if anything does. */
function skipText({ network, layout: { sizes }, members = 1 }: TrainConfig): string {
  const weights = members * sizes[0] * sizes[sizes.length - 1];
  return network.skip ? `, a linear skip of ${grouped(weights)} weights` : "";
}

/** What was timed to choose kernels by, if anything was. */
function tuningNotes({ tuned, seconds, problem }: StartInfo["tuning"]): string[] {
  const notes = problem ? [`note: what is timed cannot be remembered: ${problem}`] : [];
  if (tuned.length === 0) return notes;
  const left = tuned.filter(({ trials }) => trials.length === 0).length;
  const untimed = left > 0 ? `; ${left} took the default for want of time` : "";
  return [`kernels: ${tuned.length - left} shapes timed in ${duration(seconds)}${untimed} (see coppice tune list)`, ...notes];
}

/** What a user may not expect of the network that is about to be trained. */
function startNotes({ method, evolution, layout, epochs, start }: StartInfo["config"], layers: StartInfo["layers"]): string[] {
  const notes: string[] = [];
  const full = layers.flatMap(({ density }, i) => (density === 1 && i < layers.length - 1 ? [i + 1] : []));
  if (full.length > 0 && evolution) {
    const [layer, are, them] = full.length === 1 ? ["layer", "is", "it"] : ["layers", "are", "them"];
    const why = start
      ? "dense in the model and not rewired"
      : `dense at this epsilon and not rewired; a smaller epsilon or wider layers make ${them} sparse`;
    notes.push(`weight ${layer} ${full.join(" and ")} ${are} ${why}`);
  }
  const removal = evolution?.removal;
  const hidden = layout.sizes.slice(1, -1);
  if (removal && hidden.every((size) => neuronsLeft(removal, size, epochs, evolution) === size)) {
    notes.push(
      `no neuron will be removed in ${counted(epochs, "epoch")}; ${method} removes neurons from epoch ${removal.first} to ${removal.last}, at most to ${removal.floor} a layer`,
    );
  }
  return notes;
}
