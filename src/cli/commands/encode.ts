import type { Dataset } from "../../data/dataset.js";
import { encodeNpz } from "../../io/formats/scipy/npz.js";
import { integer } from "../../options/schema.js";
import { grouped } from "../../report/format.js";
import { toCsv, toRecords } from "../../tasks/answer-lines.js";
import { outputsOf } from "../../tasks/answers.js";
import { encode as encodeSamples, encodingLayer } from "../../train/encode.js";
import { check } from "../../util/check.js";
import { counted } from "../../util/counted.js";
import type { Call, CommandSpec } from "../command.js";
import { giveRecords } from "../give-records.js";
import { withDevice } from "../model-file.js";
import { type ModelValues, readModelSamples } from "../model-samples.js";
import { DEVICE, SAMPLES, setting, turn, word } from "../options.js";
import { PIECES } from "../own-pieces.js";
import { say } from "../terminal.js";

const EXAMPLES = `
Examples:
  coppice encode runs/table-set-1/model.safetensors --data table.csv --out codes.csv
  coppice encode model.safetensors --data new.csv --layer 1 --out codes.npz

A neuron of the k-th hidden layer is hK.ID, by its place at the start of training. In a .npz, X is f32 [samples, neurons], and neurons has
their IDs; ids has those of the samples, if there are any. Without --out, CSV goes to standard output.
`;

const OPTIONS = {
  "Data options": SAMPLES,
  "Run options": {
    ...DEVICE,
    ...PIECES,
    layer: setting(integer({ min: 1 }), "hidden layer whose activations are written, from 1", {
      unit: "k",
      otherwise: "the last",
    }),
    out: word("FILE", "file to write, .csv or .npz"),
    json: turn("print a JSON document: a summary, or without --out the activations"),
  },
};

/** `coppice encode`: activations of hidden neurons. */
export const encode: CommandSpec = {
  name: "encode",
  about: "activations of a hidden layer for every sample, as CSV or .npz",
  args: { "<MODEL>": "model.safetensors of a run" },
  options: OPTIONS,
  examples: EXAMPLES,
  run: runEncode,
};

type Values = ModelValues & { readonly layer?: number };

async function runEncode(values: Values, { args: [path], terminal }: Call): Promise<void> {
  const { out, layer } = values;
  check(out === undefined || /\.(csv|npz)$/.test(out), "--out", () => `${out} is neither .csv nor .npz; name one of these`);
  const { saved, source, dataset, absent } = await readModelSamples(path, values, terminal, (model) => {
    encodingLayer(model, { layer }); // throws before data are read
    return { ignoreLabels: true };
  });
  const [{ neurons, values: activations, notes }, device] = await withDevice(values, terminal, async (on) => {
    return [await encodeSamples(on, saved, dataset.x, { layer }), on.info.kind] as const;
  });
  say(terminal, ...notes.map((note) => `note: ${note}`));
  const { samples } = dataset;
  const records = () => toRecords((i) => outputsOf({ outputs: neurons, values: activations }, i), dataset);
  const document = { model: path, data: source.name, device, samples, neurons, ...(absent.length > 0 && { absent }), notes };
  await giveRecords(values, terminal, document, {
    name: "encodings",
    said: `${counted(grouped(samples), "sample")} by ${counted(grouped(neurons.length), "neuron")}`,
    records,
    lines: () => toCsv(records(), neurons),
    content: out?.endsWith(".npz") ? () => arraysOf(neurons, activations, dataset) : undefined,
  });
}

/** A .npz: X [samples, neurons], the neurons' IDs, and those of the samples where they have any. */
function arraysOf(names: readonly string[], data: Float32Array, { samples, ids }: Pick<Dataset, "samples" | "ids">) {
  const neurons = Int32Array.from(names, (name) => Number(name.slice(name.indexOf(".") + 1)));
  return encodeNpz({
    X: { shape: [samples, names.length], data },
    neurons: { shape: [names.length], data: neurons },
    ...(ids && { ids: { shape: [samples], data: ids } }),
  });
}
