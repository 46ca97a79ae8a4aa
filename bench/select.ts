import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { selectFeatures } from "../src/api/experiment.js";
import { createCpuDevice, type Dataset, readDataset, split } from "../src/api/index.js";
import { random } from "../src/api/sparse.js";
import { readResults } from "./studies/read-results.js";
import { runMissing as runUnits } from "./studies/run-missing.js";

const FEATURES = 50;
/** The network of NeuroFS. Growth goes by the gradients of one batch. */
const TRAIN = { hidden: [1000, 1000, 1000], epsilon: 30, activation: "tanh", epochs: 100, lr: 0.01, seed: 1 } as const;

/** The sets with NeuroFS's batches, 20 of few samples, and SVM accuracy in % as published: its table 7, means of five seeds, on splits of their own. */
export const SETS: Readonly<
  Record<string, { readonly batch: number; readonly neuroFs: string; readonly quickSelection: string }>
> = {
  Prostate_GE: { batch: 20, neuroFs: "90.50", quickSelection: "76.20" },
  COIL20: { batch: 100, neuroFs: "98.78", quickSelection: "96.52" },
  Isolet: { batch: 100, neuroFs: "92.62", quickSelection: "89.78" },
  USPS: { batch: 100, neuroFs: "96.78", quickSelection: "95.52" },
  arcene: { batch: 20, neuroFs: "76.50", quickSelection: "74.38" },
};

const LINES = "docs/select.jsonl";

/** What a set came to: accuracy in % on features that were selected, on drawn ones, and on all. */
export interface Result {
  readonly set: string;
  readonly samples: number;
  readonly test: number;
  readonly features: number;
  /** Of selecting, by the clock. */
  readonly seconds: number;
  readonly accuracy: Readonly<Record<"selected" | "drawn" | "all", number>>;
}

/** What `resultOf` may be told. */
export interface Selecting {
  readonly threads?: number;
  /** Where asu/SET.mat is. */
  readonly folder?: string;
  readonly epochs?: number;
}

/** Selects features of the sets that have no line yet, of all unless some are named. */
export async function runMissing(names: readonly string[], options: Selecting): Promise<void> {
  const units = (names.length > 0 ? names : Object.keys(SETS)).map((set) => ({ set }));
  await runUnits({ file: LINES, units, keyOf: ({ set }) => set, run: ({ set }) => resultOf(set, options) }, Infinity);
}

/** Selects features of a set by the training part of a split, and asks a support vector machine of the test part. */
export async function resultOf(name: string, options: Selecting): Promise<Result> {
  const parts = await partsOf(name, options.folder);
  const start = performance.now();
  const selected = await selectedOf(parts.train, SETS[name].batch, options);
  const seconds = (performance.now() - start) / 1000;
  const { samples, features } = parts.train;
  const drawn = Uint32Array.from({ length: features }, (_, i) => i);
  random(1, "drawn features").shuffle(drawn);
  const right = svmRight(parts, { selected, drawn: [...drawn.subarray(0, FEATURES)], all: null });
  const percent = (of: readonly number[]) => (100 * of.reduce((sum, one) => sum + one, 0)) / of.length;
  const accuracy = { selected: percent(right.selected), drawn: percent(right.drawn), all: percent(right.all) };
  return { set: name, samples, test: parts.test.samples, features, seconds, accuracy };
}

/** The split of a set that all is measured on. */
export async function partsOf(name: string, folder: string | undefined): Promise<Parts> {
  if (folder === undefined) throw new Error("COPPICE_DATA: it is not set, to the folder that holds asu/");
  if (!Object.hasOwn(SETS, name)) throw new Error(`${name}: it is none of ${Object.keys(SETS).join(", ")}`);
  const bytes = readFileSync(join(folder, "asu", `${name}.mat`));
  return split(await readDataset([{ name: `${name}.mat`, bytes }]), { test: 0.2, seed: 1 });
}

interface Parts {
  readonly train: Dataset;
  readonly test: Dataset;
}

async function selectedOf(train: Dataset, batch: number, { threads, epochs = TRAIN.epochs }: Selecting): Promise<number[]> {
  const device = createCpuDevice(threads === undefined ? {} : { threads });
  const options = { ...TRAIN, epochs, batch, evolution: { growSamples: 1 }, device };
  const found = await selectFeatures({ train }, { features: FEATURES, train: options });
  await device.dispose();
  return found.map(({ index }) => index);
}

const PROGRAM = `
import json, sys, numpy as np
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC
given = json.load(sys.stdin)
(a, b), out = (given["train"], given["test"]), {}
for name, columns in given["columns"].items():
    pick = lambda part: np.array(part["x"])[:, columns] if columns else np.array(part["x"])
    scale = StandardScaler().fit(pick(a))
    model = SVC().fit(scale.transform(pick(a)), a["y"])
    out[name] = (model.predict(scale.transform(pick(b))) == np.array(b["y"])).astype(int).tolist()
print(json.dumps(out))`;

/** For each choice of columns (null: all), which test samples scikit-learn's SVC has right, 1 or 0. It is fitted to the training part, and so is the scaling. */
export function svmRight<Name extends string>(
  { train, test }: Parts,
  columns: Readonly<Record<Name, readonly number[] | null>>,
): Record<Name, number[]> {
  const set = ({ x, y, samples, features }: Dataset) => ({
    x: Array.from({ length: samples }, (_, i) => [...(x as Float32Array).subarray(i * features, (i + 1) * features)]),
    y: [...y],
  });
  const input = JSON.stringify({ train: set(train), test: set(test), columns });
  const answer = execFileSync("/usr/bin/env", ["python3", "-c", PROGRAM], { input, encoding: "utf8", maxBuffer: 2 ** 26 });
  return JSON.parse(answer);
}

/** A line for each set that is there, by their published order. */
export function tableOf(): string[] {
  const lines = readResults<Result>(LINES);
  const rows = Object.entries(SETS).flatMap(([name, { neuroFs, quickSelection }]) =>
    lines
      .filter(({ set }) => set === name)
      .map(({ set, features, samples, test, accuracy }) => {
        const own = [accuracy.selected, accuracy.drawn, accuracy.all].map((value) => value.toFixed(1));
        return `| ${[set, features, `${samples}, ${test}`, ...own, neuroFs, quickSelection].join(" | ")} |`;
      }),
  );
  return [
    "| set | features | training, test samples | selected | drawn | all | NeuroFS | QuickSelection |",
    "|---|--:|--:|--:|--:|--:|--:|--:|",
    ...rows,
  ];
}
