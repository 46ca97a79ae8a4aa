import { expect, test } from "vitest";
import { compareRuns, type Link, linkData, readLink, resultOf, writeLink } from "../../demo/page/link.js";
import { DEFAULTS, isUsed, type Settings, settingProblem, trainOptions } from "../../demo/settings.js";

const sha256 = "ab".repeat(32);
const data = { name: "genes", sha256, options: { label: 3, missing: "median" as const } };
const result = {
  version: "0.1.0",
  device: "webgpu google|swiftshader|",
  testLoss: 0.16670835077862112,
  testAccuracy: 0.9649415692821369,
};
const link: Link = { settings: DEFAULTS, data, result };

test("a link comes back as it was written", () => {
  expect(readLink(writeLink(link, "http://localhost:4173/demo/?x=1"))).toEqual(link);
  expect(readLink("http://localhost:4173/demo/")).toBeNull();
});

test("a link of a race names one or two rivals, and no other", () => {
  const raced = { ...link, rivals: ["rigl", "linear"] as const };
  expect(readLink(writeLink(raced, "http://localhost/"))).toEqual(raced);
  for (const rivals of [[], ["magic"], ["set", "set"], ["set", "dense", "linear"], "set"])
    expect(() => readLink(writeLink({ ...link, rivals } as unknown as Link, "http://localhost/")), String(rivals)).toThrow(
      "link: rivals: ",
    );
});

test("links of equal settings are equal texts, also of those that were read from one", () => {
  const text = writeLink(link, "http://localhost/");
  expect(writeLink(readLink(text) as Link, "http://localhost/")).toBe(text);
});

test("a link of 0.1.0 is of one network, without what came later", () => {
  const { members, lrSchedule, labelSmoothing, skip, ...older } = DEFAULTS;
  expect([members, lrSchedule, labelSmoothing, skip]).toEqual([1, "constant", 0, "none"]);
  expect(readLink(writeLink({ ...link, settings: older as Settings }, "http://localhost/"))).toEqual(link);
});

test.each(["#run=%7B%22settings", "#run=5", '#run={"settings":{}}', '#run={"settings":{},"data":{"builtIn":"nothing"}}'])(
  "a link that was cut or changed is refused: %s",
  (hash) => {
    expect(() => readLink(`http://localhost/${hash}`)).toThrow("copy the whole link again");
  },
);

const written = (change: object) => `http://localhost/#${new URLSearchParams({ run: JSON.stringify({ ...link, ...change }) })}`;

test.each<[string, object]>([
  ["settings none", { settings: null }],
  ["settings a list", { settings: [] }],
  ["a setting missing", { settings: { ...DEFAULTS, zeta: undefined } }],
  ["a setting too many", { settings: { ...DEFAULTS, momentum: 0.9 } }],
  ["a method unknown", { settings: { ...DEFAULTS, method: "magic" } }],
  ["a device unknown", { settings: { ...DEFAULTS, device: "toString" } }],
  ["a number as text", { settings: { ...DEFAULTS, lr: "0.1" } }],
  ["all held out", { settings: { ...DEFAULTS, test: 1 } }],
  ["a batch of a half", { settings: { ...DEFAULTS, batch: 0.5 } }],
  ["widths no list", { settings: { ...DEFAULTS, hidden: 300 } }],
  ["a width null", { settings: { ...DEFAULTS, hidden: [300, null] } }],
  ["data none", { data: null }],
  ["data a text", { data: "digits" }],
  ["a file without name", { data: { ...data, name: undefined } }],
  ["a file without sha256", { data: { ...data, sha256: 5 } }],
  ["reading options none", { data: { ...data, options: null } }],
  ["reading options a list", { data: { ...data, options: [] } }],
  ["a reading option of every object", { data: { ...data, options: { toString: "x" } } }],
  ["a reading option unknown", { data: { ...data, options: { url: "https://example.org" } } }],
  ["a column negative", { data: { ...data, options: { label: -1 } } }],
  ["missing values treated otherwise", { data: { ...data, options: { missing: "zero" } } }],
  ["ignored columns no list", { data: { ...data, options: { ignore: "sex" } } }],
  ["labels none", { data: { ...data, labels: null } }],
  ["a result in words", { result: { ...result, testLoss: "low" } }],
])("a link is refused with %s", (_, change) => {
  expect(() => readLink(written(change))).toThrow(/^link: .*; copy the whole link again$/);
});

