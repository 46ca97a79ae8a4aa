import type { SuiteConfig } from "../../src/experiment/plan/config.js";
import { STUDIES } from "../../src/experiment/plan/studies.js";
import { keyOf, type RunKey, type RunResult } from "../../src/experiment/run/records.js";
import { layOut, METHODS, type MethodName } from "../../src/methods/index.js";
import { parametersOf } from "../../src/methods/layouts/layout.js";
import { random } from "../../src/util/random.js";

/** Test accuracy of a method where a dataset's is `base`: what simulated results scatter around. */
export type Effects = Partial<Record<MethodName, number>>;

/** Samples, features, classes of the datasets of the built-in suite; others are small. */
const SHAPES: Readonly<Record<string, readonly [number, number, number]>> = {
  lung_discrete: [73, 325, 7],
  leukemia: [72, 7070, 2],
  lymphoma: [96, 4026, 9],
  ALLAML: [72, 7129, 2],
  Prostate_GE: [102, 5966, 2],
  arcene: [200, 10000, 2],
  madelon: [2600, 500, 2],
  Isolet: [1560, 617, 26],
  COIL20: [1440, 1024, 20],
  ORL: [400, 1024, 40],
  Yale: [165, 1024, 15],
  orlraws10P: [100, 10304, 10],
  warpAR10P: [130, 2400, 10],
  PCMAC: [1943, 3289, 2],
  USPS: [9298, 256, 10],
  digits: [1797, 64, 10],
  mnist: [6000, 784, 10],
  "fashion-mnist": [3000, 784, 10],
};

/** A result with everything in it, made up: its test part has `correct.length` samples. */
export function madeUpResult(run: RunKey, accuracy: number, change: Partial<RunResult> = {}, testSamples = 20): RunResult {
  const right = Math.round(accuracy * testSamples);
  const curve = [0.5 * accuracy, accuracy, accuracy, accuracy, accuracy];
  return {
    ...{
      key: keyOf(run),
      run,
      config: "c",
      version: "0.0.0",
      command: `coppice experiment made-up --only ${keyOf(run)}`,
      seed: run.split,
    },
    plan: { device: "cpu", variants: {}, trials: [] } as unknown as RunResult["plan"],
    data: {
      name: run.dataset,
      sha256: null,
      samples: 3 * testSamples,
      features: 30,
      classes: ["a", "b"],
      trainSamples: 2 * testSamples,
      testSamples,
    },
    options: { method: run.method, lr: 0.02, optimizer: { decay: 0 } },
    tuning: {
      trials: [0.001, 0.02, 0.1].map((lr) => ({ lr, decay: 0, loss: 1, folds: [1], bestEpoch: 3 })),
      lr: 0.02,
      decay: 0,
      edge: false,
    },
    final: { testAccuracy: accuracy, testBalancedAccuracy: accuracy, testLoss: 1 - accuracy, trainAccuracy: 1, trainLoss: 0.01 },
    atBestValidation: { epoch: 3, testAccuracy: accuracy, testLoss: 1 - accuracy },
    floor: 0.5,
    correct: "1".repeat(right) + "0".repeat(testSamples - right),
    parameters: { initial: 1000, final: 900 },
    neurons: { initial: [30, 10, 10, 2], final: [30, 5, 5, 2] },
    flop: { train: 1e9, tuning: 5e9 },
    curves: {
      trainAccuracy: curve,
      testAccuracy: curve,
      trainLoss: [1, 1, 1, 1, 1],
      testLoss: [1, 1, 1, 1, 1],
      nnz: [900, 900, 900, 900, 900],
      hidden: [20, 18, 14, 10, 10],
    },
    removedAfter: null,
    seconds: { total: 6, tuning: 5, train: 1 },
    ...change,
  };
}

/** Every run of a suite, made up: the accuracies of a dataset scatter around a level of its own plus the method's effect. */
export function simulateSuite(config: SuiteConfig, effects: Effects, seed = 1): RunResult[] {
  return config.studies.flatMap((study) =>
    config.datasets
      .filter(({ name }) => study.datasets.includes(name))
      .flatMap((data) =>
        STUDIES[study.name]
          .variants(config.methods, 100)
          .flatMap(({ method, name: variant }) =>
            Array.from({ length: data.splits }, (_, split) =>
              simulateRun(config, { study: study.name, dataset: data.name, method, variant, split }, effects[method] ?? 0, seed),
            ),
          ),
      ),
  );
}

