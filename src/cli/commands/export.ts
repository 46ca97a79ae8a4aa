import { mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { isFolder } from "../../files/read.js";
import { checkWritableFile, checkWritableFolder, writeAtomically } from "../../files/write.js";
import type { ModelFormat } from "../../io/formats/format.js";
import { MODEL_FORMATS } from "../../io/formats/index.js";
import { MODEL_FORMAT } from "../../io/formats/schema.js";
import type { SavedModel } from "../../io/saved-model.js";
import { formatBytes } from "../../nn/memory.js";
import type { Flat, Option, Options } from "../../options/option.js";
import { check, checkTyped, unknownName } from "../../util/check.js";
import { checkNotRead } from "../check-out.js";
import { type Call, type CommandSpec, flagName } from "../command.js";
import { readAnyModel } from "../model-file.js";
import { JSON_OUT, setting, word } from "../options.js";
import { loadOwn, PIECES } from "../own-pieces.js";
import { printJson, say } from "../terminal.js";

const FORMATS: readonly ModelFormat[] = Object.values(MODEL_FORMATS);
const whatOf = ({ file }: ModelFormat) => (file ? "file" : "folder");
const allOf = (what: string) => FORMATS.flatMap((format) => (whatOf(format) === what ? format.name : [])).join(", ");
const exampleOf = ({ name, file }: ModelFormat) =>
  `  coppice export runs/digits-npset-1/model.safetensors --to ${name} --out ${file ? `digits${file.extension}` : `digits-${name}`}`;

const EXAMPLES = `
Examples:
${FORMATS.map(exampleOf).join("\n")}

${FORMATS.map(({ name, about }) => `${name}: ${about}`).join("\n\n")}
`;

const KEYS = [...new Set(FORMATS.flatMap(({ options = {} }) => Object.keys(options)))];
const having = (key: string) => FORMATS.filter(({ options = {} }) => Object.hasOwn(options, key));
const namesOf = (key: string) =>
  having(key)
    .map(({ name }) => name)
    .join(", ");

/** Options of some formats alone, each by the first of them. */
const OF_FORMATS: Options = Object.fromEntries(
  KEYS.map((key) => {
    const option = having(key)[0].options?.[key] as Option;
    return [key, { ...option, help: `${namesOf(key)}: ${option.help}` }];
  }),
);

const OPTIONS = {
  to: { ...setting(MODEL_FORMAT, "what to write", { unit: "format" }), late: true },
  out: word("F", `file (${allOf("file")}) or folder (${allOf("folder")}) to write`),
  ...PIECES,
  ...JSON_OUT,
};

/** `coppice export`: a model for other programs. */
export const exportModel: CommandSpec = {
  name: "export",
  about: `write a model as ${FORMATS.map(({ title }) => title).join(", ")}`,
  args: { "<MODEL>": "model.safetensors or a checkpoint of a run" },
  options: { Options: { ...OPTIONS, ...OF_FORMATS } },
  examples: EXAMPLES,
  run: runExport,
};

async function runExport(
  { to, out, pieces, json, ...options }: Flat<typeof OPTIONS>,
  { args: [path], terminal }: Call,
): Promise<void> {
  checkNotRead(out, { "the model": [path], "the file of pieces": [pieces] });
  const own = await loadOwn(pieces);
  const formats = [...FORMATS, ...own.formats];
  const names = formats.map(({ name }) => name);
  check(to !== undefined, "--to", () => `is missing; give one of ${names.join(", ")}`);
  const format = formats.find(({ name }) => name === to);
  check(format !== undefined, "--to", () => `${unknownName(to, names)}; one of your own comes with --pieces FILE.js`);
  check(out !== undefined, "--out", () => `is missing; name the ${whatOf(format)} to write`);
  for (const key of Object.keys(options)) {
    check(Object.hasOwn(format.options ?? {}, key), flagName(key), () => `concerns ${namesOf(key)} alone; leave it out`);
  }
  const { saved } = await readAnyModel(path, own);
  const files = format.file ? oneFile(saved, out, format.file, options) : filesOf(saved, out, format, options);
  const parts = files.flatMap(([, content]) => content);
  for (const part of parts) checkTyped(part, Uint8Array, `--to: what ${format.name} writes`);
  const bytes = parts.reduce((sum, { length }) => sum + length, 0);
  for (const [file, content] of files) writeAtomically(file, content);
  const written = files.map(([file]) => file);
  say(terminal, `${written.length > 1 ? `${written.length} files in ${out}` : out}: ${formatBytes(bytes)}`);
  if (json) await printJson(terminal, { model: path, to, out, files: written, bytes });
}

type Files = readonly (readonly [path: string, parts: readonly Uint8Array[]])[];

function oneFile(saved: SavedModel, out: string, { write }: NonNullable<ModelFormat["file"]>, options: object): Files {
  checkWritableFile(out, "--out");
  return [[out, write(saved, options)]];
}

/** Makes the folder. Throws when it holds files that would be taken for those of this model. */
function filesOf(saved: SavedModel, out: string, { name, folder }: ModelFormat, options: object): Files {
  check(folder !== undefined, "--to", () => `${name} is neither a file nor a folder`);
  check(!out.endsWith(`.${name}`), "--out", () => {
    return `${out} is a file's name, and ${name} is a folder of files: name a folder, e.g. ${out.slice(0, -1 - name.length)}`;
  });
  checkWritableFolder(out, "--out");
  const files = folder.write(saved, options);
  const old = isFolder(out) ? readdirSync(out).filter((file) => folder.names.test(file) && !files.has(file)) : [];
  check(old.length === 0, "--out", () => `${out} holds ${old.join(", ")} of another model; name another folder`);
  mkdirSync(out, { recursive: true });
  return [...files].map(([file, content]) => [join(out, file), [content]]);
}