test("every choice of reading and every method comes through a link", () => {
  const options = {
    header: true,
    label: "kind",
    id: null,
    group: 2,
    ignore: ["symbol", 4],
    extraLabels: true,
    x: "X",
    y: "Y",
    orientation: "columns" as const,
    missing: "median" as const,
  };
  const labels = { name: "l.csv", sha256: "ef".repeat(32) };
  for (const method of ["npset", "set", "static", "static-np", "set-half", "dense", "dense-small", "linear"] as const) {
    const one = { settings: { ...DEFAULTS, method }, data: { ...data, options, labels }, result: null };
    expect(readLink(writeLink(one, "http://localhost/"))).toEqual(one);
  }
});

test("a run that was not tested has no result to be compared with", () => {
  const start = { plan: { version: "0.1.0", device: "cpu", adapter: "wasm" } } as Parameters<typeof resultOf>[0];
  expect(resultOf(start, { testLoss: null, testAccuracy: null })).toBeNull();
  expect(resultOf(start, { testLoss: 0, testAccuracy: 1 })).toEqual({
    version: "0.1.0",
    device: "cpu wasm",
    testLoss: 0,
    testAccuracy: 1,
  });
});

test.each<[keyof Settings, readonly unknown[], readonly unknown[]]>([
  ["hidden", [[1], [300, 20]], [[], [0], [Number.NaN], [2.5], "300"]],
  ["epsilon", [0.1, 1000], [0, -1, Infinity, Number.NaN]],
  ["zeta", [0, 0.3], [-0.1, 1, 7]],
  ["dropout", [0, 0.99], [1, -0.1]],
  ["test", [0.01, 0.5], [0, 1, 1.5, -1]],
  ["batch", [1, 4096], [0, 4097, 1.5]],
  ["seed", [0, 2 ** 32 - 1], [-1, 2 ** 32, 0.5]],
  ["inputs", ["raw"], ["RAW", ""]],
])("%s takes what training takes, and says what it takes", (key, good, bad) => {
  for (const value of good) expect(settingProblem(key, value)).toBeNull();
  for (const value of bad) expect(settingProblem(key, value)).toMatch(/takes|is not|is unknown/);
});

test("a method is given the settings that it uses, and no others", () => {
  const given = (method: Settings["method"]) => {
    const { hidden, evolution = {} } = trainOptions({ ...DEFAULTS, method });
    return [hidden !== undefined, "zeta" in evolution, "removal" in evolution];
  };
  for (const method of ["npset", "set", "static", "static-np", "set-half", "dense", "dense-small", "linear"] as const)
    expect(given(method)).toEqual((["hidden", "zeta", "remove"] as const).map((key) => isUsed(key, method)));
  expect(isUsed("epsilon", "dense")).toBe(false);
  expect(isUsed("epsilon", "dense-small")).toBe(true);
});

test("only the same data, read alike, with the same settings, version and device can repeat a run", () => {
  const here = { settings: { ...DEFAULTS }, data: { ...data, options: { missing: "median" as const, label: 3 } }, result };
  expect(compareRuns(link, here)).toMatch(/^Reproduced the link's run to the last digit/);
  const differ = (change: object) => compareRuns(link, { ...here, ...change });
  expect(differ({ data: { ...data, sha256: "cd".repeat(32) } })).toMatch(/^Not a reproduction .*other data/);
  const labels = { name: "l.csv", sha256 };
  expect(differ({ data: { ...data, labels } })).toMatch(/^Not a reproduction .*other data/);
  expect(differ({ data: { builtIn: "digits" } })).toMatch(/^Not a reproduction .*other data/);
  expect(differ({ data: { ...data, options: { label: 2 } } })).toMatch(/^Not a reproduction .*read with other choices/);
  expect(differ({ settings: { ...DEFAULTS, seed: 2 } })).toMatch(/^Not a reproduction .*other settings/);
  expect(differ({ result: { ...result, device: "cpu wasm" } })).toMatch(/^Not a reproduction .*device "cpu wasm" instead/);
  expect(differ({ result: { ...result, testLoss: 0.2 } })).toMatch(
    /^Same data, settings, version and device, but another result/,
  );
});

test("a label file stays out of the link, its sha256 does not", () => {
  const labels = new File(["id,class"], "labels.csv");
  const source = { kind: "files", files: [new File(["x"], "genes.csv")], options: { label: 1, labels } } as const;
  const hash = { name: "labels.csv", sha256: "cd".repeat(32) };
  const info = { name: "genes", sha256, labels: hash } as Parameters<typeof linkData>[1];
  expect(linkData(source, info)).toEqual({ name: "genes", sha256, labels: hash, options: { label: 1 } });
});
