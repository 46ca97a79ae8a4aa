import { checkFeatures } from "../../data/align.js";
import { rawFeatures } from "../../data/prepare/index.js";
import type { ReadingValues } from "../../files/reading.js";
import { checkWritableFile, writeAtomically } from "../../files/write.js";
import { encodeNpz } from "../../io/formats/scipy/npz.js";
import type { Flat } from "../../options/option.js";
import { integer } from "../../options/schema.js";
import { grouped } from "../../report/format.js";
import { outputsOf } from "../../tasks/answers.js";
import { encode as encodeSamples } from "../../train/encode.js";
import { check } from "../../util/check.js";
import { toCsv, toRecords } from "../answer-lines.js";
import type { Call, CommandSpec } from "../command.js";
import { withDevice } from "../model-file.js";
import { readModelSamples } from "../model-samples.js";
import { ABSENT, DEVICE, type DeviceValues, missingFor, SAMPLES, setting, word } from "../options.js";
import { PIECES } from "../own-pieces.js";
import { printParts, say } from "../terminal.js";
import { encodeParts } from "../text-parts.js";

const EXAMPLES = `
Examples:
  coppice encode runs/table-set-1/model.safetensors --data table.csv --out codes.csv
  coppice encode model.safetensors --data new.csv --layer 1 --out codes.npz

A neuron of the k-th hidden layer is hK.ID, by its place at the start of training. In a .npz, X is f32 [samples, neurons], and neurons has
their IDs. Without --out, CSV goes to standard output.
`;

const OPTIONS = {
  "Data options": { ...SAMPLES, ...missingFor(["error", "median"]), ...ABSENT },
  "Run options": {
    ...DEVICE,
    ...PIECES,
    layer: setting(integer({ min: 1 }), "hidden layer whose activations are written, from 1", {
      unit: "k",
      otherwise: "the last",
    }),
    out: word("FILE", "file to write, .csv or .npz"),
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

type Values = ReadingValues &
  DeviceValues &
  Flat<typeof ABSENT> & { readonly pieces?: string; readonly layer?: number; readonly out?: string };

async function runEncode(values: Values, { args: [path], terminal }: Call): Promise<void> {
  const { out, layer } = values;
  if (out !== undefined) {
    check(/\.(csv|npz)$/.test(out), "--out", () => `${out} is neither .csv nor .npz; name one of these`);
    checkWritableFile(out, "--out");
  }
  const { saved, dataset } = await readModelSamples(path, values, terminal, () => ({ ignoreLabels: true }));
  checkFeatures(dataset, rawFeatures(saved).features);
  say(terminal, ...(dataset.notes ?? []).map((note) => `note: ${note}`));
  const {
    neurons,
    values: activations,
    notes,
  } = await withDevice(values, terminal, (device) => encodeSamples(device, saved, dataset.x, { layer }));
  say(terminal, ...notes.map((note) => `note: ${note}`));
  const { samples } = dataset;
  if (out?.endsWith(".npz")) {
    const ids = Int32Array.from(neurons, (name) => Number(name.slice(name.indexOf(".") + 1)));
    const X = { shape: [samples, neurons.length], data: activations };
    writeAtomically(out, encodeNpz({ X, neurons: { shape: [neurons.length], data: ids } }));
  } else {
    const lines = toCsv(
      toRecords((i) => outputsOf({ outputs: neurons, values: activations }, i), dataset),
      neurons,
    );
    if (out === undefined) return printParts(terminal, lines);
    writeAtomically(out, encodeParts(lines));
  }
  say(terminal, `${grouped(samples)} samples by ${grouped(neurons.length)} neurons in ${out}`);
}
