import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import * as fc from "fast-check";
import { beforeEach, expect, test } from "vitest";
import { suiteConfig } from "../../../src/experiment/plan/check-config.js";
import type { SplitRecord } from "../../../src/experiment/plan/splits.js";
import { writeReport } from "../../../src/experiment/report/write-report.js";
import { ARCHIVE, commandOf, readResults, writeArchive } from "../../../src/experiment/store/archive.js";
import { sha256Json } from "../../../src/experiment/store/store.js";
import type { TimeRecord } from "../../../src/experiment/times/time-records.js";
import type { Task } from "../../../src/tasks/task.js";
import { CoppiceError } from "../../../src/util/check.js";
import { madeUpResult } from "../../experiment/simulated-suite.js";
import { type Json, jsonMutation, mutateJson } from "../../fuzz/grammar/json.js";
import { numRuns } from "../../matrix.js";
import { coppice, useFolder } from "../harness.js";

const folder = useFolder();
const suite = suiteConfig(
  {
    datasets: ["digits", { data: "a.csv", label: "class", fixed: { first: 40 }, epochs: 5 }],
    methods: ["set", "dense"],
    splits: 2,
    studies: ["main"],
    removeAfter: ["digits"],
  },
  "mine",
);
const config = { version: "0.0.0", device: "cpu", sha256: sha256Json(suite), suite } as const;
const runOf = (method: "set" | "dense", split: number) =>
  ({ study: "main", dataset: "digits", method, variant: "", split }) as const;
const removedAfter = [{ score: "degree", order: "ascending", fractions: [0, 1], values: [0.8, 0.5] }] as const;
const results = [
  madeUpResult(runOf("set", 0), 0.8, { removedAfter }),
  madeUpResult(runOf("set", 1), 0.7, { removedAfter, tuning: null, atBestValidation: null }),
  madeUpResult(runOf("dense", 0), 0.6),
];
const failed = [{ key: "main/digits/dense/1", run: runOf("dense", 1), reason: "diverged" }];
const splits: SplitRecord[] = [
  {
    dataset: "digits",
    sha256: "0",
    samples: 9,
    testSet: null,
    features: 2,
    classes: ["a", "b"],
    fixed: false,
    seed: 1,
    splits: [{ train: [0, 1], test: [2] }],
  },
];
const epoch = { seconds: 1, evolution: null, connections: 3, hidden: 2, share: 1 };
const measured = { version: "1", device: "cpu", name: "cpu", processor: "p", threads: 1, node: "v" } as const;
const times: TimeRecord[] = [
  { dataset: "digits", round: 0, measured, methods: [{ method: "set", first: epoch, last: { ...epoch, evolution: 2 } }] },
];

const archive = () => folder.path(ARCHIVE);
const linesOf = (): Json[] =>
  gunzipSync(readFileSync(archive()))
    .toString()
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
const writeLines = (lines: readonly unknown[]) =>
  writeFileSync(archive(), gzipSync(lines.map((line) => `${JSON.stringify(line)}\n`).join("")));
const refusal = () => {
  try {
    readResults(folder.path());
  } catch (error) {
    return error instanceof CoppiceError && error.kind === "usage" ? error.message : `no usage error: ${error}`;
  }
  return "nothing";
};

beforeEach(() => {
  writeArchive({ config, splits, results, failed, times }, folder.path());
});

test("an archive gives back what was written to it", () => {
  expect(readResults(folder.path())).toEqual({ config, splits, results, failed, times });
});

test("the command of results without a run is that of the suite's file", () => {
  const stored = { config, splits, results: [], failed, times };
  expect(commandOf(stored)).toBe("coppice experiment mine.json");
  const own = { ...suite, name: "my own", task: { name: "count" } as Task };
  expect(commandOf({ ...stored, config: { ...config, device: "webgpu", suite: own } })).toBe(
    "coppice experiment 'my own.json' --pieces FILE.js --device webgpu",
  );
  expect(commandOf({ ...stored, config: { ...config, suite: { ...suite, name: "generalization" } } })).toBe(
    "coppice experiment generalization",
  );
});

test("results of 0.1.0, whose fields were those of classification, are read as ones of today", () => {
  const old = results.map(({ final, atBestValidation, floor, removedAfter: curves, ...rest }) => ({
    ...rest,
    majority: floor,
    final: {
      accuracy: final.testAccuracy,
      balancedAccuracy: final.testBalancedAccuracy,
      crossEntropy: final.testLoss,
      trainAccuracy: final.trainAccuracy,
      trainCrossEntropy: final.trainLoss,
    },
    atBestValidation: atBestValidation && {
      epoch: 3,
      accuracy: atBestValidation.testAccuracy,
      crossEntropy: atBestValidation.testLoss,
    },
    removedAfter: curves?.map(({ values, ...curve }) => ({ ...curve, accuracy: values })) ?? null,
  }));
  writeLines(old.map((result) => ({ result })));
  expect(readResults(folder.path()).results).toEqual(results);
});

