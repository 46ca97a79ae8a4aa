import { zipSync } from "fflate";
import { listZip, unzip } from "../../src/data/formats/numpy/zip.js";
import { check } from "../../src/util/check.js";
import { fileOf, modelFile, trained } from "./model.js";

// A project is a zip archive: project.json, what the page says; models/0.safetensors and on, the checkpoints of the last training's runs;
// models/opened.safetensors, a model that was opened from a file; data/0 and on, the files of the data, where they are to be in it.

const TEXT = "project.json";
const OPENED = "models/opened.safetensors";
const modelName = (run: number) => `models/${run}.safetensors`;
const dataName = (file: number) => `data/${file}`;

/** Bytes of an archive without zip64. */
const MAX_BYTES = 2 ** 32 - 1;

/** What a project holds. */
export interface ProjectParts {
  readonly text: string;
  /** How many runs of the last training are in it; and whether the model that was opened from a file is. */
  readonly runs: number;
  readonly opened: boolean;
  readonly files: readonly File[];
}

/** A project that was read. */
export interface ProjectRead {
  readonly text: string;
  readonly models: readonly Blob[];
  readonly opened: Blob | null;
  readonly files: readonly Blob[];
}

/** Writes a project. Throws above 4 GiB, and where a run has no model. */
export async function writeProject({ text, runs, opened, files }: ProjectParts): Promise<Blob> {
  const models = Array.from({ length: runs }, (_, run) => [modelName(run), fileOf(trained[run])] as const);
  const parts: (readonly [string, Blob])[] = [
    [TEXT, new Blob([text])],
    ...models,
    ...(opened ? [[OPENED, await modelFile()] as const] : []),
    ...files.map((file, i) => [dataName(i), file] as const),
  ];
  const bytes = parts.reduce((sum, [, { size }]) => sum + size, 0);
  check(bytes < MAX_BYTES, "project", () => `its parts take ${bytes} bytes, an archive holds less than ${MAX_BYTES}`);
  const read = parts.map(async ([name, blob]) => [name, new Uint8Array(await blob.arrayBuffer())] as const);
  return new Blob([zipSync(Object.fromEntries(await Promise.all(read)), { level: 0 })]); // weights and most data are packed as they are
}

/** Reads a project. Throws when it is none, or damaged. */
export async function readProject(file: File): Promise<ProjectRead> {
  const entries = new Map(
    listZip(new Uint8Array(await file.arrayBuffer()), file.name).map((entry) => [entry.name, entry] as const),
  );
  const part = async (name: string) => {
    const entry = entries.get(name);
    return entry ? new Blob([(await unzip(entry, file.name)) as Uint8Array<ArrayBuffer>]) : null;
  };
  const all = async (nameOf: (i: number) => string) => {
    const found: Blob[] = [];
    for (let blob = await part(nameOf(0)); blob; blob = await part(nameOf(found.length))) found.push(blob);
    return found;
  };
  const text = await part(TEXT);
  check(text !== null, file.name, () => `it is no project of this page: it has no ${TEXT}`);
  return { text: await text.text(), models: await all(modelName), opened: await part(OPENED), files: await all(dataName) };
}
