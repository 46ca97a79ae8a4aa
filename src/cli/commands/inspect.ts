import { plainName } from "../../data/names.js";
import { inputStrength } from "../../experiment/repeat/strength.js";
import { checkWritableFile, writeAtomically } from "../../files/write.js";
import { membersOf, type SavedModel } from "../../io/saved-model.js";
import type { Metric } from "../../metrics/metric.js";
import { formatBytes } from "../../nn/memory.js";
import type { Flat } from "../../options/option.js";
import { grouped, short, table } from "../../report/format.js";
import { taskOf } from "../../tasks/index.js";
import type { Task } from "../../tasks/task.js";
import { counted } from "../../util/counted.js";
import { csvLine } from "../../util/csv.js";
import { maximum } from "../../util/extremes.js";
import { percent } from "../../util/percent.js";
import { checkNotRead } from "../check-out.js";
import type { CommandSpec } from "../command.js";
import { type DegreeHistogram, degreesOfMembers, type Spread } from "../degrees.js";
import { describeModel } from "../describe-model.js";
import { trainAndTest } from "../metrics.js";
import { readAnyModel } from "../model-file.js";
import { JSON_OUT, word } from "../options.js";
import { loadOwn, PIECES } from "../own-pieces.js";
import { print, printJson } from "../terminal.js";

const EXAMPLES = `
Examples:
  coppice inspect runs/digits-npset-1/model.safetensors
  coppice inspect runs/digits-npset-1/checkpoint.safetensors --json
  coppice inspect model.safetensors --ranking features.csv

A layer's fan-in is how many connections enter each of its neurons, its fan-out how many leave each of its inputs. The bars below the table count
neurons: from those with the fewest connections to those with the most, the highest bar for the commonest.
`;

const OPTIONS = {
  ranking: word(
    "FILE.csv",
    "write all features, the strongest first: rank, feature, strength (sum of |w|, the mean over members), connections",
  ),
  ...PIECES,
  ...JSON_OUT,
};

/** `coppice inspect`: what is in a model's file. */
export const inspect: CommandSpec = {
  name: "inspect",
  about: "layers, densities, degrees, dead neurons, sizes of a model; where its training stands",
  args: { "<MODEL>": "model.safetensors or a checkpoint of a run" },
  options: { Options: OPTIONS },
  examples: EXAMPLES,
  async run({ pieces: file, ranking, json }: Flat<typeof OPTIONS>, { args: [path], terminal }) {
    checkNotRead(ranking, { "the model": [path], "the file of pieces": [file] }, "--ranking");
    if (ranking !== undefined) checkWritableFile(ranking, "--ranking");
    const { saved, checksums = false, bytes } = await readAnyModel(path, await loadOwn(file));
    const document = { ...describeModel(path, bytes, saved), checksums };
    if (ranking !== undefined) writeAtomically(ranking, rankingOf(saved).map(csvLine).join(""));
    if (json) return printJson(terminal, document);
    print(terminal, ...lines(document, taskOf(saved.config.task)).map(oneLine));
  },
};

/** The features by their strength, of equal ones the first before the others. */
function rankingOf(saved: SavedModel): (string | number)[][] {
  const strength = inputStrength(saved);
  const { fanOut } = degreesOfMembers(
    membersOf(saved).map(({ layers }) => layers[0]),
    true,
  );
  const order = Array.from(strength.keys()).sort((a, b) => strength[b] - strength[a] || a - b);
  const rows = order.map((j, k) => [k + 1, plainName(saved.featureNames, j), strength[j], fanOut[j]]);
  return [["rank", "feature", "strength", "connections"], ...rows];
}

/** Labels and names of a stranger's file must not break the layout; `print` shows what else steers a terminal. */
function oneLine(line: string): string {
  return line.replace(/\p{Cc}/gu, "?");
}

/** What is printed: the model, and whether its file shows damage by checksums (which a damaged one would not have passed). */
type Description = ReturnType<typeof describeModel> & { readonly checksums: boolean };

const degree = ({ min, median, max }: Spread) => `${min}/${median}/${max}`;

/** The columns of the table of layers. */
const COLUMNS: readonly [heading: string, cell: (layer: Description["layers"][number]) => string][] = [
  ["in", (layer) => grouped(layer.in)],
  ["out", (layer) => grouped(layer.out)],
  ["kind", ({ kind }) => kind],
  ["connections", ({ nnz }) => grouped(nnz)],
  ["density", ({ density }) => percent(density, 2)],
  ["fan-in min/med/max", ({ fanIn }) => degree(fanIn)],
  ["fan-out min/med/max", ({ fanOut }) => degree(fanOut)],
  ["dead", ({ dead }) => grouped(dead)],
  ["mean |w|", ({ weights }) => short(weights?.meanMagnitude ?? null)],
];

