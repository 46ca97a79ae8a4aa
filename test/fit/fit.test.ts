import { expect, test } from "vitest";
import { takeSamples } from "../../src/data/take-samples.js";
import { createCpuDevice } from "../../src/device/cpu/device.js";
import { trainLeg } from "../../src/experiment/run/leg.js";
import { type FitOptions, fit as findModel } from "../../src/fit/fit.js";
import type { FitResult } from "../../src/fit/result.js";
import { type FitStore, memoryStore } from "../../src/fit/store.js";
import type { FitSlots } from "../../src/fit/trial.js";
import { encodeCheckpoint } from "../../src/io/formats/checkpoint/checkpoint.js";
import { loadModel } from "../../src/train/model.js";
import { random } from "../../src/util/random.js";
import { smallPlan, table } from "./tables.js";

// Whole fits of small tables, by plans that are small enough.

const device = createCpuDevice({ threads: 1 });

const outer = { folds: 3, repeats: 1 };

test("a network and linear are found, trained on all data, and tested on samples that nothing saw", async () => {
  const data = table();
  const result = await findModel(data, { device, plan: smallPlan(data, { outer }) });
  expect(result.trials.map(({ family }) => family)).toEqual(["linear", "linear", "linear", "network", "network"]);
  const tested = result.estimate?.folds.flatMap(({ test }) => test) ?? [];
  expect(tested.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 40 }, (_, i) => i));
  expect(result.estimate?.measures.accuracy?.mean).toBeGreaterThan(0.8);
  expect(result.estimate?.baselines.majority.accuracy?.mean).toBeCloseTo(0.5, 1);
  const { best, weights } = result.chosen;
  expect(weights.network + weights.linear).toBeCloseTo(1);
  expect((result.linear.training?.config as { method?: string } | undefined)?.method).toBe("linear");
  expect(result.linear.training?.epoch).toBe(best.linear.epoch);
  expect(result.model.conformal?.length).toBe(40); // each sample once
  expect(result.estimate?.sets).toMatchObject({ level: 0.9 });
  expect(result.estimate?.sets?.coverage).toBeGreaterThan(0.75); // of 40: three standard errors below
  expect(result.estimate?.sets?.size).toBeLessThan(2);
  const model = loadModel(device, result.model);
  const { accuracy } = await model.evaluate(table({ samples: 40, seed: 9 }));
  await model.dispose();
  expect(accuracy).toBeGreaterThan(0.8);
});

test("a fit that is killed at any training ends with the bits of one that was not, and trains nothing twice", async () => {
  const data = table({ samples: 24, features: 10 });
  const plan = smallPlan(data);
  const whole = await findModel(data, { device, plan });
  const kept = memoryStore();
  const written: string[] = [];
  for (let kills = 0; kills < 100; kills++) {
    const killed = new AbortController();
    let left = 5; // states until it is killed
    const put: FitStore["put"] = (name, bytes) => {
      if (name.endsWith(".safetensors")) {
        written.push(name);
        if (--left === 0) killed.abort(new Error("killed"));
      }
      return kept.put(name, bytes);
    };
    const options: FitOptions = { device, plan, store: { ...kept, put }, signal: killed.signal };
    const outcome = await findModel(data, options).catch((error: Error) => error);
    if (outcome instanceof Error) {
      expect(outcome.message).toBe("killed");
      continue;
    }
    expect(kills).toBeGreaterThan(2);
    expect(encodeCheckpoint(withoutSeconds(outcome))).toEqual(encodeCheckpoint(withoutSeconds(whole)));
    expect(outcome.trials).toEqual(whole.trials);
    expect(new Set(written).size).toBe(written.length); // no state was made twice
    return;
  }
  throw new Error("it came to no end");
});

