// COPPICE_DATA=folder node bench/select.mjs [SET...] [--table]: scikit-learn's SVC on 50 features that selectFeatures gives, on all, and on 50 drawn, of a
// split (20 % test, seed 1); features are selected, and samples scaled, by the training part alone. A set is a line of docs/select.jsonl, and is not
// done again. --table prints docs/guide/features.md's table. Needs python3-sklearn, and npm run build.
import { execFileSync } from "node:child_process";
import { appendFileSync, existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { createCpuDevice, readDataset, split } from "coppice";
import { selectFeatures } from "coppice/experiment";
import { random } from "coppice/sparse";

const FEATURES = 50;
/** The network of NeuroFS, and its batches: 20 of few samples, else 100. Growth goes by the gradients of one. */
const TRAIN = { hidden: [1000, 1000, 1000], epsilon: 30, activation: "tanh", epochs: 100, lr: 0.01, seed: 1 };
const SETS = { COIL20: 100, Isolet: 100, USPS: 100, Prostate_GE: 20, arcene: 20 };
/** SVM accuracy in % as published: Table 7 of NeuroFS (Atashgahi et al. 2023), means of five seeds, on splits of their own. */
const PUBLISHED = {
  COIL20: ["98.78", "96.52"],
  Isolet: ["92.62", "89.78"],
  USPS: ["96.78", "95.52"],
  Prostate_GE: ["90.50", "76.20"],
  arcene: ["76.50", "74.38"],
};

const LINES = new URL("../docs/select.jsonl", import.meta.url);
const lines = existsSync(LINES)
  ? readFileSync(LINES, "utf8")
      .trim()
      .split("\n")
      .filter(Boolean)
      .map((line) => JSON.parse(line))
  : [];
const names = process.argv.slice(2).filter((name) => name !== "--table");
const device = createCpuDevice();

for (const name of names.length > 0 ? names : Object.keys(SETS)) {
  if (process.argv.includes("--table") || lines.some((line) => line.set === name)) continue;
  const path = join(process.env.COPPICE_DATA, "asu", `${name}.mat`);
  const whole = await readDataset([{ name: `${name}.mat`, bytes: readFileSync(path) }]);
  const parts = split(whole, { test: 0.2, seed: 1 });
  const start = performance.now();
  const found = await selectFeatures(
    { train: parts.train },
    { features: FEATURES, train: { ...TRAIN, batch: SETS[name], evolution: { growSamples: 1 }, device } },
  );
  const seconds = (performance.now() - start) / 1000;
  const drawn = Uint32Array.from({ length: whole.features }, (_, i) => i);
  random(1, "drawn features").shuffle(drawn);
  const columns = { selected: found.map(({ index }) => index), drawn: [...drawn.subarray(0, FEATURES)], all: null };
  const set = ({ x, y, samples, features }) => ({
    x: Array.from({ length: samples }, (_, i) => [...x.subarray(i * features, (i + 1) * features)]),
    y: [...y],
  });
  const input = JSON.stringify({ train: set(parts.train), test: set(parts.test), columns });
  const program = `
import json, sys, numpy as np
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC
given = json.load(sys.stdin)
(a, b), out = (given["train"], given["test"]), {}
for name, columns in given["columns"].items():
    pick = lambda part: np.array(part["x"])[:, columns] if columns else np.array(part["x"])
    scale = StandardScaler().fit(pick(a))
    model = SVC().fit(scale.transform(pick(a)), a["y"])
    out[name] = 100 * model.score(scale.transform(pick(b)), b["y"])
print(json.dumps(out))`;
  const accuracy = JSON.parse(
    execFileSync("/usr/bin/env", ["python3", "-c", program], { input, encoding: "utf8", maxBuffer: 2 ** 26 }),
  );
  const line = { set: name, samples: parts.train.samples, test: parts.test.samples, features: whole.features, seconds, accuracy };
  lines.push(line);
  appendFileSync(LINES, `${JSON.stringify(line)}\n`);
  console.error(line);
}
await device.dispose();

console.log("| set | features | training, test samples | selected | drawn | all | NeuroFS | QuickSelection |");
console.log("|---|--:|--:|--:|--:|--:|--:|--:|");
for (const { set, features, samples, test, accuracy } of lines) {
  const own = [accuracy.selected, accuracy.drawn, accuracy.all].map((value) => value.toFixed(1));
  console.log(`| ${[set, features, `${samples}, ${test}`, ...own, ...PUBLISHED[set]].join(" | ")} |`);
}