function lines(document: Description, { metrics, called = "outputs" }: Task): string[] {
  const { bytes, memory, neurons, parameters, nnz, density, skip, layers, activation, norm, classes } = document;
  const first = layers.filter(({ member = 0 }) => member === 0);
  const rows = first.map((layer, i) => [String(i), ...COLUMNS.map(([, cell]) => cell(layer))]);
  const shown = classes.slice(0, 12).join(", ") + (classes.length > 12 ? `, ... (${classes.length})` : "");
  const unused = layers[0].unused;
  return [
    `${document.model}: ${formatBytes(bytes)}, ${document.checksums ? "its checksums are right" : "without checksums: damage to its weights would not show"}`,
    `network     ${neurons?.join("-") ?? `${counted(document.members?.length ?? 0, "network")} with more layers or fewer`}, ${counted(grouped(nnz), "connection")} (${percent(density, 2)} of the dense network's)${skip > 0 ? `, a linear skip of ${grouped(skip)} weights` : ""}, ${grouped(parameters)} parameters, activation ${activation}${norm === "batch" ? ", batch norm" : ""}`,
    `memory      ${formatBytes(memory.use)} to predict with, ${formatBytes(memory.train)} to train, without a batch's activations`,
    ...trainingLines(document, metrics),
    `${called.padEnd(11)} ${shown}`,
    "",
    ...memberLines(document, metrics),
    ...table([["layer", ...COLUMNS.map(([heading]) => heading)], ...rows]),
    "",
    ...degreeLines(first),
    "dead: hidden neurons of the layer's outputs that no connection enters or none leaves",
    ...(unused > 0 && skip === 0
      ? [
          `${grouped(unused)} of ${grouped(layers[0].in)} inputs ${unused === 1 ? "has no connection: the model does not use this feature" : "have no connection: the model does not use these features"}`,
        ]
      : []),
  ];
}

/** The members of an ensemble, each with how it does alone. */
function memberLines({ members, layers }: Description, metrics: readonly Metric[]): string[] {
  if (!members) return [];
  const weighted = members[0].weight !== undefined; // a blend, which has no record of how they did
  const rows = members.map((member, j) => [
    String(j),
    ...(weighted ? [short(member.weight ?? null)] : []),
    member.neurons.join("-"),
    grouped(member.nnz),
    ...(weighted ? [] : [short(member.validationLoss), ...metrics.map((metric) => trainAndTest(metric, member))]),
  ]);
  const scores = weighted ? [] : ["validation loss", ...metrics.map(({ name }) => name)];
  const headings = ["member", ...(weighted ? ["weight"] : []), "neurons", "connections", ...scores];
  return [
    `an ensemble of ${members.length} networks, whose answers are averaged${weighted ? " by weights:" : "; alone they come to:"}`,
    ...table([headings, ...rows]),
    "",
    layers.some(({ member }) => member)
      ? "layers of member 0 (--json has those of all):"
      : "layers of all, whose weights are shared:",
  ];
}

function trainingLines(
  { epoch, optimizer, standardized, clip, medians, temperature, threshold, classes, layers, training, prepared }: Description,
  metrics: readonly Metric[],
): string[] {
  const scale = clip === null ? "standardised" : `scaled and smoothly clipped at ${clip}`;
  const inputs = `inputs ${prepared ? `through ${prepared.steps.map(({ step }) => step).join(", ")} (of ${counted(grouped(prepared.features), "feature")}), ` : ""}${standardized ? scale : "used raw"}${medians ? ", missing ones filled in by medians" : ""}${temperature === null ? "" : `, probabilities calibrated by temperature ${short(temperature)}`}${threshold === null ? "" : `, taken for ${classes[1]} above ${short(threshold)}`}`;
  const state = layers.some((layer) => layer.state) ? "; with optimiser state" : "";
  const first = `training    ${epoch === null ? "not recorded" : `${counted(epoch, "epoch")} with ${optimizer}`}; ${inputs}${state}`;
  if (!training) return [first];
  const { epochs, method, seed, batch, device, evolutions, best, metric, trainLoss, testLoss } = training;
  const known = [
    ...(epochs === null ? [] : [`epoch ${training.epoch} of ${epochs}`]),
    ...(method === null ? [] : [`method ${method}`]),
    ...(seed === null ? [] : [`seed ${seed}`]),
    ...(batch === null ? [] : [`batch ${batch}`]),
    ...(device === null ? [] : [`on ${device}`]),
    `${evolutions} evolutions`,
  ];
  const told = metrics.map((metric) => `${metric.name} ${trainAndTest(metric, training)}`).join("; ");
  const lines = `scores      ${told} (loss ${short(trainLoss)}, ${short(testLoss)})`;
  return [
    first,
    `            ${known.join(", ")}`,
    lines + (best ? `; best validation ${metric} ${short(best.value ?? best.loss)} in epoch ${best.epoch}` : ""),
  ];
}

const BLOCKS = "▁▂▃▄▅▆▇█";

/** Bars of the counts, "·" where there is none. */
function bars({ counts }: DegreeHistogram): string {
  const most = maximum(counts);
  return counts.map((count) => (count === 0 ? "·" : BLOCKS[Math.ceil((count / most) * BLOCKS.length) - 1])).join("");
}

/** The distributions of degrees of the layers in which they differ. */
function degreeLines(layers: Description["layers"]): string[] {
  const rows = layers.flatMap((layer, i) =>
    (["fanIn", "fanOut"] as const).flatMap((key) => {
      const { min, max, histogram } = layer[key];
      if (min === max) return [];
      const name = `layer ${i} ${key === "fanIn" ? "fan-in" : "fan-out"}`;
      return [[name, String(min), bars(histogram), String(max)]];
    }),
  );
  if (rows.length === 0) return [];
  const widths = [0, 1, 2].map((j) => maximum(rows.map((row) => row[j].length)));
  return [
    ...rows.map(
      ([name, min, bar, max]) => `${name.padEnd(widths[0])}  ${min.padStart(widths[1])} ${bar.padEnd(widths[2])} ${max}`,
    ),
    "",
  ];
}
