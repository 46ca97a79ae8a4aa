import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { alignClasses } from "../../src/data/align.js";
import { decimalValue, matchLabels, plainNumber } from "../../src/data/labels.js";
import { makeDataset } from "../../src/data/make-dataset.js";
import { readDataset } from "../../src/data/read-dataset.js";

/** A table of one feature with these cells as labels. */
const csv = (labels: readonly string[], classes?: readonly string[]) => {
  const text = `g,code\n${labels.map((label, i) => `${i}.5,${label}\n`).join("")}`;
  return readDataset([{ name: "t.csv", bytes: new TextEncoder().encode(text) }], { ...(classes && { classes }), label: "code" });
};
const labelsOf = ({ y, classes }: { y: ArrayLike<number>; classes: readonly string[] }) => Array.from(y, (c) => classes[c]);
const made = (labels: ArrayLike<unknown>) =>
  makeDataset({ name: "toy", x: new Float32Array(labels.length), features: 1, labels: labels as ArrayLike<string> });

describe("labels of a table", () => {
  it.each([
    [["1E2", "100", "2E5", "1E2"]],
    [["01", "1", "02", "1"]],
    [["9007199254740993", "9007199254740992", "9007199254740993"]],
    [["0.1", "0.10000000000000000001", "0.1"]],
    [["Yes", "YES", "yes"]],
    [["10", "1e1", "UNK"]],
    [["1.0", "1", "two"]],
    [["100000000000000000000", "100000000000000000001"]],
  ])("stay apart where their texts differ: %j", async (labels) => {
    const dataset = await csv(labels);
    expect(labelsOf(dataset)).toEqual(labels);
    expect(dataset.notes ?? []).not.toContainEqual(expect.stringContaining("are one class:"));
  });

  it("are one class, and it is said, where numbers are usual spellings of one", async () => {
    const numbers = await csv(["1.0", "1", "+1", "2", "20.0", "-0", "0"]);
    expect(labelsOf(numbers)).toEqual(["1", "1", "1", "2", "20", "0", "0"]);
    expect(numbers.notes).toContain('labels that are written differently are one class: "1.0" and "1" and "+1"; "-0" and "0"');
  });

  it("are in the order of numbers where all are, each named as it is usually written", async () => {
    expect((await csv(["10.0", "9.0", "-1.0"])).classes).toEqual(["-1", "9", "10"]);
    expect((await csv(["02", "10", "01"])).classes).toEqual(["01", "02", "10"]);
  });

  it("do not go by the spaces around them", async () => {
    await expect(csv(["a", "  ", "b"])).rejects.toThrow("the label is empty");
    await expect(csv(["a", " NA", "b"])).rejects.toThrow('the label is "NA"');
    expect(labelsOf(await csv(["case ", "case", " control"]))).toEqual(["case", "case", "control"]);
  });
});

