import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Command } from "commander";
import { ACTIVATIONS, type ActivationName } from "../../activations/index.js";
import { readFile } from "../../files/datasets.js";
import { checkWritableFile, writeAtomically } from "../../files/write.js";
import { checkpointParts } from "../../io/checkpoint.js";
import { decodeScipy, SCIPY_FILE } from "../../io/scipy.js";
import { connections } from "../../layers/param.js";
import { formatBytes } from "../../nn/memory.js";
import { grouped } from "../../report/format.js";
import { check } from "../../util/check.js";
import { addSettings } from "../options.js";
import { bytes, number, oneOf, word, words } from "../parse.js";
import { printJson, say, type Terminal } from "../terminal.js";

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

export function addImport(program: Command, terminal: Terminal): void {
  const command = program
    .command("import")
    .description("make a model of scipy's matrices, one a layer")
    .argument("<FOLDER>", "folder with layers.0.npz, layers.1.npz, ...");
  addSettings(command, "Options", [
    { flags: "--out <FILE>", help: "model to write, e.g. model.safetensors", parse: word },
    {
      flags: "--activation <name>",
      help: `of the hidden layers: ${UNTRAINED.join(", ")} (default relu)`,
      parse: oneOf(Object.keys(ACTIVATIONS) as ActivationName[]),
    },
    { flags: "--alpha <slope>", help: "slope below 0 of leakyRelu (0.01) and allRelu (0.6)", parse: number },
    { flags: "--classes <labels>", help: "labels of the outputs, e.g. cat,dog (default 0, 1, ...)", parse: words },
    { flags: "--max-bytes <bytes>", help: "most that a file may unpack to, e.g. 4GB (default 1GiB)", parse: bytes },
    { flags: "--json", help: "print results as one JSON document" },
  ]);
  command.addHelpText("after", EXAMPLES).action((folder: string) => runImport(folder, command.opts<Values>(), terminal));
}

interface Values {
  readonly out?: string;
  readonly activation?: ActivationName;
  readonly alpha?: number;
  readonly classes?: string[];
  readonly maxBytes?: number;
  readonly json?: boolean;
}

async function runImport(folder: string, values: Values, terminal: Terminal): Promise<void> {
  const { out, activation, alpha, classes, maxBytes, json } = values;
  check(out !== undefined, "--out", () => "is missing; name the model to write, e.g. model.safetensors");
  check(
    existsSync(folder) && statSync(folder).isDirectory(),
    folder,
    () => "is no folder; give one with layers.0.npz, layers.1.npz, ...",
  );
  checkWritableFile(out, "--out");
  const names = readdirSync(folder).filter((name) => SCIPY_FILE.test(name));
  const files = new Map(names.map((name) => [name, readFile(join(folder, name)).bytes]));
  const config = activation === undefined && alpha === undefined ? undefined : { activation, alpha };
  const saved = await decodeScipy(files, { config, classes, maxBytes });
  const content = checkpointParts(saved);
  writeAtomically(out, content);
  const size = content.reduce((sum, { length }) => sum + length, 0);
  const neurons = [saved.features, ...saved.network.layers.map((layer) => layer.out)];
  const nnz = saved.network.layers.reduce((sum, layer) => sum + connections(layer), 0);
  say(terminal, `${neurons.join("-")}, ${grouped(nnz)} connections, in ${out}: ${formatBytes(size)}`);
  if (json) printJson(terminal, { folder, out, neurons, nnz, classes: saved.classes, bytes: size });
}
