import { readPart } from "../../../src/data/formats/pieces.js";
import { svmlightRows } from "../../../src/data/formats/svmlight/svmlight-rows.js";
import { readDataset } from "../../../src/data/read-dataset.js";
import { svmlightFile } from "../grammar/text.js";
import { at, cases, MAX_BYTES } from "../target.js";
import { dataset, type Grammar } from "./grammar.js";

async function drain(blocks: Iterable<Uint8Array>, unlabelled: boolean): Promise<unknown> {
  const chunks = [];
  for await (const chunk of svmlightRows(blocks, "fuzz.svmlight", unlabelled)) chunks.push(chunk);
  return chunks;
}

const blocksOf = (bytes: Uint8Array, size: number) =>
  Array.from({ length: Math.ceil(bytes.length / size) }, (_, k) => bytes.subarray(k * size, (k + 1) * size));

/** A file that is gone when it is read. */
class Gone extends Blob {
  override slice() {
    return this;
  }
  override async arrayBuffer(): Promise<never> {
    throw new Error("the file is gone");
  }
}

/** A file read in two pieces or more, which make the whole. */
async function inPieces(file: Uint8Array): Promise<Uint8Array> {
  const read = await readPart(new Blob([file.slice()]), 0, undefined, "fuzz.svmlight", Math.ceil(file.length / 2));
  if (read.join() !== file.join()) throw new Error("pieces do not make the file");
  return read;
}

export const svmlight: Grammar = {
  file: svmlightFile.map(({ file }) => file),
  targets: {
    svmlight: {
      cases: cases(
        svmlightFile,
        ({ file }) => file,
        ({ file, block, unlabelled, featureNames }) => [
          async () => drain(blocksOf(await inPieces(file), block), unlabelled),
          dataset("fuzz.svmlight", { ...(unlabelled && { label: null }), featureNames, missing: "median" })(file),
          () => readDataset([{ name: "fuzz.svmlight", bytes: new Blob([file.slice()]) }], { maxBytes: MAX_BYTES }),
          () => readDataset([{ name: "fuzz.svmlight", bytes: new Gone([file.slice()]) }], { maxBytes: MAX_BYTES }),
        ],
      ),
      place: at("from byte \\d+|line \\d+ at byte \\d+|lines|indices|samples?"),
      sources: ["src/data/formats/svmlight/", "src/data/formats/sparse-rows.ts", "src/data/formats/pieces.ts"],
    },
  },
};
