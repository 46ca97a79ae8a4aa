import type { Dataset } from "../../data/dataset.js";
import { list } from "../../data/names.js";
import { takeSamples } from "../../data/take-samples.js";
import { grouped } from "../../report/format.js";
import { toCsv, toRecords } from "../../tasks/answer-lines.js";
import { type Explanation, explainedOutput, explain as explainSamples } from "../../train/explain.js";
import { check, didYouMean } from "../../util/check.js";
import { counted } from "../../util/counted.js";
import { csvLine } from "../../util/csv.js";
import type { Call, CommandSpec } from "../command.js";
import { giveRecords } from "../give-records.js";
import { withDevice } from "../model-file.js";
import { type ModelValues, readModelSamples } from "../model-samples.js";
import { DEVICE, SAMPLES, turn, word } from "../options.js";
import { PIECES } from "../own-pieces.js";
import { say } from "../terminal.js";

const EXAMPLES = `
Examples:
  coppice explain runs/table-set-1/model.safetensors --data table.csv --sample patient7
  coppice explain model.safetensors --data new.csv --output tumour --out contributions.csv

A contribution is gradient times input: what a linear network's output before softmax would lose if the feature were at its mean. It tells what
the model looks at, and not what causes what. Without --out, CSV goes to standard output.
`;

const OPTIONS = {
  "Data options": SAMPLES,
  "Run options": {
    ...DEVICE,
    ...PIECES,
    sample: word("ID", "explain one sample, by its ID or its place from 1: a line for each feature, the largest first"),
    output: word("name", "class, label or target that is explained; default each sample's predicted class, or the only output"),
    out: word("FILE.csv", "file to write"),
    json: turn("print a JSON document: a summary, or without --out the contributions"),
  },
};

/** `coppice explain`: what features add to an output. */
export const explain: CommandSpec = {
  name: "explain",
  about: "what each feature adds to a sample's answer, as CSV",
  args: { "<MODEL>": "model.safetensors of a run" },
  options: OPTIONS,
  examples: EXAMPLES,
  run: runExplain,
};

type Values = ModelValues & { readonly sample?: string; readonly output?: string };

async function runExplain(values: Values, { args: [path], terminal }: Call): Promise<void> {
  const { output } = values;
  const { saved, source, absent, ...read } = await readModelSamples(path, values, terminal, (model) => {
    explainedOutput(model, { output }); // throws before data are read
    return { ignoreLabels: true };
  });
  const dataset = values.sample === undefined ? read.dataset : takeSamples(read.dataset, [placeOf(read.dataset, values.sample)]);
  const [explanation, device] = await withDevice(values, terminal, async (on) => {
    return [await explainSamples(on, saved, dataset.x, { output }), on.info.kind] as const;
  });
  const { features, outputs, notes } = explanation;
  say(terminal, ...notes.map((note) => `note: ${note}`));
  const records = () => toRecords((i) => ({ output: saved.classes[outputs[i]], contributions: of(explanation, i) }), dataset);
  const lines = () => (values.sample === undefined ? toCsv(records(), features) : featureLines(explanation));
  if (values.sample !== undefined)
    say(terminal, `${dataset.name}: sample ${values.sample}: explained is ${saved.classes[outputs[0]]}`);
  const { samples } = dataset;
  const document = { model: path, data: source.name, device, samples, features, ...(absent.length > 0 && { absent }), notes };
  const said = `contributions of ${counted(grouped(features.length), "feature")} to ${counted(grouped(samples), "sample")}`;
  await giveRecords(values, terminal, document, { name: "explanations", said, records, lines });
}

/** The place of a sample, by its ID, or from 1 where there are none. */
function placeOf({ name, ids, samples }: Dataset, sample: string): number {
  const place = ids ? ids.indexOf(sample) : /^\d+$/.test(sample) ? Number(sample) - 1 : -1;
  check(place >= 0 && place < samples, "--sample", () => {
    return ids
      ? `${name} has no sample "${sample}"; ${didYouMean(sample, ids)}its samples are ${list(ids)}`
      : `${sample} is no number from 1 to ${samples}, the samples of ${name}`;
  });
  return place;
}

const of = ({ features: { length }, contributions }: Explanation, i: number) =>
  contributions.subarray(i * length, (i + 1) * length);

/** A line for each feature of the only sample, the largest contribution first, whatever its sign. */
function* featureLines(explanation: Explanation): Generator<string> {
  const { features } = explanation;
  const own = of(explanation, 0);
  yield csvLine(["feature", "contribution"]);
  const order = Array.from(features.keys()).sort((a, b) => Math.abs(own[b]) - Math.abs(own[a]));
  for (const j of order) yield csvLine([features[j], Number(own[j].toPrecision(9))]);
}
