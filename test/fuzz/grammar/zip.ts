import * as fc from "fast-check";
import { deflateSync } from "fflate";
import { crc32 } from "../../../src/util/crc32.js";
import { encode, type Field, mutate, mutation, raw, text, u16, u32 } from "../fields.js";
import { npyFields, npyFile } from "./npy.js";

/** A file of an archive. */
export interface Entry {
  readonly name: string;
  readonly data: Uint8Array;
  readonly deflated: boolean;
}

const NAMES = ["X.npy", "y.npy", "x_train.npy", "labels.npy", "arr_0.npy", "arr_1.npy", "data.npy", "a/b.npy", "g.npy"];
const BAD_NAMES = [
  "../../etc/passwd.npy",
  "/etc/passwd.npy",
  "C:\\x.npy",
  "..\\x.npy",
  "a/../../b.npy",
  "",
  "X",
  "X.txt",
  "__proto__.npy",
  "constructor.npy",
  "X\0.npy",
  ".npy",
  "é.npy",
  "X.npy/",
];

/** What is made of large data, by their bytes: making it for every case would take all the time. */
function remembered<T>(make: (data: Uint8Array) => T): (data: Uint8Array) => T {
  const known = new WeakMap<Uint8Array, { made: T }>();
  return (data) => {
    const before = known.get(data);
    if (before) return before.made;
    const made = make(data);
    if (data.length > 1000) known.set(data, { made });
    return made;
  };
}

const crcOf = remembered(crc32);
/** Packing takes far longer than reading a small file: mostly as stored blocks. */
const pack = remembered((data) => deflateSync(data, { level: data.length > 1000 ? 9 : crcOf(data) % 8 === 0 ? 1 : 0 }));

/** Fields of an archive of these files, in the order of the file. */
export function zipFields(entries: readonly Entry[]): Field[] {
  const fields: Field[] = [];
  const directory: Field[] = [];
  let at = 0;
  for (const [k, { name, data, deflated }] of entries.entries()) {
    const packed = deflated ? pack(data) : data;
    const bytes = new TextEncoder().encode(name);
    const common = (where: string): Field[] => [
      u16(`${where} version`, 20),
      u16(`${where} flags`, 0),
      u16(`${where} method`, deflated ? 8 : 0),
      u32(`${where} time`, 0),
      u32(`${where} crc`, crcOf(data)),
      u32(`${where} packed size`, packed.length),
      u32(`${where} size`, data.length),
      u16(`${where} name length`, bytes.length),
      u16(`${where} extra length`, 0),
    ];
    fields.push(u32("local", 0x04034b50), ...common(`local ${k}`), text(`local name ${k}`, name), raw(`packed ${k}`, packed));
    directory.push(u32("central", 0x02014b50), u16("made by", 20), ...common(`central ${k}`));
    directory.push(
      u16("comment", 0),
      u16("disk", 0),
      u16("internal", 0),
      u32("external", 0),
      u32("local at", at),
      text(`name ${k}`, name),
    );
    at += 30 + bytes.length + packed.length;
  }
  const size = encode(directory).length;
  const count = entries.length;
  const end = [u32("end", 0x06054b50), u16("disk", 0), u16("first disk", 0), u16("here", count), u16("count", count)];
  return [...fields, ...directory, ...end, u32("directory size", size), u32("directory at", at), u16("comment length", 0)];
}

/** What samples and labels are called, and those of other sets. */
const SETS = [
  ["X", "y"],
  ["X_tr", "y_tr", "X_te", "y_te"],
  ["trainX", "trainY", "testX", "testY"],
  ["images", "labels", "val_images", "val_labels"],
  ["x_train", "y_train", "x_test"],
  ["rows", "gnd"],
] as const;

