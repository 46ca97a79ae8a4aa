import { execFileSync } from "node:child_process";
import { beforeAll, expect, test } from "vitest";
import { takeSamples } from "../../src/api/data.js";
import { correctedInterval } from "../../src/api/experiment.js";
import { createCpuDevice, makeDataset, type TrainOptions, train } from "../../src/api/index.js";

// Sparse networks beside scikit-learn's ridge and logistic regression, tuned by cross-validation, and its random forests, on the same splits.
// The options are those of docs/guide/regression.md and several-labels.md; they were chosen once, by hand. Needs python3-sklearn.

interface Reference {
  readonly x: readonly (readonly number[])[];
  readonly y: readonly (readonly number[])[];
  readonly runs: readonly ({ readonly train: readonly number[]; readonly test: readonly number[] } & Readonly<
    Record<string, unknown>
  >)[];
}

const device = createCpuDevice({ threads: 1 });
let reference: Readonly<Record<string, Reference>>;
beforeAll(() => {
  const program = new URL("sklearn-models.py", import.meta.url).pathname;
  reference = JSON.parse(execFileSync("python3", [program], { encoding: "utf8", maxBuffer: 2 ** 26 }));
});

/** The score of a network less that of each model, over the splits. */
async function differences(name: string, metric: string, options: TrainOptions) {
  const { x, y, runs } = reference[name];
  const targetNames = y[0].map((_, t) => `target ${t}`);
  const set = makeDataset({ name, x: Float32Array.from(x.flat()), features: x[0].length, targets: y.flat(), targetNames });
  const ours: number[] = [];
  for (const { train: fitted, test: held } of runs) {
    const all = { method: "npset", hidden: [50], epsilon: 5, members: 5, evaluateEvery: 100, device, tune: "off" } as const;
    const model = await train({ train: takeSamples(set, fitted) }, { ...all, ...options });
    ours.push(Number((await model.evaluate(takeSamples(set, held)))[metric as never]));
    await model.dispose();
  }
  const [{ train: fitted, test: held, ...scores }] = runs;
  const against = (kind: string) => ours.map((score, k) => score - Number(runs[k][kind]));
  return Object.keys(scores).map((kind) => correctedInterval(against(kind), fitted.length, held.length));
}

test.each<[name: string, metric: string, options: TrainOptions]>([
  ["diabetes", "r2", { task: "regression", epochs: 30, batch: 16, lr: 0.005, optimizer: { decay: 0.3 } }],
  ["linnerud", "r2", { task: "regression", epochs: 60, batch: 15, lr: 0.01, optimizer: { decay: 3 } }],
  ["labels", "microF1", { task: "multi-label", epochs: 40, batch: 16, lr: 0.05, optimizer: { decay: 0.02 } }],
])("on %s a sparse network is within the paired interval of each model, or above it", async (name, metric, options) => {
  const intervals = await differences(name, metric, options);
  expect(intervals.length).toBe(2);
  for (const { high } of intervals) expect(high).toBeGreaterThan(0);
});