test("networks that diverge on all samples leave linear as the answer, and it is said; linear itself must not", async () => {
  const all = table({ samples: 100, features: 4, shift: 0 });
  const y = all.y.map((_, i) => Number(all.x[4 * i] * all.x[4 * i + 1] > 0)); // of which linear learns nothing
  const data = { ...all, y };
  const plan = smallPlan(data, { outer });
  const parts = (indices: readonly number[]) => ({ ...takeSamples(data, indices) });
  const slots = (diverges: RegExp): FitSlots => ({
    count: 1,
    train: async ({ task, train, heldOut, labels, from }) => {
      if (diverges.test(task.key)) return null;
      const known = { ...parts(train), ...(labels && { y: Uint32Array.from(labels) }) };
      return trainLeg({ train: known, heldOut: parts(heldOut) }, task, from?.state, { device });
    },
  });
  const sound = await findModel(data, { device, plan: { ...plan, outer: null }, slots: slots(/^$/) });
  expect(sound.chosen.weights.network).toBeGreaterThan(0);
  const fell = await findModel(data, { device, plan, slots: slots(/refit-network/) });
  expect(fell.notes.at(-1)).toMatch(/^network \d, the best networks on the folds, diverged on all samples: linear alone is/);
  expect(fell.chosen).toMatchObject({ weights: { network: 0, linear: 1 }, best: { linear: sound.chosen.best.linear } });
  expect(fell.model.network).toEqual(fell.linear.network);
  expect(fell.model.conformal?.length).toBe(100);
  expect(fell.estimate?.beyondLinear.mean).toBe(0);
  expect(fell.estimate?.folds.map(({ choice }) => choice.weights.network)).toEqual([0, 0, 0]);
  const none = await findModel(data, { device, plan: { ...plan, outer: null }, slots: slots(/network-/) });
  expect(none.notes.at(-1)).toBe("all 2 networks that were tried diverged on the folds: linear was held against none");
  await expect(findModel(data, { device, plan, slots: slots(/refit-linear/) })).rejects.toThrow(
    /^fit: linear.* diverged on all samples, though not on the folds/,
  );
});

/** The model without what a clock said of its training. */
function withoutSeconds({ model }: FitResult) {
  const { training: _, ...rest } = model;
  return rest;
}

test("labels that tell nothing give an estimate of chance, however well the search's own score looks", async () => {
  const data = table({ samples: 60, features: 60 });
  const shuffled = { ...data, y: data.y.slice() };
  random(7, "labels").shuffle(shuffled.y);
  const { estimate } = await findModel(shuffled, { device, plan: smallPlan(shuffled, { outer }) });
  expect(estimate?.measures.accuracy?.mean).toBeLessThan(0.65);
  expect(estimate?.measures.auc?.mean).toBeLessThan(0.7);
});

test("a feature that is the label in the test part alone gains nothing", async () => {
  const data = table({ samples: 30, features: 10, shift: 0 });
  const plan = smallPlan(data, { outer });
  const { estimate } = await findModel(data, { device, plan });
  const [fold] = estimate?.folds ?? [];
  const x = data.x.slice();
  for (const i of fold.test) x[10 * i] = 100 * data.y[i];
  const leaky = { ...data, x };
  const again = await findModel(leaky, { device, plan: smallPlan(leaky, { outer }) });
  const [other] = again.estimate?.folds ?? [];
  expect(other.test).toEqual(fold.test);
  expect(other.choice).toEqual(fold.choice); // what was found knows nothing of it
  expect(other.strength).toEqual(fold.strength);
});

test("what cannot be fitted is refused with what is wrong", async () => {
  const data = table({ samples: 12, features: 5 });
  const single = { ...data, y: Uint32Array.from(data.y, (_, i) => Number(i === 3)) };
  await expect(findModel(single, { device, plan: smallPlan(single) })).rejects.toThrow(
    'class "class 1" has 1 sample, which cannot be both',
  );
  await expect(findModel(table({ samples: 13 }), { device, plan: smallPlan(data) })).rejects.toThrow(
    "plan: it is for 12 samples of 5 features",
  );
  await expect(findModel(data, { device, plan: smallPlan(data), seed: 3 })).rejects.toThrow("seed: contradicts the plan");
  await expect(findModel(data, { device, budget: 0.001 })).rejects.toThrow(
    /budget: 0\.0010 s is too short for one evaluation: .* give at least \d+s/,
  );
});
