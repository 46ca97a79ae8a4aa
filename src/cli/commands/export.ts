import { existsSync, mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { checkWritableFile, checkWritableFolder, writeAtomically } from "../../files/write.js";
import { encodeOnnx } from "../../io/formats/onnx/onnx.js";
import { encodeScipy, SCIPY_FILE } from "../../io/formats/scipy/scipy.js";
import type { SavedModel } from "../../io/saved-model.js";
import { formatBytes } from "../../nn/memory.js";
import type { Flat } from "../../options/option.js";
import { oneOf } from "../../options/schema.js";
import { check } from "../../util/check.js";
import type { Call, CommandSpec } from "../command.js";
import { readModel } from "../model-file.js";
import { JSON_OUT, setting, turn, word } from "../options.js";
import { loadPieces, PIECES } from "../own-pieces.js";
import { printJson, say } from "../terminal.js";

const FORMATS = ["onnx", "npz"] as const;

const EXAMPLES = `
Examples:
  coppice export runs/digits-npset-1/model.safetensors --to onnx --out digits.onnx
  coppice export runs/digits-npset-1/model.safetensors --to npz --out digits-npz

onnx: one file that any ONNX runtime (operator set 17) runs. It takes "inputs", f32 [batch, features], raw as in the data, and gives "label",
int64 [batch], an index into the classes, and "probabilities", f32 [batch, classes]; classes and feature names are in its metadata as JSON.
Missing connections are written as zeros: 4 bytes a cell. With --sparse only connections are written, 12 bytes each, as sparse_initializer,
which few runtimes load; onnxruntime makes it dense as it does, so the file gets smaller, but not the memory it takes, nor is it faster.

npz: a folder with a file a layer, layers.0.npz and so on, since scipy.sparse.load_npz reads one matrix a file: the weights [out, in] as CSR.
numpy.load gives the biases from the same files; input.npz has the statistics of the inputs, model.json the rest. "coppice import" reads it back.
`;

const OPTIONS = {
  to: setting(oneOf(FORMATS), "what to write", { unit: "format" }),
  out: word("F", "file (onnx) or folder (npz) to write"),
  sparse: turn("onnx: sparse layers as sparse_initializer, which few runtimes load (see below)"),
  ...PIECES,
  ...JSON_OUT,
};

/** `coppice export`: a model for other programs. */
export const exportModel: CommandSpec = {
  name: "export",
  about: "write a model for ONNX runtimes or scipy",
  args: { "<MODEL>": "model.safetensors or a checkpoint of a run" },
  options: { Options: OPTIONS },
  examples: EXAMPLES,
  run: runExport,
};

async function runExport(
  { to, out, sparse, pieces, json }: Flat<typeof OPTIONS>,
  { args: [path], terminal }: Call,
): Promise<void> {
  check(to !== undefined, "--to", () => `is missing; give one of ${FORMATS.join(", ")}`);
  check(out !== undefined, "--out", () => `is missing; name the ${to === "onnx" ? "file" : "folder"} to write`);
  check(sparse !== true || to === "onnx", "--sparse", () => "concerns onnx alone: npz is sparse as it is");
  const saved = readModel(path, await loadPieces(pieces));
  const files = to === "onnx" ? onnxFile(saved, out, sparse) : npzFiles(saved, out);
  const bytes = files.reduce((sum, [, content]) => sum + content.length, 0);
  for (const [file, content] of files) writeAtomically(file, content);
  const names = files.map(([file]) => file);
  say(terminal, `${names.length > 1 ? `${names.length} files in ${out}` : out}: ${formatBytes(bytes)}`);
  if (json) printJson(terminal, { model: path, to, out, files: names, bytes });
}

type Files = readonly (readonly [path: string, content: Uint8Array])[];

function onnxFile(saved: SavedModel, out: string, sparse?: boolean): Files {
  checkWritableFile(out, "--out");
  return [[out, encodeOnnx(saved, { sparse })]];
}

/** Makes the folder. Throws when it holds files that would be taken for layers of this model. */
function npzFiles(saved: SavedModel, out: string): Files {
  check(!out.endsWith(".npz"), "--out", () => {
    return `${out} is a file's name, but a .npz of scipy's holds one matrix and the model has ${saved.network.layers.length}: name a folder, e.g. ${out.replace(/\.npz$/, "")}`;
  });
  checkWritableFolder(out, "--out");
  const files = encodeScipy(saved);
  const old = existsSync(out) ? readdirSync(out).filter((name) => SCIPY_FILE.test(name) && !files.has(name)) : [];
  check(old.length === 0, "--out", () => `${out} holds ${old.join(", ")} of another model; name another folder`);
  mkdirSync(out, { recursive: true });
  return [...files].map(([name, content]) => [join(out, name), content]);
}
