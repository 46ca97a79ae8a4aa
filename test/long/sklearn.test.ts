import { execFileSync } from "node:child_process";
import { beforeAll, expect, test } from "vitest";
import { takeSamples } from "../../src/api/data.js";
import { correctedInterval } from "../../src/api/experiment.js";
import { createCpuDevice, makeDataset, type TrainOptions, train } from "../../src/api/index.js";
import type { Dataset } from "../../src/data/dataset.js";

// Sparse networks beside scikit-learn's ridge and logistic regression, tuned by cross-validation, and its random forests, on the same splits.
// On each split the decay is chosen by cross-validation inside the training part, as ridge's penalty is: test parts choose nothing.
// The figures of docs/guide/regression.md and several-labels.md are those that this prints. Needs python3-sklearn.

interface Reference {
  readonly x: readonly (readonly number[])[];
  readonly y: readonly (readonly number[])[];
  readonly runs: readonly ({ readonly train: readonly number[]; readonly test: readonly number[] } & Readonly<
    Record<string, unknown>
  >)[];
}

const DECAYS = [0, 0.01, 0.03, 0.1, 0.3, 1, 3, 10];
const FOLDS = 3;
const COMMON = {
  method: "npset",
  hidden: [50],
  epsilon: 5,
  batch: 16,
  lr: 0.01,
  epochs: 40,
  evaluateEvery: 100,
  tune: "off",
} as const;
const device = createCpuDevice({ threads: 1 });
let reference: Readonly<Record<string, Reference>>;
beforeAll(() => {
  const program = new URL("sklearn-models.py", import.meta.url).pathname;
  reference = JSON.parse(execFileSync("python3", [program], { encoding: "utf8", maxBuffer: 2 ** 26 }));
});

/** The metric on a part of what was trained on another. */
async function score(fitted: Dataset, held: Dataset, metric: string, options: TrainOptions): Promise<number> {
  const model = await train({ train: fitted }, { ...COMMON, device, ...options });
  const evaluation: object = await model.evaluate(held);
  await model.dispose();
  return Number(evaluation[metric as never]);
}

/** The decay with the best mean of the metric over folds of the training part. */
async function chooseDecay(part: Dataset, metric: string, options: TrainOptions): Promise<number> {
  const means: number[] = [];
  for (const decay of DECAYS) {
    let sum = 0;
    for (let fold = 0; fold < FOLDS; fold++) {
      const [fitted, held] = [false, true].map((isHeld) =>
        takeSamples(
          part,
          Array.from({ length: part.samples }, (_, i) => i).filter((i) => (i % FOLDS === fold) === isHeld),
        ),
      );
      sum += await score(fitted, held, metric, { ...options, optimizer: { decay } });
    }
    means.push(sum / FOLDS);
  }
  return DECAYS[means.indexOf(Math.max(...means))];
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

test.each<[name: string, metric: string, task: "regression" | "multi-label"]>([
  ["diabetes", "r2", "regression"],
  ["linnerud", "r2", "regression"],
  ["labels", "microF1", "multi-label"],
])("on %s sparse networks can be told from the best model only if they are better", async (name, metric, task) => {
  const { x, y, runs } = reference[name];
  const targetNames = y[0].map((_, t) => `target ${t}`);
  const set = makeDataset({ name, x: Float32Array.from(x.flat()), features: x[0].length, targets: y.flat(), targetNames });
  const ours: number[] = [];
  const chosen: number[] = [];
  for (const { train: fitted, test: held } of runs) {
    const part = takeSamples(set, fitted);
    const decay = await chooseDecay(part, metric, { task });
    chosen.push(decay);
    ours.push(await score(part, takeSamples(set, held), metric, { task, members: 5, optimizer: { decay } }));
  }
  expect(compare(name, metric, ours, runs, `decays ${chosen.join(", ")}`).high).toBeGreaterThanOrEqual(0); // it contains 0, or lies above it
});

/** Prints our scores beside those of scikit-learn's models, and returns the corrected interval of the paired differences to the best of these. */
function compare(name: string, metric: string, ours: readonly number[], runs: Reference["runs"], more: string) {
  const [{ train: fitted, test: held, ...kinds }] = runs;
  const models = Object.keys(kinds).map((kind) => ({ kind, scores: runs.map((run) => Number(run[kind])) }));
  const [best] = [...models].sort((a, b) => mean(b.scores) - mean(a.scores));
  const differences = ours.map((value, k) => value - best.scores[k]);
  const interval = correctedInterval(differences, fitted.length, held.length);
  const others = models.map(({ kind, scores }) => `${kind} ${mean(scores).toFixed(3)}`).join(", ");
  const [difference, low, high] = [mean(differences), interval.low, interval.high].map((value) => value.toFixed(3));
  console.log(
    `${name}: ${metric} ${mean(ours).toFixed(3)}, ${others}; less ${best.kind} ${difference} (${low} to ${high}); ${more}`,
  );
  return interval;
}

test("16 numbers of a sparse autoencoder keep nearly what those of PCA do of digits, and more than MLPRegressor's", async () => {
  const { x, runs } = reference.digits;
  const set = makeDataset({ name: "digits", x: Float32Array.from(x.flat()), features: 64 });
  const options = {
    task: "reconstruct",
    method: "set",
    hidden: [16],
    activation: "linear",
    inputs: "raw",
    optimizer: "adam",
  } as const;
  const ours: number[] = [];
  for (const { train: fitted, test: held } of runs) {
    ours.push(await score(takeSamples(set, fitted), takeSamples(set, held), "explained", options));
  }
  const { low, high } = compare("digits", "explained", ours, runs, "800 connections");
  expect(low).toBeGreaterThan(-0.05);
  expect(high).toBeLessThan(0); // no 16 numbers keep more than those of PCA of the training part, but for its chance
  for (const [k, run] of runs.entries()) expect(ours[k]).toBeGreaterThan(Number(run.MLPRegressor));
});
