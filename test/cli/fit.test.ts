import { readFileSync, writeFileSync } from "node:fs";
import { unzipSync, zipSync } from "fflate";
import { expect, it } from "vitest";
import { readDataset } from "../../src/data/read-dataset.js";
import { decodeCheckpoint } from "../../src/io/formats/checkpoint/checkpoint.js";
import { smallPlan, table } from "../fit/tables.js";
import { coppice, useFolder } from "./harness.js";

const folder = useFolder();

/** A table in a file, and a small plan for it. */
async function prepare() {
  const { x, y, samples, features, classes } = table({ samples: 24, features: 8 });
  const header = [...Array.from({ length: features }, (_, j) => `f${j}`), "class"];
  const rows = Array.from({ length: samples }, (_, i) =>
    [...x.subarray(i * features, (i + 1) * features), classes[y[i]]].join(","),
  );
  const bytes = new TextEncoder().encode([header.join(","), ...rows, ""].join("\n"));
  writeFileSync(folder.path("t.csv"), bytes);
  const data = await readDataset([{ name: "t.csv", bytes }], { label: "class" });
  writeFileSync(folder.path("plan.json"), JSON.stringify(smallPlan(data)));
}
const base = () => `fit --data ${folder.path("t.csv")} --label class --plan ${folder.path("plan.json")}`;
const fitted = (out: string) => `${base()} --out ${folder.path(out)}`;

it("writes the answer, the report and a document, goes on to the same model when it was interrupted, and replaces only a fit", async () => {
  await prepare();
  const whole = await coppice(`${fitted("a")} --json`);
  expect(whole.code).toBe(0);
  const document = JSON.parse(whole.out);
  expect(document.verdict).toMatch(/was not estimated$/);
  expect([document.estimate, document.baselines]).toEqual([null, {}]);
  expect(document).toEqual(JSON.parse(readFileSync(folder.path("a/result.json"), "utf8")));
  expect(readFileSync(folder.path("a/report.html"), "utf8")).toContain("Verdict");
  const model = readFileSync(folder.path("a/model.safetensors"));
  expect(decodeCheckpoint(model).classes).toEqual(["class 0", "class 1"]);

  const stop = new AbortController();
  const onErr = (text: string) => void (/best so far/.test(text) && stop.abort());
  const interrupted = await coppice(fitted("b"), { signal: stop.signal, onErr });
  expect(interrupted.code).toBe(1);
  expect(interrupted.err).toMatch(
    /interrupted: .* is done in .*; go on with: coppice fit --data \S+ --label class --out \S+ --resume$/m,
  );
  const resumed = await coppice(`fit --data ${folder.path("t.csv")} --label class --out ${folder.path("b")} --resume`);
  expect(resumed.code).toBe(0);
  const linear = (out: string) => decodeCheckpoint(readFileSync(folder.path(`${out}/linear.safetensors`))).network;
  expect(linear("b")).toEqual(linear("a"));
  const networks = (out: string) => decodeCheckpoint(readFileSync(folder.path(`${out}/model.safetensors`))).members;
  expect(networks("b")).toEqual(networks("a"));
  for (const name of ["model", "linear"]) {
    const bytes = (out: string) => readFileSync(folder.path(`${out}/${name}.safetensors`));
    expect(bytes("b").equals(bytes("a")), name).toBe(true);
  }
  expect((await coppice(`inspect ${folder.path("b/linear.safetensors")}`)).code).toBe(0);

  const refused = await coppice(fitted("a"));
  expect([refused.code, refused.err]).toEqual([2, expect.stringMatching(/--out: .* holds a fit .*--resume.*--force/)]);
  writeFileSync(folder.path("b/plan.json"), "{}");
  const foreign = await coppice(`${fitted("b")} --force`);
  expect([foreign.code, foreign.err]).toEqual([2, expect.stringMatching(/--force: .* no plan.json that coppice fit wrote/)]);
  expect(readFileSync(folder.path("b/model.safetensors")).length).toBeGreaterThan(0);
});