test.each([
  [{ result: {} }, "result: key: undefined is not a text"],
  [{ result: null }, "result: null is not an object of fields"],
  [{ result: { ...results[0], key: "main/digits/set/7" } }, 'result: key: "main/digits/set/7" is not that of its run'],
  [{ result: { ...results[0], correct: "12" } }, 'result: correct: "12" is not a text of "0" and "1"'],
  [
    { result: { ...results[0], tuning: { ...results[0].tuning, trials: [{ lr: "x" }] } } },
    'result: tuning.trials[0].lr: "x" is not',
  ],
  [{ result: { ...results[0], neurons: { initial: [], final: [1] } } }, "result: neurons.initial: [] is not a list with items"],
  [
    { result: { ...results[0], curves: { ...results[0].curves, nnz: [1] } } },
    "result: curves: its lists have 5, 5, 5, 5, 1, 5 items",
  ],
  [{ failed: { ...failed[0], reason: 3 } }, "failed: reason: 3 is not a text"],
  [{ split: { ...splits[0], splits: [{ train: [0], test: 1 }] } }, "split: splits[0].test: 1 is not a list"],
  [{ time: { ...times[0], methods: [{ method: "set", first: null }] } }, "time: methods[0].first: null is not an object"],
  [[1], "[1] is not an object with one of the fields split, result, failed, time"],
  [null, "null is not an object with one of the fields"],
  [{ other: 1 }, "{other} is not an object with one of the fields"],
  [{ failed: failed[0], result: results[0] }, "{failed, result} is not an object with one of the fields"],
])("a line of an archive that is no result is refused with file, line and field: %j", (line, message) => {
  writeLines([{ failed: failed[0] }, line]);
  expect(refusal()).toContain(`${archive()}, line 2: ${message}`);
});

test.each([
  [{}, "version: undefined is not a text"],
  [{ ...config, suite: undefined }, "suite: undefined is not an object"],
  [{ ...config, device: "gpu" }, 'device: "gpu" is unknown; did you mean "cpu"? choose one of cpu, webgpu'],
  [{ ...config, suite: { ...suite, methods: ["sett"] } }, 'suite: methods: "sett" is unknown; did you mean "set"?'],
  [
    { ...config, suite: { ...suite, lrs: undefined } },
    "suite.lrs is not as coppice experiment writes it (undefined, expected [0.001",
  ],
  [
    { ...config, suite: { ...suite, datasets: [{ ...suite.datasets[0], splits: 1e9 }] } },
    "suite: digits: splits: 1000000000 is not",
  ],
  [
    { ...config, suite: { ...suite, datasets: [{ ...suite.datasets[0], hidden: null }, suite.datasets[1]] } },
    "suite.datasets is not as",
  ],
  [[], "[] is not an object of fields"],
])("a config.json that is none is refused, of an archive and of a folder: %#", (value, message) => {
  const file = folder.path("config.json");
  writeFileSync(file, JSON.stringify(value));
  expect(refusal()).toContain(`${file}: ${message}`);
  mkdirSync(folder.path("runs"));
  expect(refusal()).toContain(`${file}: ${message}`);
});

test("an archive without a config.json, one that is no gzip, and a bomb are refused as such", async () => {
  const bomb = Buffer.concat(Array(17).fill(gzipSync(Buffer.alloc(16 * 2 ** 20), { level: 1 })));
  writeFileSync(archive(), bomb);
  expect(bomb.length).toBeLessThan(2e6);
  expect(refusal()).toBe(`${archive()}: cannot be read (it unpacks to more than 256 MiB)`);
  writeLines([{ result: {} }]);
  const ran = await coppice(`experiment report ${folder.path()}`);
  expect([ran.code, ran.out, ran.err.split("\n").length]).toEqual([2, "", 2]);
  mkdirSync(folder.path("alone"));
  writeFileSync(folder.path(join("alone", ARCHIVE)), gzipSync(""));
  const alone = await coppice(`experiment report ${folder.path("alone")}`);
  expect([alone.code, alone.err]).toEqual([2, expect.stringContaining("config.json: cannot be read (ENOENT")]);
});

test.each([
  ["runs/main/digits/set/0.json", "key: undefined is not a text"],
  ["runs/main/digits/set/0.failed.json", "key: undefined is not a text"],
  ["splits/digits.json", "dataset: undefined is not a text"],
  ["times/digits/0.json", "dataset: undefined is not a text"],
])("a file of a results folder without its fields is refused by name: %s", (name, message) => {
  const file = folder.path(name);
  mkdirSync(folder.path("runs"), { recursive: true });
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, "{}");
  expect(refusal()).toContain(`${file}: ${message}`);
});

test("a line with lists in lists in lists is refused where nothing looks at them", () => {
  const deep = `${"[".repeat(20_000)}${"]".repeat(20_000)}`;
  const line = JSON.stringify({ failed: { ...failed[0], more: "deep" } }).replace('"deep"', deep);
  expect(JSON.parse(line).failed.reason).toBe("diverged");
  writeFileSync(archive(), gzipSync(line));
  expect(refusal()).toBe(`${archive()}, line 1: failed: has lists or objects within each other too deeply to be written again`);
});

test("results of which anything is changed are refused by a usage error or make a report", () => {
  const lines = linesOf();
  const property = fc.property(fc.nat({ max: lines.length - 1 }), jsonMutation, (which, change) => {
    writeFileSync(
      archive(),
      gzipSync(lines.map((line, i) => `${i === which ? mutateJson(line, change) : JSON.stringify(line)}\n`).join("")),
    );
    try {
      const stored = readResults(folder.path());
      writeReport({ ...stored, config: stored.config.suite, command: "c" }, folder.path("report"));
      writeArchive(stored, folder.path("report"));
    } catch (error) {
      if (!(error instanceof CoppiceError)) throw error;
    }
  });
  fc.assert(property, numRuns(40));
});
