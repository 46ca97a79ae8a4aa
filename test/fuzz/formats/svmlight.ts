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

export const svmlight: Grammar = {
  file: svmlightFile.map(({ file }) => file),
  targets: {
    svmlight: {
      cases: cases(
        svmlightFile,
        ({ file }) => file,
        ({ file, block, unlabelled, featureNames }) => [
          () => drain(blocksOf(file, block), unlabelled),
          dataset("fuzz.svmlight", { ...(unlabelled && { label: null }), featureNames, missing: "median" })(file),
          () => readDataset([{ name: "fuzz.svmlight", bytes: new Blob([file.slice()]) }], { maxBytes: MAX_BYTES }),
        ],
      ),
      place: at("line \\d+ at byte \\d+|lines|indices|samples?"),
      sources: ["src/data/formats/svmlight/", "src/data/formats/sparse-rows.ts", "src/data/formats/pieces.ts"],
    },
  },
};