it("tests the answer on the test set that a file has, tells the accuracy that eval finds, and that its validation set has no use", async () => {
  const file = folder.path("splits.npz");
  const sets = unzipSync(readFileSync(new URL("../fixtures/labels/splits.npz", import.meta.url)));
  writeFileSync(file, zipSync({ ...sets, "x_val.npy": sets["x_test.npy"], "y_val.npy": sets["y_test.npy"] }));
  const data = await readDataset([{ name: "splits.npz", bytes: readFileSync(file) }]);
  writeFileSync(folder.path("npz-plan.json"), JSON.stringify(smallPlan(data)));
  const { code, err, out } = await coppice(
    `fit --data ${file} --plan ${folder.path("npz-plan.json")} --out ${folder.path("npz")} --json`,
  );
  expect(code, err).toBe(0);
  const scored = await coppice(`eval ${folder.path("npz/model.safetensors")} --data ${file} --device cpu --json`);
  const accuracy = `${(100 * JSON.parse(scored.out).accuracy).toFixed(1)} %`;
  const told = `the file has a test set of its own, of 10 samples: accuracy ${accuracy}`;
  expect(err).toContain(`note: ${told}`);
  expect(JSON.parse(out).notes.join()).toContain(told);
  const unused = "the file's own validation set is not used: fit chooses by folds";
  expect([err, JSON.parse(out).notes.join()]).toEqual([
    expect.stringContaining(`note: ${unused}`),
    expect.stringContaining(unused),
  ]);
  expect(readFileSync(folder.path("npz/report.md"), "utf8")).toContain("test set of its own");
});

it("finds a model of numbers, says how it is better than the mean, and evaluates as it says", async () => {
  await prepare();
  const file = folder.path("t.csv");
  const data = await readDataset([{ name: "t.csv", bytes: readFileSync(file) }], {
    target: ["f0"],
    numeric: true,
    ignore: ["class"],
  });
  const plan = smallPlan(data, { folds: 2, outer: { folds: 2, repeats: 1 } }, "regression");
  writeFileSync(folder.path("numbers.json"), JSON.stringify(plan));
  const words = `fit --data ${file} --target f0 --ignore class --plan ${folder.path("numbers.json")} --out ${folder.path("numbers")} --json`;
  const { code, err, out } = await coppice(words);
  expect(code, err).toBe(0);
  const { task, estimate, baselines, verdict } = JSON.parse(out);
  expect([task, Object.keys(estimate), Object.keys(baselines)]).toEqual([
    "regression",
    ["rmse", "mae", "r2", "spearman"],
    ["linear", "mean"],
  ]);
  expect(verdict).toMatch(/RMSE|use linear$/);
  const scored = await coppice(`eval ${folder.path("numbers/model.safetensors")} --data ${file} --device cpu --json`);
  expect(scored.code, scored.err).toBe(0);
  expect(JSON.parse(scored.out).rmse).toBeGreaterThan(0);
  expect(readFileSync(folder.path("numbers/report.html"), "utf8")).toContain("Predicted against true: f0");
  expect(readFileSync(folder.path("numbers/held-out.csv"), "utf8")).toMatch(/^sample,round,fold,f0,predicted f0\n/);
});

it("refuses what does not fit in one line", async () => {
  await prepare();
  const cases = [
    [base(), "--out: is missing"],
    [`${fitted("c")} --budget 5`, '--budget: "5" is not a time; give e.g. 90s, 10m or 1h'],
    [`${fitted("c")} --budget 5m`, "budget: contradicts the plan"],
    [`${fitted("c")} --resume`, "--plan: contradicts --resume"],
    [
      `${fitted("c")} --task reconstruct`,
      "task: fit finds models that predict labels, not reconstruct; train a network with coppice train",
    ],
    [
      `${base().replace("--label class", "--target f0 --ignore class")} --out ${folder.path("c")}`,
      "t: it has numbers to learn (f0) and no classes",
    ],
    [
      `${base().replace("--label class", "--time f0 --event f1")} --task regression --out ${folder.path("c")}`,
      "--time: is of task survival, and the task is regression; leave one of them out",
    ],
    [`${fitted("c")} --task clasification`, "--task:"],
    [`${fitted("c")} --memory 9000`, "memory: an ensemble of 4 networks 8-12-2 with batch 8 takes"],
    [`${fitted("c")} --slots 0`, "--slots:"],
    [`${fitted("c")} --queue http://x`, "--queue: the address is not of the form redis://"],
    [
      `fit --data ${folder.path("t.csv")} --label class --out ${folder.path("c")} --resume --force`,
      "--force: contradicts --resume",
    ],
  ];
  for (const [command, message] of cases) {
    const { code, err } = await coppice(command);
    expect([code, err]).toEqual([2, expect.stringContaining(message)]);
  }
  expect(folder.list()).not.toContain("c");
});