describe("labels and a model's classes", () => {
  it("are matched by their texts before anything else", async () => {
    expect(labelsOf(await csv(["01", "02", "01"], ["01", "02", "UNK"]))).toEqual(["01", "02", "01"]);
    expect(labelsOf(await csv(["1.0", "1", "1.0"], ["1", "1.0", "two"]))).toEqual(["1.0", "1", "1.0"]);
    expect(labelsOf(await csv(["100", "1E2"], ["100", "1E2"]))).toEqual(["100", "1E2"]);
    expect((await csv(["01", "02"], ["01", "02", "UNK"])).notes).toBeUndefined();
  });

  it("are matched as numbers, which is said, where no class has their text", async () => {
    const codes = await csv(["1", "2.0", "1"], ["01", "02", "UNK"]);
    expect(labelsOf(codes)).toEqual(["01", "02", "01"]);
    expect(codes.notes?.join()).toContain('"1" as "01"; "2.0" as "02"');
    const fromMatlab = alignClasses(made([1, 2, 1]), ["1.0", "2.0"]);
    expect(labelsOf(fromMatlab)).toEqual(["1.0", "2.0", "1.0"]);
    const both = await csv(["01", "1", "2"], ["1", "2"]);
    expect(labelsOf(both)).toEqual(["1", "1", "2"]);
    expect(both.notes).toContain('labels that are written differently are one class: "01" and "1"');
  });

  it("are refused where two classes fit, digits beyond 2^53 differ, or only the case is the same", async () => {
    await expect(csv(["1e2", "100"], ["100", "1E2"])).rejects.toThrow('label "1e2" (row 1) is not among the 2 classes');
    await expect(csv(["9007199254740993"], ["9007199254740992", "1"])).rejects.toThrow("is not among the 2 classes");
    await expect(csv(["YES"], ["No", "Yes"])).rejects.toThrow('is it "Yes"?');
  });

  it("agree with exact arithmetic on which decimals are one number", () => {
    const decimal = fc.record({
      sign: fc.constantFrom("", "+", "-"),
      digits: fc.bigInt({ min: 0n, max: 10n ** 25n }),
      zeros: fc.nat(3),
      exponent: fc.integer({ min: -30, max: 30 }),
    });
    type Decimal = typeof decimal extends fc.Arbitrary<infer T> ? T : never;
    const scaled = ({ sign, digits, exponent }: Decimal) => (sign === "-" ? -digits : digits) * 10n ** BigInt(exponent + 30);
    const written = ({ sign, digits, zeros, exponent }: Decimal) =>
      `${sign}${"0".repeat(zeros)}${digits}.${"0".repeat(zeros)}e${exponent}`;
    fc.assert(
      fc.property(decimal, decimal, (a, b) => {
        expect(decimalValue(written(a)) === decimalValue(written(b))).toBe(scaled(a) === scaled(b));
        const moved = { ...a, digits: a.digits * 100n, exponent: a.exponent - 2 };
        expect(decimalValue(written(moved))).toBe(decimalValue(written(a)));
      }),
    );
    expect(["", ".", "e5", "0x10", "1 2", "Infinity", "--1"].map(decimalValue)).toEqual(Array(7).fill(undefined));
    expect(matchLabels(["b"], ["a"]).index[0]).toBe(-1);
  });

  it("are plain numbers only where nothing of the text is lost", () => {
    expect(["1", "+1", "1.0", "-3", "0.50", "1."].map(plainNumber)).toEqual([1, 1, 1, -3, 0.5, 1]);
    expect(["01", "1e2", "9007199254740993", "0.10000000000000000001", "a", ""].map(plainNumber)).toEqual(
      Array(6).fill(undefined),
    );
  });
});

describe("labels put together by hand", () => {
  it.each([[null], [undefined], [{}], [Number.NaN], [Number.POSITIVE_INFINITY], [2 ** 53], [""]])("refuse %s", (label) => {
    expect(() => made(["a", label, "b"])).toThrow("toy: the label of row 2");
  });

  it("stay apart where texts differ, and keep the order of their code units", () => {
    expect(labelsOf(made(["10", "9", "1.0", "1"]))).toEqual(["10", "9", "1.0", "1"]);
    expect(made(["10", "9", "1"]).classes).toEqual(["1", "10", "9"]);
  });
});

describe("labels of svmlight", () => {
  const read = (text: string) => readDataset([{ name: "t.svmlight", bytes: new TextEncoder().encode(text) }]);

  it("are numbers: spellings of one are one class, and it is said", async () => {
    const dataset = await read("+1 1:1\n1 1:2\n-1 1:3\n1.0 1:4\n-1 1:5\n");
    expect(labelsOf(dataset)).toEqual(["1", "1", "-1", "1", "-1"]);
    expect(dataset.notes).toContain('labels that are written differently are one class: "+1" and "1" and "1.0"');
    expect((await read("+1 1:1\n-1 1:2\n")).notes).toEqual(["features are named by their indices, 1 to 1"]);
  });

  it("are refused beyond 2^53", async () => {
    await expect(read("9007199254740993 1:1\n9007199254740992 1:1\n")).rejects.toThrow("beyond 2^53");
  });
});
