import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { suiteConfig } from "../../src/experiment/plan/check-config.js";
import type { SuiteOptions } from "../../src/experiment/plan/config.js";
import { plannedFlop } from "../../src/experiment/plan/flop.js";
import { hasPrefix, type PlannedRun, plannedRuns } from "../../src/experiment/plan/planned-runs.js";
import { drawSplits } from "../../src/experiment/plan/splits.js";
import { STUDY_NAMES } from "../../src/experiment/plan/studies.js";
import { builtInSuite } from "../../src/experiment/plan/suites/index.js";
import { COMPARED } from "../../src/methods/index.js";
import { classification } from "../../src/tasks/classification.js";
import { blobs } from "../train/blobs.js";

function plan(options: Omit<SuiteOptions, "datasets">, samples = 60) {
  const suite = suiteConfig({ datasets: ["blobs"], ...options }, "mine");
  const whole = blobs({ samples, features: 20 });
  return plannedRuns(
    suite,
    new Map([["blobs", drawSplits(suite.datasets[0], { whole, testSet: null, sha256: "s" }, suite.seed, classification)]]),
  );
}

test("a suite is studies x datasets x methods x splits, split s with seed + s for every method", () => {
  const runs = plan({ splits: 2, seed: 10 });
  expect(runs.map(({ task }) => task.key)).toEqual([0, 1].flatMap((s) => COMPARED.map((method) => `main/blobs/${method}/${s}`)));
  for (const { task } of runs) expect(task.seed).toBe(10 + task.run.split);
});

test("defaults follow the number of samples", () => {
  const small = plan({ methods: ["set"] })[0];
  expect(small.config).toMatchObject({ hidden: [500, 500, 500], epsilon: 10, batch: 8, epochs: 100 });
  expect(small.task.grid).toEqual({ lrs: [0.001, 0.005, 0.02, 0.1], decays: [0, 0.02], validation: 0.2, folds: 3 });
  expect(small.trials).toBe(15);
  const large = plan({ methods: ["set"] }, 600)[0];
  expect(large.config).toMatchObject({ batch: 32, epochs: 40 });
  expect(large.trials).toBe(5);
});

test("studies that do not tune take the rates of main: same dataset, method and split", () => {
  const runs = plan({ studies: [...STUDY_NAMES], splits: 2 });
  const keys = new Set(runs.map(({ task }) => task.key));
  expect(keys.size).toBe(runs.length);
  for (const { task, needs } of runs) {
    const { study, dataset, method, split } = task.run;
    const tunes = study === "main" || study === "wide";
    expect(needs).toBe(tunes ? null : `main/${dataset}/${method}/${split}`);
    expect(task.grid === null).toBe(!tunes);
  }
  expect(keys).toContain("budget/blobs/set:epsilon=20/0");
  expect(keys).toContain("removed/blobs/static-np:removed=0.9/1");
  expect(runs.find(({ task }) => task.key === "removed/blobs/npset:removed=0/0")?.config.method).toBe("set");
  expect(runs.find(({ task }) => task.key === "wide/blobs/dense/0")?.config.hidden).toEqual([1000, 1000, 1000]);
  const five = runs.find(({ task }) => task.key === "members/blobs/dense:members=5/1");
  expect(five).toMatchObject({ config: { method: "dense", members: 5 }, trials: 0 });
  expect(five?.flop).toBe(5 * plannedFlop({ ...(five as PlannedRun).config, members: 1 }, 40));
  const found = (name: string) => runs.find(({ task }) => task.key === `recipe/blobs/npset:${name}/0`)?.config;
  expect(found("smoothing=0.1")?.network.labelSmoothing).toBe(0.1);
  expect(found("inputs=robust")?.inputs).toBe("robust");
  expect(found("rate=cosine")?.lr.schedule).toBe("cosine");
  expect(found("dropout=0.3")?.network.dropout).toBe(0.3);
  expect(found("skip=linear")?.network.skip).toBe("linear");
  expect(found("norm=batch")?.network.norm).toBe("batch");
  const { clipNorm, maxNorm, ema } = {
    ...found("clip=1")?.network,
    ...found("maxnorm=3")?.network,
    ...found("ema=0.99")?.network,
  };
  expect([clipNorm, maxNorm, ema]).toEqual([1, 3, 0.99]);
  expect(() => plan({ studies: ["budget"] })).toThrow(
    "takes its learning rate from main/blobs/set/0, which the suite lacks; add study main",
  );
});

