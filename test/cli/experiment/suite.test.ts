import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { RunResult } from "../../../src/experiment/run/records.js";
import { readStore } from "../../../src/experiment/store/store.js";
import { blobs } from "../../train/blobs.js";
import { coppice, useFolder } from "../harness.js";

const folder = useFolder();

/** A table of `samples` samples as a file of the test's folder. */
function writeTable(name: string, samples = 60): void {
  const { x, y, features } = blobs({ samples, features: 8 });
  const rows = Array.from(y, (label, i) => [...x.subarray(i * features, (i + 1) * features), `c${label}`].join(","));
  writeFileSync(folder.path(name), `${rows.join("\n")}\n`);
}

const TINY = {
  datasets: [{ data: "a.csv", header: false }],
  hidden: [20, 20],
  epsilon: 4,
  epochs: 3,
  splits: 2,
  lrs: [0.01, 0.05],
  folds: 2,
  methods: ["npset", "set", "dense"],
};

/** A suite's file in the test's folder, beside its table; returns its path. */
function writeSuite(changes: object = {}, name = "tiny.json"): string {
  if (!existsSync(folder.path("a.csv"))) writeTable("a.csv");
  writeFileSync(folder.path(name), JSON.stringify({ ...TINY, ...changes }));
  return folder.path(name);
}

const runFiles = (out: string) =>
  (readdirSync(join(out, "runs"), { recursive: true }) as string[]).filter((f) => f.endsWith(".json")).sort();
const experiment = (suite: string, words: string, signal?: AbortSignal, onErr?: (text: string) => void) =>
  coppice(`experiment ${suite} --slots 0 ${words}`, { signal, onErr });
const timeless = ({ seconds, command, ...rest }: RunResult) => rest;

test("a plan tells of methods that would not evolve", async () => {
  const suite = writeSuite({ methods: ["set", "gse"] }, "short.json");
  const { err, out, code } = await experiment(suite, `--out ${folder.path("short")} --plan-only`);
  expect(code, err).toBe(0);
  expect(
    (out + err).match(/note: a: gse keeps its connections and neurons as they are: evolutions come every 1000 steps/g),
  ).toHaveLength(1);
  expect(out + err).not.toContain("set keeps");
});

test("a suite leaves one file a run, its config and its splits, and is not done twice", async () => {
  const suite = writeSuite();
  const out = folder.path("out");
  const ran = await experiment(suite, `--out ${out}`);
  expect(ran.code, ran.err).toBe(0);
  expect(ran.err).toMatch(
    /suite tiny: 6 runs; hours on 1 slot, from timed steps:\nstudy +runs +trainings +GFLOP +hours\nmain +6 +42 /,
  );
  expect(ran.err).toContain(`6 of 6 runs are done in ${out}\n`);
  expect(runFiles(out)).toEqual(
    ["npset", "set", "dense"].sort().flatMap((method) => [0, 1].map((s) => `main/a/${method}/${s}.json`)),
  );
  const { config, splits, results, failed } = readStore(out);
  expect([config.suite.name, splits[0].dataset, splits[0].splits.length, results.length, failed.length]).toEqual([
    "tiny",
    "a",
    2,
    6,
    0,
  ]);
  expect(results[0].data).toMatchObject({ name: "a", samples: 60, features: 8, trainSamples: 40, testSamples: 20 });

  const before = runFiles(out).map((file) => readFileSync(join(out, "runs", file), "utf8"));
  const again = await experiment(suite, `--out ${out}`);
  expect(again.err).toContain("suite tiny: all 6 runs are done or failed\n");
  expect(runFiles(out).map((file) => readFileSync(join(out, "runs", file), "utf8"))).toEqual(before);
});

test("a suite goes on where it was stopped and ends with what it would have had", async () => {
  const suite = writeSuite();
  const [whole, parts] = [folder.path("whole"), folder.path("parts")];
  await experiment(suite, `--out ${whole}`);
  const stop = new AbortController();
  const first = await experiment(suite, `--out ${parts}`, stop.signal, (text) => {
    if (text.startsWith("2/6")) stop.abort(new Error("interrupted"));
  });
  expect(first.code).toBe(1);
  expect(first.err).toMatch(
    /coppice: interrupted: [23] of 6 runs are done in .*; [34] are left, about .*: go on with: coppice experiment .*\n$/,
  );
  expect(existsSync(join(parts, "lock"))).toBe(false);
  const second = await experiment(suite, `--out ${parts} --minutes 0`);
  expect([second.code, second.err]).toEqual([
    0,
    expect.stringMatching(/[34] are left, about .*: go on with: coppice experiment .* --minutes 0\n$/),
  ]);
  const third = await experiment(suite, `--out ${parts}`);
  expect(third.err).toMatch(/suite tiny: [34] of 6 runs are left/);
  expect(readStore(parts).results.map(timeless)).toEqual(readStore(whole).results.map(timeless));
});

