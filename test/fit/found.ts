import type { FitChoice, FitFold, FitMeasures, FitResult } from "../../src/fit/result.js";
import { random } from "../../src/util/random.js";

const [SAMPLES, FEATURES, FOLDS] = [90, 40, 5];
const CLASSES = ["AML", "B cell", "T <cell>"];

/** What a search might have found, drawn: 3 classes, 40 features of which the first five are told by every fold. */
export function found({ estimate = true, shuffled = true, noise = false, names = true } = {}): FitResult {
  const rng = random(1, "found");
  const y = Uint32Array.from({ length: SAMPLES }, (_, i) => i % 3);
  const candidate = (name: string) => ({ name, options: { method: name.match(/^\w+/)?.[0] as "set", epochs: 40 } });
  const networks = ["npset 200, rate 0.01", "npset 500, rate 0.01", "set 500, rate 0.02"].map(candidate);
  const linears = ["decay 0.5", "decay 5"].map((name) => candidate(`linear, ${name}`));
  const choice: FitChoice = {
    best: {
      network: { candidate: networks[0], epoch: 30, score: 0.41 },
      linear: { candidate: linears[1], epoch: 40, score: 0.44 },
    },
    weights: { network: 0.6, linear: 0.4 },
    score: 0.39,
    heldOut: [],
  } as FitChoice;
  const curve = (worth: number, until: number) =>
    Array.from({ length: until / 10 }, (_, s) => ({
      epoch: 10 * (s + 1),
      score: worth + 0.6 / (s + 1),
      beside: 0.9 - worth / 4 - 0.2 / (s + 1),
    }));
  const strengths = (top: number) => Array.from({ length: FEATURES }, (_, j) => (j < top ? 5 : 0.5) + rng.float());
  const fold = (k: number): FitFold => {
    const test = Array.from(y.keys()).filter((i) => i % FOLDS === k);
    const answers = (sure: number) =>
      Float64Array.from(
        test.flatMap((i) => {
          const own = CLASSES.map((_, c) => Math.exp(sure * Number(c === y[i]) + 1.2 * rng.normal()));
          return own.map((value) => value / own.reduce((a, b) => a + b, 0));
        }),
      );
    return {
      repeat: 0,
      fold: k,
      test,
      trainSamples: SAMPLES - test.length,
      choice,
      answers: { fit: answers(3), linear: answers(2.4), majority: answers(0), centroid: answers(2) },
      baselines: {
        linear: "linear, decay 5, 40 epochs",
        majority: "AML, 33.3 % of the training part",
        centroid: "threshold 1.20 (30 tried), 14 of 40 features",
      },
      strength: Float64Array.from(noise ? strengths(0) : strengths(20)),
      ...(shuffled && { shuffled: strengths(0) }),
    } as FitFold;
  };
  const around = (mean: number) => ({ mean, low: mean - 0.06, high: mean + 0.05 });
  const measures = (accuracy: number): FitMeasures => ({
    accuracy: around(accuracy),
    balancedAccuracy: around(accuracy - 0.01),
    auc: accuracy > 0.5 ? around(accuracy + 0.05) : null,
    crossEntropy: around(1.3 - accuracy),
  });
  return {
    version: "0.2.0",
    seed: 1,
    verdict: "better than linear by 3.1 points, interval 0.4 to 5.9",
    notes: ["lymphoma: 2 classes have fewer samples than the folds"],
    data: {
      name: "genes.csv",
      samples: SAMPLES,
      features: FEATURES,
      classes: CLASSES,
      y,
      ...(names && { featureNames: Array.from({ length: FEATURES }, (_, j) => `=gene${j + 1}`) }),
    },
    plan: {
      version: "0.2.0",
      device: "cpu",
      seed: 1,
      members: 10,
      folds: 5,
      repeats: 2,
      epochs: 40,
      outer: estimate ? { folds: FOLDS, repeats: 1 } : null,
      candidates: { network: networks, linear: linears },
    },
    chosen: choice,
    model: {},
    linear: {},
    trials: [
      ...networks.map((one, i) => ({
        family: "network",
        candidate: one,
        curve: curve(0.3 + 0.1 * i, 40 - 10 * i),
        rungs: 2,
        diverged: false,
      })),
      ...linears.map((one, i) => ({
        family: "linear",
        candidate: one,
        curve: i === 0 ? [] : curve(0.35, 40),
        rungs: 2,
        diverged: i === 0,
      })),
    ],
    estimate: estimate
      ? {
          folds: Array.from({ length: FOLDS }, (_, k) => fold(k)),
          measures: measures(0.86),
          baselines: { linear: measures(0.82), majority: measures(0.33), centroid: measures(0.8) },
          beyondLinear: { mean: 0.031, low: 0.004, high: 0.059 },
          beyond: {
            linear: { mean: 0.031, low: 0.004, high: 0.059 },
            majority: { mean: 0.5, low: 0.4, high: 0.6 },
            centroid: { mean: 0.06, low: 0.01, high: 0.1 },
          },
          sets: { level: 0.9, coverage: 0.917, size: 1.4 },
        }
      : null,
  } as unknown as FitResult;
}
