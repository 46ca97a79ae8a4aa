import { readFileSync, writeFileSync } from "node:fs";
import { beforeEach, expect, test } from "vitest";
import { random } from "../../src/util/random.js";
import { coppice, useFolder } from "../cli/harness.js";

// Suites of the built-in tasks but classification: planned, tuned by a metric, run and reported of by the task's own metrics.

const folder = useFolder();
const SETTINGS = { methods: ["set", "linear"], splits: 2, lrs: [0.01, 0.05], decays: [0.02], hidden: [10], epochs: 3, folds: 1 };

beforeEach(() => {
  const rng = random(3, "tables");
  const rows = Array.from({ length: 60 }, (_, i) => {
    const x = Array.from({ length: 4 }, () => rng.normal());
    const topics = ["a", "b", "c"].filter((_, t) => x[t] > 0.3).join("|");
    return [
      ...x.map((value) => value.toFixed(4)),
      (2 * x[0] + x[1]).toFixed(3),
      Math.exp(x[0]).toFixed(3),
      i % 3 ? 1 : 0,
      topics,
    ];
  });
  writeFileSync(folder.path("t.csv"), ["p,q,r,s,dose,time,event,topics", ...rows.map((row) => row.join(","))].join("\n"));
});

const cases: readonly [task: string, metric: string, label: string, reading: object][] = [
  ["regression", "r2", "RMSE", { target: ["dose"], ignore: ["time", "event", "topics"] }],
  ["survival", "concordance", "concordance index", { time: "time", event: "event", ignore: ["dose", "topics"] }],
  ["multi-label", "labelF1", "F1", { label: "topics", labelSeparator: "|", ignore: ["dose", "time", "event"] }],
];
test("what was guessed of a table is told when a suite is planned, and in the report", async () => {
  const header = ["patient", ...Array.from({ length: 5 }, (_, j) => `feature ${j}`)].join(",");
  const lines = Array.from({ length: 24 }, (_, i) =>
    [`p${i}`, ...[1, 2, 3, 4, 5].map((k) => Math.sin(i * k).toFixed(4))].join(","),
  );
  writeFileSync(folder.path("plain.csv"), [header, ...lines].join("\n"));
  const run = async (reading: object) => {
    const datasets = [{ data: "plain.csv", ...reading }];
    writeFileSync(
      folder.path("auto.json"),
      JSON.stringify({ ...SETTINGS, methods: ["set", "dense"], task: "reconstruct", metric: "mae", datasets }),
    );
    return coppice(`experiment ${folder.path("auto.json")} --slots 0 --device cpu --out ${folder.path("auto")}`);
  };
  const ran = await run({});
  expect(ran.code, ran.err).toBe(0);
  const read = 'column "patient" holds sample IDs: ';
  expect(ran.err).toContain(`note: plain: ${read}`);
  const reported = await coppice(`experiment report ${folder.path("auto")}`);
  expect(reported.code, reported.err).toBe(0);
  const report = readFileSync(folder.path("auto/report.md"), "utf8");
  expect(report).toContain(`## How the data were read\n\n- plain: ${read}`);
  expect(report).toMatch(/^\| dataset \| samples \| features \| set \| dense \|$/m);
  expect(report).toContain("Rates and decays were chosen by MAE in validation. Methods are compared by RMSE.");
  writeFileSync(folder.path("plain.csv"), [header.replace("patient", ""), ...lines].join("\n"));
  const refused = await run({});
  expect(refused.code).toBe(2);
  expect(refused.err).toMatch(/24 named rows and 5 named columns of numbers may be samples in rows, .* option orientation/);
});

test.each(cases)("a suite of %s goes by %s, and reports its own", async (task, metric, label, reading) => {
  const datasets = [{ data: "t.csv", ...reading }];
  writeFileSync(folder.path(`${task}.json`), JSON.stringify({ ...SETTINGS, task, metric, datasets }));
  const ran = await coppice(`experiment ${folder.path(`${task}.json`)} --slots 0 --device cpu --out ${folder.path(task)}`);
  expect(ran.code, ran.err).toBe(0);
  const reported = await coppice(`experiment report ${folder.path(task)}`);
  expect(reported.code, reported.err).toBe(0);
  const report = readFileSync(folder.path(`${task}/report.md`), "utf8");
  expect(report).toContain("4 of 4 planned runs have results.");
  expect(report).toMatch(new RegExp(`Test ${label}`, "i"));
});