test("a row's own command gives its numbers again to the last digit, rates of another run included", async () => {
  const suite = writeSuite({ studies: ["main", "budget"], methods: ["set", "npset"], splits: 1 });
  const out = folder.path("out");
  expect((await experiment(suite, `--out ${out}`)).code).toBe(0);
  for (const key of ["main/a/npset/0", "budget/a/set:epsilon=5/0"]) {
    const row = readStore(out).results.find((result) => result.key === key);
    const again = folder.path("again");
    const words = (row?.command ?? "").replace("runs/again", again).split(" ").slice(1);
    expect((await coppice(`${words.join(" ")} --slots 0`)).code).toBe(0);
    const same = readStore(again).results.find((result) => result.key === key);
    expect(same && timeless(same)).toEqual(row && timeless(row));
    expect(same?.command).toBe(row?.command);
    rmSync(again, { recursive: true });
  }
});

test("a run that fails is told, keeps no other from running, and is tried again with --retry", async () => {
  const suite = writeSuite({ lrs: [1e30], methods: ["npset", "set"], splits: 1, studies: ["main", "budget"] });
  const out = folder.path("out");
  const ran = await experiment(suite, `--out ${out}`);
  expect(ran.code).toBe(1);
  expect(ran.err).toContain("failed: main/a/set/0: tuning: training diverged at every learning rate (1e+30)");
  expect(ran.err).toMatch(
    /failed: budget\/a\/set:epsilon=5\/0: it takes its learning rate from main\/a\/set\/0, which failed: tuning/,
  );
  expect(ran.err).toMatch(/0 of 10 runs are done in .*, 10 failed; try them again with: coppice experiment .* --retry\n$/);
  expect(readStore(out).failed.length).toBe(10);
  const again = await experiment(suite, `--out ${out}`);
  expect([again.code, again.err]).toEqual([1, expect.stringContaining("all 10 runs are done or failed")]);
  const retried = await experiment(suite, `--out ${out} --retry`);
  expect(retried.err).toContain("suite tiny: 10 runs; ");
});

test("--plan-only writes nothing and prints runs, trainings, GFLOP and hours; --json one document", async () => {
  const suite = writeSuite();
  const text = await experiment(suite, `--plan-only --out ${folder.path("out")}`);
  expect(text.out).toMatch(/^suite tiny: 6 runs; .*\nstudy .*\nmain +6 +42 +\d+ +\d+\.\d\d\n$/);
  const { out } = await experiment(suite, "--plan-only --json --only main/a/set");
  const plan = JSON.parse(out);
  expect(plan.runs.map(({ key }: { key: string }) => key)).toEqual(["main/a/set/0", "main/a/set/1"]);
  expect(plan.hours).toBeGreaterThan(0);
  expect(existsSync(folder.path("out"))).toBe(false);
});

test("bad input is one clear line, and nothing is written or overwritten", async () => {
  const suite = writeSuite();
  const out = folder.path("out");
  const expectRefused = async (words: string, message: string) => {
    const ran = await coppice(`experiment ${words} --slots 0`);
    expect([ran.code, ran.err.split("\n").length, ran.out], ran.err).toEqual([2, 2, ""]);
    expect(ran.err).toContain(message);
  };
  await expectRefused(`generalisation --out ${out}`, 'there is no suite "generalisation"; did you mean "generalization"?');
  await expectRefused(
    `${writeSuite({ method: ["set"] }, "bad.json")} --out ${out}`,
    '"method" is unknown; did you mean "methods"?',
  );
  await expectRefused(
    `${writeSuite({ datasets: ["digist"] }, "bad.json")} --out ${out}`,
    'no dataset or file "digist"; did you mean "digits"?',
  );
  await expectRefused(`${suite} --out ${out} --only main/b`, '--only main/b: dataset: "b" is unknown; did you mean "a"?');
  await expectRefused(`${suite} --out ${out} --only main/a/sett/0`, 'did you mean "main/a/set/0"?');
  writeFileSync(
    folder.path("one.csv"),
    `${Array.from({ length: 21 }, (_, i) => `${i},${i * i},c${Math.floor(i / 10)}`).join("\n")}\n`,
  );
  const one = writeSuite({ datasets: [{ data: "one.csv", header: false }] }, "one.json");
  await expectRefused(`${one} --out ${out}`, 'dataset one: class "c2" has 1 sample, a split needs 2 or more of a class');
  const both = writeSuite({ studies: ["main", "budget"] }, "both.json");
  await expectRefused(
    `${both} --out ${out} --only budget/a/set:epsilon=5/0`,
    `do 1 run of study main first, as others take their learning rates: coppice experiment ${both} --only main/a/set/0 --out ${out}`,
  );
  expect(existsSync(out)).toBe(false);

  await experiment(suite, `--out ${out} --only main/a/set/0`);
  const before = readFileSync(join(out, "config.json"), "utf8");
  const other = writeSuite({ epsilon: 5 }, "other.json");
  await expectRefused(
    `${other} --out ${out}`,
    `${out} holds results of another config (name, datasets differ); name another folder`,
  );
  writeTable("a.csv", 63);
  await expectRefused(`${suite} --out ${out}`, "the splits on disk are not those of the data here");
  writeFileSync(join(out, "lock"), String(process.ppid));
  await expectRefused(`${suite} --out ${out}`, `${out} is in use by process ${process.ppid}`);
  expect(readFileSync(join(out, "config.json"), "utf8")).toBe(before);
  expect(runFiles(out)).toEqual(["main/a/set/0.json"]);
});
