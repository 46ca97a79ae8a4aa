import { ACTIVATIONS, activationOf } from "../../activations/index.js";
import { ACTIVATION } from "../../activations/schema.js";
import { isFolder } from "../../files/read.js";
import { checkWritableFile, writeAtomically } from "../../files/write.js";
import { checkpointParts } from "../../io/formats/checkpoint/checkpoint.js";
import { decodeFolder } from "../../io/formats/scipy/decode.js";
import { SCIPY_FILE } from "../../io/formats/scipy/names.js";
import { connections } from "../../layers/param.js";
import { formatBytes } from "../../nn/memory.js";
import { NETWORK } from "../../nn/options.js";
import type { Flat } from "../../options/option.js";
import { nameOf, withPieces } from "../../options/piece.js";
import { bytes, list, number, text } from "../../options/schema.js";
import { grouped } from "../../report/format.js";
import { check } from "../../util/check.js";
import { counted } from "../../util/counted.js";
import { checkNotRead } from "../check-out.js";
import type { Call, CommandSpec } from "../command.js";
import { readFiles } from "../model-file.js";
import { JSON_OUT, setting, word } from "../options.js";
import { checkNames, loadPieces, PIECES } from "../own-pieces.js";
import { printJson, say } from "../terminal.js";

const EXAMPLES = `
Examples:
  coppice import digits-npz --out digits.safetensors
  coppice import matrices --activation tanh --classes cat,dog --out pets.safetensors

FOLDER holds layers.0.npz, layers.1.npz, ... as scipy.sparse.save_npz writes CSR matrices of weights [out, in]; an array "bias" may lie beside
each (numpy.savez), and without one biases are 0. "coppice export --to npz" writes such a folder, with a model.json that says the rest.
The model evaluates and predicts like any other.
`;

/** Activations that the matrices say all of. */
const UNTRAINED = Object.values(ACTIVATIONS).flatMap(({ name, ...rest }) => ("parameters" in rest ? [] : [name]));

const OPTIONS = {
  out: word("FILE", "model to write, e.g. model.safetensors"),
  activation: { ...setting({ ...ACTIVATION, names: UNTRAINED }, "of the hidden layers", { otherwise: "relu" }), late: true },
  alpha: setting(number(), "slope below 0 of leakyRelu (0.01) and allRelu (0.6)", { unit: "slope" }),
  classes: setting(list(text()), "labels of the outputs, e.g. cat,dog", { unit: "labels", otherwise: "0, 1, ..." }),
  maxBytes: setting(bytes(), "most that a file may unpack to, e.g. 4GB", { unit: "bytes", otherwise: "1GiB" }),
  ...PIECES,
  ...JSON_OUT,
};

/** `coppice import`: scipy's matrices as a model. */
export const importModel: CommandSpec = {
  name: "import",
  about: "make a model of scipy's matrices, one a layer",
  args: { "<FOLDER>": "folder with layers.0.npz, layers.1.npz, ..." },
  options: { Options: OPTIONS },
  examples: EXAMPLES,
  run: runImport,
};

async function runImport(values: Flat<typeof OPTIONS>, { args: [folder], terminal }: Call): Promise<void> {
  const { out, activation, alpha, classes, maxBytes, pieces: file, json } = values;
  check(out !== undefined, "--out", () => "is missing; name the model to write, e.g. model.safetensors");
  check(isFolder(folder), folder, () => "is no folder; give one with layers.0.npz, layers.1.npz, ...");
  checkWritableFile(out, "--out");
  checkNotRead(out, { "the model": [folder], "the file of pieces": [file] });
  const pieces = await loadPieces(file);
  checkNames({ activation }, pieces);
  const { activation: chosen } = withPieces({ activation: NETWORK.activation }, { activation }, pieces);
  check(!chosen || !activationOf(chosen).parameters, "--activation", () => {
    return `${nameOf(chosen ?? "")} has parameters that are trained, and matrices do not say them; take ${UNTRAINED.join(", ")}`;
  });
  const config = activation === undefined && alpha === undefined ? undefined : { activation: chosen, alpha };
  const saved = await decodeFolder(readFiles(folder, SCIPY_FILE), folder, { config, classes, maxBytes, pieces });
  const content = checkpointParts(saved);
  writeAtomically(out, content);
  const size = content.reduce((sum, { length }) => sum + length, 0);
  const neurons = [saved.features, ...saved.network.layers.map((layer) => layer.out)];
  const nnz = saved.network.layers.reduce((sum, layer) => sum + connections(layer), 0);
  say(terminal, `${neurons.join("-")}, ${counted(grouped(nnz), "connection")}, in ${out}: ${formatBytes(size)}`);
  if (json) await printJson(terminal, { folder, out, neurons, nnz, classes: saved.classes, bytes: size });
}
