import { expect, test } from "vitest";
import { compareRuns, type Link, linkData, readLink, writeLink } from "../../demo/page/link.js";
import { DEFAULTS } from "../../demo/settings.js";

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

test.each(["#run=%7B%22settings", "#run=5", '#run={"settings":{}}', '#run={"settings":{},"data":{"builtIn":"nothing"}}'])(
  "a link that was cut or changed is refused: %s",
  (hash) => {
    expect(() => readLink(`http://localhost/${hash}`)).toThrow("copy the whole link again");
  },
);

test("only the same data, read alike, with the same settings, version and device can repeat a run", () => {
  const here = { settings: { ...DEFAULTS }, data: { ...data, options: { missing: "median" as const, label: 3 } }, result };
  expect(compareRuns(link, here)).toMatch(/^Reproduced the link's run to the last digit/);
  const differ = (change: object) => compareRuns(link, { ...here, ...change });
  expect(differ({ data: { ...data, sha256: "cd".repeat(32) } })).toMatch(/^Not a reproduction .*other data/);
  expect(differ({ data: { builtIn: "digits" } })).toMatch(/^Not a reproduction .*other data/);
  expect(differ({ data: { ...data, options: { label: 2 } } })).toMatch(/^Not a reproduction .*read with other choices/);
  expect(differ({ settings: { ...DEFAULTS, seed: 2 } })).toMatch(/^Not a reproduction .*other settings/);
  expect(differ({ result: { ...result, device: "cpu wasm" } })).toMatch(/^Not a reproduction .*device "cpu wasm" instead/);
  expect(differ({ result: { ...result, testLoss: 0.2 } })).toMatch(
    /^Same data, settings, version and device, but another result/,
  );
});

test("a label file stays out of the link: its bytes are part of the sha256", () => {
  const labels = new File(["id,class"], "labels.csv");
  const source = { kind: "files", files: [new File(["x"], "genes.csv")], options: { label: 1, labels } } as const;
  const info = { name: "genes", sha256 } as Parameters<typeof linkData>[1];
  expect(linkData(source, info)).toEqual({ name: "genes", sha256, options: { label: 1 } });
});
