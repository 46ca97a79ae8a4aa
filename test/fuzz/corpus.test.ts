import "./allocations.js"; // first: see there
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { readDataset } from "../../src/data/read-dataset.js";
import { suiteConfig } from "../../src/experiment/plan/check-config.js";
import { decodeCheckpoint } from "../../src/io/formats/checkpoint/checkpoint.js";
import { decodeScipy } from "../../src/io/formats/scipy/decode.js";
import { CoppiceError } from "../../src/util/check.js";
import { csvLine } from "../../src/util/csv.js";
import { allocationsUpTo } from "./allocations.js";

/** A hostile file, what it does, and what its refusal says ("": it is read, and harmless). Written by corpus/make.py. */
interface Hostile {
  readonly file: string;
  readonly does: string;
  readonly error: string;
  readonly maxBytes?: number;
  readonly label?: null;
}

const folder = fileURLToPath(new URL("corpus/", import.meta.url));
const corpus: readonly Hostile[] = JSON.parse(readFileSync(`${folder}index.json`, "utf8"));
const names = () => [Object, Array, Function].map(({ prototype }) => Reflect.ownKeys(prototype).length).join();
const untouched = names();

async function read({ file, maxBytes, label }: Hostile, bytes: Uint8Array): Promise<unknown> {
  if (file.endsWith(".safetensors")) return decodeCheckpoint(bytes, file);
  if (file.endsWith(".layer.npz")) return decodeScipy(new Map([["layers.0.npz", bytes]]));
  if (file.endsWith(".suite")) return suiteConfig(JSON.parse(new TextDecoder().decode(bytes)), "suite", file);
  return readDataset([{ name: file, bytes }], { ...(maxBytes !== undefined && { maxBytes }), ...(label === null && { label }) });
}

it.each(corpus.map((hostile) => [hostile.file, hostile.does, hostile] as const))(
  "%s, which %s, does no harm",
  async (file, _, hostile) => {
    const bytes = new Uint8Array(readFileSync(folder + file));
    expect(bytes.length).toBeLessThan(4096);
    const stop = allocationsUpTo(64 * bytes.length + 4 * 2 ** 20);
    const error = await read(hostile, bytes).catch((reason: unknown) => reason);
    stop();
    if (hostile.error === "") expect(error).not.toBeInstanceOf(Error);
    else {
      expect(error).toBeInstanceOf(CoppiceError);
      expect((error as Error).message).toContain(hostile.error);
      expect((error as Error).message).toContain(file.endsWith(".layer.npz") ? "layers.0.npz" : file.replace(/\.gz$/, ""));
    }
    expect(names()).toBe(untouched);
  },
);

it("lists every file of the corpus", () => {
  const files = readdirSync(folder).filter((file) => !["make.py", "index.json"].includes(file));
  expect(corpus.map(({ file }) => file).sort()).toEqual(files.sort());
});

it("formulas among the labels of a file are text in what is written of it", async () => {
  const bytes = new Uint8Array(readFileSync(`${folder}formula.csv`));
  const { classes } = await readDataset([{ name: "formula.csv", bytes }]);
  expect(classes).toEqual(["+1+1", "=cmd|'/C calc'!A0"]);
  expect(csvLine(classes)).toBe("'+1+1,'=cmd|'/C calc'!A0\n");
});