/** Arrays that go together: samples and labels, or scipy's CSR, CSC and COO; numbers of `rows` may contradict each other. */
const matched: fc.Arbitrary<Entry[]> = fc
  .record({
    rows: fc.integer({ min: 1, max: 6 }),
    columns: fc.integer({ min: 1, max: 5 }),
    csr: fc.boolean(),
    form: fc.constantFrom("csr", "csr", "csc", "coo"),
    wrong: fc.nat(12),
    deflated: fc.boolean(),
    set: fc.constantFrom(SETS[0], ...SETS),
    beside: fc.nat(15),
    hot: fc.boolean(),
  })
  .map(({ rows, columns, csr, form, wrong, deflated, set, beside, hot }) => {
    const array = (name: string, descr: string, shape: string, data: ArrayBufferView) => ({
      name: `${name}.npy`,
      deflated,
      data: encode(npyFields(1, descr, "False", shape, new Uint8Array(data.buffer, data.byteOffset, data.byteLength))),
    });
    const y = array(
      "y",
      "<i4",
      `(${rows},)`,
      Int32Array.from({ length: rows }, (_, i) => (wrong === 1 ? 0 : i % 2)),
    );
    const texts = (name: string, count: number) =>
      array(
        name,
        "<U1",
        `(${count},)`,
        Uint32Array.from({ length: count }, (_, k) => 97 + (wrong === 4 ? 0 : k)),
      );
    if (!csr) {
      const samples = (name: string) =>
        array(
          name,
          "<f4",
          `(${rows}, ${columns})`,
          new Float32Array(rows * columns).fill(wrong === 2 ? Number.NaN : wrong === 3 ? Infinity : 1),
        );
      const oneHot = Int32Array.from({ length: 2 * rows }, (_, k) => Number((k >> 1) % 2 === k % 2 && wrong !== 1));
      const labels = (name: string) => (hot ? array(name, "<i4", `(${rows}, 2)`, oneHot) : { ...y, name: `${name}.npy` });
      return [
        ...set.map((name, k) => (k % 2 === 0 ? samples(name) : labels(name))),
        ...(beside & 1 ? [texts("sample_ids", rows)] : []),
        ...(beside & 2 ? [texts("feature_names", columns)] : []),
        ...(beside & 4 ? [texts("target_names", 2)] : []),
        ...(beside & 8
          ? [
              array(
                "ids",
                "<i4",
                `(${rows},)`,
                Int32Array.from({ length: rows }, (_, i) => 7 * i),
              ),
            ]
          : []),
        ...(wrong === 5 ? [array("classes", "|O8", `(${rows},)`, new Uint8Array(8 * rows))] : []),
      ];
    }
    const claim = [4, 5].includes(wrong) ? [2 ** 31 - 1, 2 ** 31 - 1] : [wrong === 6 ? rows + 1 : rows, columns];
    return [
      array("format", "|S3", "()", new TextEncoder().encode(wrong === 7 ? "bsr" : form)),
      array("shape", "<i4", "(2,)", Int32Array.from(wrong === 8 ? [-1, 1] : form === "csc" ? claim.toReversed() : claim)),
      array(
        "indptr",
        "<i4",
        `(${rows + 1},)`,
        Int32Array.from({ length: rows + 1 }, (_, i) => (wrong === 9 ? rows - i : i)),
      ),
      array(
        "indices",
        "<i4",
        `(${rows},)`,
        Int32Array.from({ length: rows }, (_, i) => (wrong === 10 ? columns : wrong === 11 ? -1 : i % columns)),
      ),
      ...(form === "coo"
        ? ["row", "col"].map((name) =>
            array(
              name,
              "<i4",
              `(${rows},)`,
              Int32Array.from({ length: rows }, (_, i) => (wrong === 10 ? columns : i % columns)),
            ),
          )
        : []),
      array("data", wrong === 12 ? "|S4" : "<f4", `(${rows},)`, new Float32Array(rows).fill(2)),
      y,
    ];
  });

/** A bomb: what packs a thousandfold, beyond what tests allow. */
export const ZEROS = new Uint8Array(3_000_000);

const other: fc.Arbitrary<Entry> = fc
  .record({
    name: fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...NAMES) }, { weight: 1, arbitrary: fc.constantFrom(...BAD_NAMES) }),
    data: fc.oneof({ weight: 8, arbitrary: npyFile }, { weight: 1, arbitrary: fc.constantFrom(new Uint8Array(0), ZEROS) }),
    deflated: fc.boolean(),
  })
  .map((entry) => ({ ...entry, deflated: entry.deflated || entry.data === ZEROS }));

/** An archive; a file of it may be an archive itself, or zeros that pack a thousandfold. */
export const zipFile: fc.Arbitrary<Uint8Array> = fc
  .tuple(
    fc.oneof({ weight: 3, arbitrary: matched }, { weight: 2, arbitrary: fc.array(other, { maxLength: 3 }) }),
    fc.oneof(
      { weight: 6, arbitrary: fc.constant<Entry[]>([]) },
      { weight: 1, arbitrary: fc.array(other, { minLength: 1, maxLength: 1 }) },
    ),
    mutation,
    fc.nat(9),
  )
  .map(([entries, more, change, nest]) => {
    const bytes = mutate(zipFields([...entries, ...more]), change);
    return nest === 0 ? encode(zipFields([{ name: "X.npy", data: bytes, deflated: true }])) : bytes;
  });