test("neurons are taken out in study main, of the datasets named, after set, npset and dense", () => {
  const runs = plan({ studies: ["main", "budget"], splits: 1, removeAfter: ["blobs"] });
  const keys = runs.filter(({ task }) => task.removeAfter).map(({ task }) => task.key);
  expect(keys).toEqual(["main/blobs/npset/0", "main/blobs/set/0", "main/blobs/dense/0"]);
});

test("a time says task survival, and contradicts another", () => {
  const gbsg = { data: "gbsg.csv", time: "t", event: "e" };
  expect(suiteConfig({ datasets: [gbsg] }, "mine")).toEqual(suiteConfig({ datasets: [gbsg], task: "survival" }, "mine"));
  expect(() => suiteConfig({ datasets: ["digits", gbsg], task: "regression" }, "mine")).toThrow(
    "suite: gbsg: time: is of task survival, and the task is regression; leave one of them out",
  );
});

test("a separator of labels says task multi-label, and contradicts another", () => {
  const news = { data: "news.csv", label: "topics", labelSeparator: ";" };
  expect(suiteConfig({ datasets: [news] }, "mine").task).toBe("multi-label");
  const refused = (task: string) => `suite: news: labelSeparator: is of task multi-label, and the task is ${task}; leave one`;
  expect(() => suiteConfig({ datasets: [news], task: "classification" }, "mine")).toThrow(refused("classification"));
  const timed = { data: "gbsg.csv", time: "t", event: "e" };
  expect(() => suiteConfig({ datasets: [timed, news] }, "mine")).toThrow(refused("survival"));
});

test("prefixes of keys end where a part ends", () => {
  expect(hasPrefix("main/a/set/1", "main/a/set/1")).toBe(true);
  expect(hasPrefix("main/a/set/10", "main/a/set/1")).toBe(false);
  expect(hasPrefix("main/ab/set/1", "main/a")).toBe(false);
  expect(hasPrefix("budget/a/set:epsilon=5/1", "budget/a/set")).toBe(true);
  expect(hasPrefix("main/ab/set/1", "main/")).toBe(true);
});

test("bad settings are refused in a sentence that names the nearest", () => {
  const bad = (options: object, message: string) =>
    expect(() => suiteConfig({ datasets: ["digits"], ...options } as SuiteOptions, "mine", "my.json")).toThrow(message);
  bad({ spilts: 3 }, 'my.json: key: "spilts" is unknown; did you mean "splits"?');
  bad({ methods: ["sett"] }, 'my.json: methods: "sett" is unknown; did you mean "set"?');
  bad({ studies: ["mian"] }, 'my.json: studies: "mian" is unknown; did you mean "main"?');
  bad({ datasets: [] }, "my.json: datasets: [] is not a list");
  bad({ datasets: [{ data: "a", epoch: 3 }] }, 'my.json: key of a dataset: "epoch" is unknown; did you mean "epochs"?');
  bad({ datasets: [{ name: "a" }] }, "my.json: a dataset lacks data");
  bad({ datasets: ["a", "x/a.mat"] }, "my.json: datasets: a is listed twice");
  bad({ datasets: [{ data: "a", name: "a b" }] }, '"a b" is not a name');
  bad({ studies: [{ name: "main", datasets: ["digts"] }] }, 'did you mean "digits"?');
  bad({ splits: 0 }, "my.json: digits: splits: 0 is not an integer from 1 to 1000");
  bad({ hidden: 500 }, "my.json: digits: hidden: 500 is not a list of widths");
  bad({ lrs: ["fast"] }, 'my.json: lrs: "fast" is not a finite number');
  bad({ validation: 0.4 }, "my.json: folds: 3 folds of 0.4 of the samples each leave nothing to train on");
  bad({ removeAfter: ["digit"] }, 'my.json: removeAfter: "digit" is unknown');
  bad({ datasets: [{ data: "a", testData: "b" }] }, "needs a fixed split");
  expect(() => suiteConfig([] as unknown as SuiteOptions, "mine", "my.json")).toThrow("my.json: is no JSON object");
});

test("the built-in suite has the datasets and studies of the brief, and the published Fashion-MNIST indices", () => {
  const suite = builtInSuite("generalization");
  expect(suite.datasets.length).toBe(18);
  expect(suite.studies.map(({ name }) => name)).toEqual(["main", "wide", "budget", "removed", "ablation"]);
  expect(suite.methods).toEqual(COMPARED);
  expect(suite.datasets.find(({ name }) => name === "USPS")).toMatchObject({ epochs: 20, fixed: { first: 7291 }, splits: 5 });
  const published: unknown = JSON.parse(readFileSync("test/fixtures/fashion-2000-1000.json", "utf8"));
  expect(suite.datasets.find(({ name }) => name === "fashion-mnist")?.fixed).toEqual(published);
});