function simulateRun(config: SuiteConfig, run: RunKey, effect: number, seed: number): RunResult {
  const { dataset, method, split, study } = run;
  const data = config.datasets.find(({ name }) => name === dataset);
  const [samples, features, classes] = SHAPES[dataset] ?? [60, 20, 2];
  const testSamples = data?.fixed ? Math.min(2007, Math.round(samples / 4)) : Math.round(samples / 3);
  const trainSamples = samples - testSamples;
  const level = 0.6 + 0.3 * random(seed, dataset).float();
  const noise = (...names: (string | number)[]) => 2 * random(seed, dataset, ...names).float() - 1;
  const wanted = Math.min(1, Math.max(0, level + effect + 0.05 * noise("split", split) + 0.02 * noise(keyOf(run))));
  const chance = random(seed, keyOf(run), "samples");
  const correct = Array.from({ length: testSamples }, () => (chance.float() < wanted ? "1" : "0")).join("");
  const accuracy = correct.replaceAll("0", "").length / testSamples;
  const epochs = data?.epochs ?? (samples < 500 ? 100 : 40);
  const hidden = study === "wide" ? [1000, 1000, 1000] : (data?.hidden ?? [500, 500, 500]);
  const shape = { inputs: features, hidden, classes, epsilon: 10, output: "auto" } as const;
  const layout = layOut(METHODS[method], shape, null);
  const removes = method === "npset" || method === "static-np";
  const left = layout.sizes.map((size, i) => (removes && i > 0 && i < layout.sizes.length - 1 ? Math.round(size / 2) : size));
  const all = (sizes: readonly number[]) => sizes.slice(1, -1).reduce((a, b) => a + b, 0);
  const parameters = parametersOf(layout);
  const overEpochs = (value: (t: number) => number) => Array.from({ length: epochs }, (_, e) => value((e + 1) / epochs));
  const rising = (end: number, speed: number) => overEpochs((t) => 0.2 + (end - 0.2) * (1 - Math.exp(-speed * t)));
  const removable = study === "main" && config.removeAfter.includes(dataset) && ["set", "npset", "dense"].includes(method);
  const fractions = Array.from({ length: 21 }, (_, i) => i / 20);
  return madeUpResult(
    run,
    accuracy,
    {
      data: {
        name: dataset,
        sha256: "0".repeat(64),
        samples,
        features,
        trainSamples,
        testSamples,
        classes: Array.from({ length: classes }, (_, i) => String(i)),
      },
      correct,
      floor: 1 / classes,
      parameters: { initial: parameters, final: parameters },
      neurons: { initial: layout.sizes, final: left },
      flop: { train: 4 * parameters * trainSamples * epochs, tuning: 16 * parameters * trainSamples * epochs },
      tuning: study === "main" || study === "wide" ? tuningOf(random(seed, keyOf(run), "lr").float(), config.lrs) : null,
      curves: {
        ...{
          trainAccuracy: rising(0.99, 9),
          testAccuracy: rising(accuracy, 7),
          trainLoss: rising(0, 7),
          testLoss: rising(0.4, 7),
        },
        nnz: overEpochs(() => parameters),
        hidden: overEpochs((t) => Math.round(all(layout.sizes) + (all(left) - all(layout.sizes)) * Math.min(1, 2 * t))),
      },
      removedAfter: removable
        ? ["strength", "strength-in", "strength-out", "degree"].flatMap((score, s) =>
            (["ascending", "descending", "random"] as const).map((order) => {
              const power = { ascending: 6 - s, descending: 0.6 + 0.1 * s, random: 2 }[order];
              return { score, order, fractions, values: fractions.map((f) => 0.2 + (accuracy - 0.2) * (1 - f ** power)) };
            }),
          )
        : null,
    },
    testSamples,
  );
}

function tuningOf(chance: number, lrs: readonly number[]): RunResult["tuning"] {
  const best = Math.floor(chance * lrs.length);
  const trials = lrs.map((lr, i) => ({ lr, decay: 0, loss: 1 + Math.abs(i - best), folds: [1], bestEpoch: 30 }));
  return { trials, lr: lrs[best], decay: 0, edge: best === 0 || best === lrs.length - 1 };
}
