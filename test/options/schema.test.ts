import { expect, test } from "vitest";
import { describe as describeOption, option, settle } from "../../src/options/option.js";
import { callable, pieceOf } from "../../src/options/piece.js";
import {
  float32,
  integer,
  list,
  maybe,
  nullable,
  number,
  oneOf,
  optional,
  problemOf,
  read,
  record,
  type Schema,
  take,
  text,
} from "../../src/options/schema.js";
import { trainConfig } from "../../src/train/config.js";
import { trainOptionsOf } from "../../src/train/flat-options.js";
import { CoppiceError } from "../../src/util/check.js";

const says = (schema: Schema<unknown>, value: unknown) => problemOf(schema, value)?.message;

test.each<[Schema<number>, readonly number[], readonly unknown[], string]>([
  [number(), [-1e300, 0, 5e-324], [Infinity, Number.NaN, "1", null, [], 1n], "a finite number"],
  [number({ above: 0 }), [5e-324], [0, -1], "a finite number above 0"],
  [number({ min: 0 }), [0], [-5e-324], "a finite number of at least 0"],
  [number({ min: 0, max: 1 }), [0, 1], [-1e-9, 1.001], "a finite number from 0 to 1"],
  [number({ min: 0, below: 1 }), [0, 0.999], [1], "a finite number from 0 to below 1"],
  [number({ above: 0, max: 1 }), [1e-9, 1], [0, 1.1], "a finite number above 0 and at most 1"],
  [number({ above: 0, below: 1 }), [0.5], [0, 1], "a finite number strictly between 0 and 1"],
  [float32({ min: 0 }), [0, 1e-30, 3e38], [-1e-60, "1"], "a finite number of at least 0"],
  [integer({ min: 1, max: 4 }), [1, 4], [0, 5, 1.5, 2 ** 53, "2"], "an integer from 1 to 4"],
])("numbers within bounds are taken, and others refused in words: %#", (schema, good, bad, takes) => {
  expect(schema.takes).toBe(takes);
  for (const value of good) expect(says(schema, value)).toBeUndefined();
  for (const value of bad) expect(says(schema, value)).toMatch(new RegExp(` is not ${takes}$`));
});

test("numbers that devices compute with are what they were in 32 bits, or refused", () => {
  const tiny = "; the least above 0 is 1.18e-38";
  const told = (value: number, single: number, takes: string, more = "") =>
    `${value} is ${single} in 32 bits, which devices compute in; expected ${takes}${more}`;
  expect(says(float32({ min: 0 }), 1e-60)).toBe(told(1e-60, 0, "a finite number of at least 0", tiny));
  expect(says(float32({ above: 0 }), 1e-39)).toBe(told(1e-39, 0, "a finite number above 0", tiny));
  expect(says(float32({ min: 0, below: 1 }), 1 - 1e-9)).toBe(told(1 - 1e-9, 1, "a finite number from 0 to below 1"));
  expect(says(float32(), 1e39)).toBe(told(1e39, Number.POSITIVE_INFINITY, "a finite number"));
});

test.each([
  ["clipNorm", 1e-60],
  ["maxNorm", 1e-60],
  ["dropout", 1e-60],
  ["inputDropout", 1 - 1e-9],
  ["labelSmoothing", 1e-60],
  ["alpha", 1e-60],
  ["lr", 1e-60],
  ["momentum", 1e-60],
  ["decay", 1e39],
  ["beta1", 1 - 1e-9],
  ["beta2", 1 - 1e-9],
  ["eps", 1e-60],
])("%s that 32 bits make another of is refused", (name, value) => {
  const constant = ["momentum", "decay", "beta1", "beta2", "eps"].includes(name);
  const options = constant ? { optimizer: { [name]: value } } : { [name]: value };
  expect(() => trainConfig({ method: "dense", ...options }, { features: 4, classes: 2, samples: 8 })).toThrow(
    /^[^\n]* in 32 bits, which devices compute in; expected /,
  );
});

const RUN = record({
  key: text(),
  split: integer({ min: 0 }),
  rates: list(number({ above: 0 }), { least: 1 }),
  note: maybe(text()),
});

