import * as fc from "fast-check";
import { encode, mutate, mutation, text } from "../fields.js";

const BAD = ["", "{", "}", '"', "'", "\\", "%", "?", "oops", "1e999", "\0", "__proto__", "1,2", "\t", "x".repeat(300), "é"];

/** Text of which a line may be another, or bytes be spoilt. */
const spoilt = (lines: fc.Arbitrary<string[]>) =>
  fc.tuple(lines, fc.nat(3), fc.nat(), mutation, fc.nat(4)).map(([all, wrong, by, change, some]) => {
    const own = [...all];
    if (wrong === 0) own[by % own.length] = own[by % own.length].replace(/[\w.]+(?=\W*$)/, BAD[by % BAD.length]);
    const fields = [text("file", `${own.join("\n")}\n`)];
    return some === 0 ? mutate(fields, change) : encode(fields);
  });

/** Weka's files, dense and sparse. */
export const arffFile = spoilt(
  fc
    .record({
      sparse: fc.boolean(),
      rows: fc.integer({ min: 0, max: 6 }),
      odd: fc.constantFrom("{0,1}", "{1,0}", "string", "{'a b',c}", "date"),
      comment: fc.boolean(),
    })
    .map(({ sparse, rows, odd, comment }) => [
      ...(comment ? ["% by hand", ""] : []),
      ...[
        "@relation 't 1'",
        "@attribute 'a b' numeric",
        "@ATTRIBUTE b REAL",
        `@attribute c ${odd}`,
        "@attribute class {u, 'v w'}",
        "@data",
      ],
      ...Array.from({ length: rows }, (_, i) => {
        const [label, c] = [i % 2 ? "u" : "'v w'", odd.startsWith("{'") ? "c" : "1"];
        return sparse ? `{0 ${i}.5, ${i % 3 ? `2 ${c}, ` : ""}3 ${label}}` : `${i},${i % 3}.5,${c},${label}`;
      }),
    ]),
);

const SAMPLES = [0, 1, 2, 3].map((k) => `S${k}`);

/** GenePattern's files. */
export const gctFile = spoilt(
  fc
    .record({ three: fc.boolean(), rows: fc.integer({ min: 0, max: 5 }), claimed: fc.constantFrom(0, 0, 0, 1, 1e9) })
    .map(({ three, rows, claimed }) => [
      three ? "#1.3" : "#1.2",
      [rows + claimed, 4, ...(three ? [1, 1] : [])].join("\t"),
      ["id", "Description", ...SAMPLES].join("\t"),
      ...(three ? ["status\tna\tu\tv\tu\tv"] : []),
      ...Array.from({ length: rows }, (_, i) => [`g${i}`, "d", ...SAMPLES.map((_, j) => `${i}.${j}`)].join("\t")),
    ]),
);

/** GEO's files. */
export const geoFile = spoilt(
  fc
    .record({ rows: fc.integer({ min: 0, max: 5 }), ids: fc.boolean(), told: fc.boolean() })
    .map(({ rows, ids, told }) => [
      '!Series_title\t"x\ny"',
      ...(ids ? [`!Sample_geo_accession\t${SAMPLES.map((id) => `"${id}"`).join("\t")}`] : []),
      ...(told
        ? [
            '!Sample_characteristics_ch1\t"status: u"\t"status: v"\t"status: u"\t"age: 3"',
            '!Sample_characteristics_ch1\t"u"\t""\t"v"\t"u"',
            '!Sample_title\t"a"\t"b"\t"c"\t"d"',
          ]
        : []),
      "!series_matrix_table_begin",
      ["ID_REF", ...SAMPLES].map((id) => `"${id}"`).join("\t"),
      ...Array.from({ length: rows }, (_, i) => [`"p${i}"`, ...SAMPLES.map((_, j) => `${i}.${j}`)].join("\t")),
      "!series_matrix_table_end",
    ]),
);
