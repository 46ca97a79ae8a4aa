import * as fc from "fast-check";
import { gzipSync } from "fflate";
import { inflate } from "../../src/data/formats/gunzip.js";
import { FORMATS } from "../../src/data/formats/index.js";
import { previewTable, type ReadOptions, readDataset } from "../../src/data/read-dataset.js";
import { crc32 } from "../../src/util/crc32.js";
import { dataset } from "./formats/grammar.js";
import { GRAMMARS } from "./formats/index.js";
import { safetensorsFile } from "./grammar/safetensors.js";
import { gzipFile } from "./grammar/text.js";
import { at, cases, MAX_BYTES, own, type Target, total } from "./target.js";

const OPTIONS: readonly ReadOptions[] = [
  ...[{}, {}, {}, { label: null }, { ignoreLabels: true }, { x: "X" }, { label: "class" }, { header: true }, { group: 0 }],
  { orientation: "rows" },
  { labels: { name: "labels.bin", bytes: new Uint8Array(9) } },
  { extra: 1 } as ReadOptions,
];

const FILES = Object.values(GRAMMARS).map(({ file }) => file);

/** Files of every format under any name, with options that concern only some of them. */
const anyFile = fc.record({
  bytes: fc.oneof(...FILES, gzipFile, safetensorsFile),
  second: fc.oneof({ weight: 4, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: fc.oneof(...FILES) }),
  name: fc.constantFrom(
    ...["", ".tsv.gz", "-labels-idx1-ubyte", ".parquet", ".xlsx"],
    ...FORMATS.flatMap(({ extensions }) => extensions.slice(0, 2)),
  ),
  packed: fc.nat(5),
  option: fc.constantFrom(...OPTIONS),
});

/** What reads datasets, by name: the readers of every format, and what they have in common. */
export const DATA: Readonly<Record<string, Target>> = {
  ...Object.assign({}, ...Object.values(GRAMMARS).map(({ targets }) => targets)),
  gunzip: {
    cases: cases(gzipFile, own, (bytes) => [
      () => inflate(bytes, "gzip", "fuzz.gz", { maxBytes: MAX_BYTES }),
      dataset("fuzz.csv.gz", { maxBytes: crc32(bytes) % 4 === 0 ? 100 : MAX_BYTES })(bytes),
    ]),
    place: at("compressed bytes|column|row"),
    sources: ["src/data/formats/gunzip.ts"],
  },
  dataset: {
    cases: cases(
      anyFile,
      ({ bytes, second }) => total(second ? [bytes, second] : [bytes]),
      ({ bytes, second, name, packed, option }) => {
        const first = { name: `fuzz${name}`, bytes: packed === 0 ? gzipSync(bytes) : bytes };
        const options = { maxBytes: MAX_BYTES, ...option };
        return [
          () => readDataset(second ? [first, { name: "fuzz-2", bytes: second }] : [first], options),
          () => previewTable(first.bytes, first.name, options),
        ];
      },
    ),
    place: /./,
    sources: [
      "src/data/formats/file.ts",
      "src/data/read-dataset.ts",
      "src/data/formats/find-format.ts",
      "src/data/formats/concerns.ts",
    ],
  },
};
