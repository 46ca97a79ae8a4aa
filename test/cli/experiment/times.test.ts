import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readResults } from "../../../src/experiment/store/archive.js";
import { timedMethods } from "../../../src/experiment/times/time-records.js";
import { matrixTest } from "../../matrix.js";
import { blobs } from "../../train/blobs.js";
import { coppice, useFolder } from "../harness.js";

// The sequential pass: `coppice experiment times`.

const folder = useFolder();

/** A suite of two small tables of 60 samples, of which 40 train in 5 steps of 8. */
function writeSuite(): string {
  const { x, y, features } = blobs({ samples: 60, features: 8 });
  const rows = Array.from(y, (label, i) => [...x.subarray(i * features, (i + 1) * features), `c${label}`].join(","));
  for (const name of ["a.csv", "b.csv"]) writeFileSync(folder.path(name), `${rows.join("\n")}\n`);
  const datasets = ["a.csv", "b.csv"].map((data) => ({ data, header: false }));
  const methods = ["npset", "static-np", "set", "dense", "linear"];
  writeFileSync(
    folder.path("tiny.json"),
    JSON.stringify({ datasets, methods, hidden: [20, 20], epsilon: 4, epochs: 10, splits: 2 }),
  );
  return folder.path("tiny.json");
}
const files = (out: string) =>
  (readdirSync(join(out, "times"), { recursive: true }) as string[]).filter((name) => /json$/.test(name)).sort();

matrixTest(
  "times every method of every dataset once a round, before and after neurons leave, and never a round twice",
  async () => {
    const [suite, out] = [writeSuite(), folder.path("out")];
    const part = await coppice(`experiment times ${suite} --out ${out} --only b --rounds 1`);
    expect(part.code, part.err).toBe(0);
    expect(part.err).toContain("round 1 of 1, b: 5 methods timed; about 0.0 s left\n");
    expect(files(out)).toEqual(["b/0.json"]);
    const before = readFileSync(join(out, "times/b/0.json"), "utf8");
    const rest = await coppice(`experiment times ${suite} --out ${out} --rounds 2`);
    expect(rest.code, rest.err).toBe(0);
    expect([...rest.err.matchAll(/^round (\d of \d, \w):/gm)].map(([, text]) => text)).toEqual([
      "1 of 2, a",
      "2 of 2, a",
      "2 of 2, b",
    ]);
    expect(files(out)).toEqual(["a/0.json", "a/1.json", "b/0.json", "b/1.json"]);
    expect(readFileSync(join(out, "times/b/0.json"), "utf8")).toBe(before);
    const done = await coppice(`experiment times ${suite} --out ${out} --rounds 2 --json`);
    expect(done.err).toContain("all 2 rounds were measured before");
    const { measured, methods } = JSON.parse(done.out);
    expect([measured, methods.length, methods[0]]).toMatchObject([0, 10, { dataset: "a", method: "npset", rounds: 2 }]);

    const { times } = readResults(out);
    expect(times.map(({ dataset, round }) => `${dataset} ${round}`)).toEqual(["a 0", "b 0", "a 1", "b 1"]);
    for (const { measured, methods } of times) {
      expect(measured).toMatchObject({ device: "cpu", threads: 1, node: process.version });
      const [npset, staticNp, set, dense, linear] = methods;
      expect(methods.map(({ method }) => method)).toEqual(["npset", "static-np", "set", "dense", "linear"]);
      expect([npset.first.hidden, npset.last?.hidden]).toEqual([40, 20]); // half of 20 and 20
      expect(staticNp.last?.hidden).toBe(20);
      expect(staticNp.last?.connections).toBeLessThan(staticNp.first.connections); // its budget shrinks
      expect([set.first.hidden, set.last]).toEqual([40, null]);
      expect([dense.first.connections, dense.first.evolution, dense.last]).toEqual([8 * 20 + 20 * 20 + 20 * 3, null, null]);
      expect([linear.first.connections, linear.first.hidden]).toEqual([8 * 3, 0]);
      for (const { first, last } of methods)
        for (const { seconds, share } of [first, ...(last ? [last] : [])]) {
          expect(seconds).toBeGreaterThan(0);
          expect(share > 0 && share <= 1).toBe(true);
        }
    }

    await coppice(`experiment report ${out} --to ${folder.path("docs")}`);
    const report = readFileSync(folder.path("docs/report.md"), "utf8");
    expect(report).toContain("| dataset | npset | static-np | set | dense | linear |");
    expect(report).toMatch(/medians over 2 rounds\./);
    expect(report).toContain(`Node ${process.version}`);
    expect(readFileSync(folder.path("docs/times.csv"), "utf8").split("\n").length).toBe(1 + 2 * 2 * 5 + 1);
    await coppice(`experiment report ${folder.path("docs")} --to ${folder.path("again")}`); // of the archive
    expect(readFileSync(folder.path("again/report.md"), "utf8")).toBe(report);
  },
);

test("refuses to go on with times of another machine, and datasets that the suite lacks", async () => {
  const [suite, out] = [writeSuite(), folder.path("out")];
  await coppice(`experiment times ${suite} --out ${out} --only a --rounds 1`);
  const file = join(out, "times/a/0.json");
  const record = JSON.parse(readFileSync(file, "utf8"));
  writeFileSync(file, JSON.stringify({ ...record, measured: { ...record.measured, processor: "an abacus" } }));
  const other = await coppice(`experiment times ${suite} --out ${out} --rounds 2`);
  expect(other.code).toBe(2);
  expect(other.err).toMatch(/were measured with processor an abacus, not .*remove that folder to measure all anew/);
  expect(files(out)).toEqual(["a/0.json"]);
  expect(existsSync(join(out, "lock"))).toBe(false);
  const wrong = await coppice(`experiment times ${suite} --out ${out} --only c`);
  expect(wrong.code).toBe(2);
  expect(wrong.err).toContain('"c"');
});

test("takes the medians of the rounds by dataset and method", () => {
  const epoch = (seconds: number, evolution: number | null) => ({ seconds, evolution, connections: 9, hidden: 4, share: 1 });
  const measured = { version: "1", device: "cpu", name: "cpu", processor: "p", threads: 1, node: "v" } as const;
  const round = (dataset: string, k: number, set: number, npset: number) => ({
    dataset,
    round: k,
    measured,
    methods: [
      { method: "set", first: epoch(set, set / 2), last: null },
      { method: "npset", first: epoch(npset, 1), last: epoch(npset / 10, 3) },
    ],
  });
  const timed = timedMethods([round("d", 0, 5, 50), round("e", 0, 1, 10), round("d", 1, 7, 40), round("d", 2, 100, 90)]);
  expect(timed.map(({ dataset, method, rounds }) => [dataset, method, rounds])).toEqual([
    ["d", "set", 3],
    ["d", "npset", 3],
    ["e", "set", 1],
    ["e", "npset", 1],
  ]);
  expect(timed[0]).toMatchObject({ first: { seconds: 7, evolution: 3.5, connections: 9, hidden: 4 }, last: null });
  expect(timed[1]).toMatchObject({ first: { seconds: 50 }, last: { seconds: 5, evolution: 3 } });
});