test("what is wrong is said with its place, also of a field that is missing", () => {
  const right = { key: "a", split: 0, rates: [0.1], more: [1] };
  expect(read(RUN, right, "file")).toBe(right);
  expect(take(RUN, right, "file")).toEqual({ key: "a", split: 0, rates: [0.1] });
  const refused = (change: object) => () => read(RUN, { ...right, ...change }, "file");
  expect(refused({ rates: [0.1, 0] })).toThrow("file: rates[1]: 0 is not a finite number above 0");
  expect(refused({ rates: [] })).toThrow("file: rates: [] is not a list with items");
  expect(refused({ split: undefined })).toThrow("file: split: undefined is not an integer of at least 0");
  expect(() => read(RUN, { split: 0 }, "file")).toThrow("file: key: undefined is not a text");
  for (const value of [null, 5, "a", [], new Float32Array(2)])
    expect(() => read(RUN, value, "file")).toThrow(/^file: .* is not an object of fields$/);
  expect(() => read(list(RUN), [right, {}], "file")).toThrow(new CoppiceError("file[1].key: undefined is not a text"));
});

test("an object of these fields only has no other, not even one that every object inherits", () => {
  const only = record({ label: optional(text()), group: nullable(text()) }, { only: true });
  expect(says(only, { group: null })).toBeUndefined();
  expect(says(only, { group: null, lable: "x" })).toBe('"lable" is unknown; did you mean "label"? choose one of label, group');
  expect(says(only, { group: null, toString: "x" })).toMatch(/^"toString" is unknown/);
  expect(says(only, JSON.parse('{"group": null, "__proto__": {}}'))).toMatch(/^"__proto__" is unknown/);
});

interface Toy {
  readonly name: string;
  grow(): void;
}

test("a name is one of the list, and a piece one of the registry or an object with a name of its own", () => {
  expect(says(oneOf(["relu", "tanh"]), "rleu")).toBe('"rleu" is unknown; did you mean "relu"? choose one of relu, tanh');
  const random: Toy = { name: "random", grow() {} };
  const pieces = pieceOf<"random", Toy>("toy", { random }, { told: ["grow"], fields: { grow: callable } });
  class Mine {
    readonly name = "mine";
    grow() {}
  }
  for (const value of ["random", random, { name: "mine", grow() {} }, new Mine()]) expect(says(pieces, value)).toBeUndefined();
  expect(says(pieces, { name: "random", grow() {} })).toBe('"random" is the name of a built-in toy; take another');
  expect(says(pieces, { name: "mine" })).toBe('"mine": grow: undefined is not a function');
  expect(says(pieces, { name: "mine", grow() {}, gorw: 1 })).toBe(
    '"mine": field "gorw" is unknown; did you mean "grow"? choose one of name, grow',
  );
  expect(says(pieces, "rndom")).toBe(
    '"rndom" is unknown; did you mean "random"? choose one of random; if it is your own, hand it in by pieces (--pieces FILE.js)',
  );
  for (const value of ["toString", {}, null, 5, { name: "" }])
    expect(says(pieces, value)).toMatch(/is unknown|is not one of|is not a name/);
});

const RATES = {
  name: option(oneOf(["sgd", "adam"]), "sgd", "rule"),
  rate: option(number({ above: 0 }), ({ name }: { name: string }) => (name === "sgd" ? 0.01 : 0.001), "rate", {
    name: "lr",
    otherwise: "0.01; 0.001 of adam",
  }),
  stepEpochs: option(integer({ min: 1 }), ({ epochs }: { epochs: number }) => epochs / 2, "epochs"),
};

test("defaults follow from the options before them and from what is known; null is none", () => {
  expect(settle(RATES, {}, { epochs: 10 })).toEqual({ name: "sgd", rate: 0.01, stepEpochs: 5 });
  expect(settle(RATES, { name: "adam", stepEpochs: 1 })).toEqual({ name: "adam", rate: 0.001, stepEpochs: 1 });
  expect(() => settle(RATES, { rate: null as never })).toThrow("rate: null is not a finite number above 0");
  expect(() => settle(RATES, {}, { epochs: 3 }, "file")).toThrow("file: step epochs: 1.5 is not an integer of at least 1");
  expect(describeOption(RATES.name)).toBe("rule: sgd, adam (default sgd)");
  expect(describeOption(RATES.rate)).toBe("rate (default 0.01; 0.001 of adam)");
});

test("flat values come to their places, and nothing else does", () => {
  const values = {
    method: "set",
    remove: 0.3,
    lr: 0.1,
    optimizer: "adam",
    outputLayer: "dense",
    data: "digits",
    zeta: undefined,
  } as const;
  expect(trainOptionsOf(values)).toEqual({
    method: "set",
    output: "dense",
    optimizer: { name: "adam" },
    lr: { rate: 0.1 },
    evolution: { removal: { amount: 0.3 } },
  });
});
