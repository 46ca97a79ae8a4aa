import { adabelief } from "../../src/optimisers/adabelief.js";
import { adam } from "../../src/optimisers/adam.js";
import { gradient } from "../../src/optimisers/gradient.js";
import { lion } from "../../src/optimisers/lion.js";
import { momentum, nesterov } from "../../src/optimisers/momentum.js";
import { type HyperParams, hyperParams, type Optimiser } from "../../src/optimisers/optimiser.js";
import { rmsprop } from "../../src/optimisers/rmsprop.js";
import { sgd } from "../../src/optimisers/sgd.js";
import { expectEqual, expectWithin } from "./harness.js";

// Rounded to f32, so that the oracle takes what the others take.
export const HYPER = { beta1: Math.fround(0.9), beta2: Math.fround(0.999), eps: Math.fround(1e-8), decay: Math.fround(0.01) };
/** lr and Adam's corrections at step 3. */
export const RATES = [0.05, 1 / (1 - 0.9 ** 3), 1 / (1 - 0.999 ** 3)].map(Math.fround);

export const RULES = ["sgd", "momentum", "nesterov", "adam", "rmsprop", "lion", "adabelief"] as const;
export type Rule = (typeof RULES)[number];
const OBJECTS = { sgd, momentum, nesterov, adam, rmsprop, lion, adabelief, gradient };

/** An optimiser of the kernels by the name of its rule, and its constants as kernels take them. */
export function ruleOf(rule: Rule | "gradient", { decay, ...hyper } = HYPER): { optimiser: Optimiser; params: HyperParams } {
  const optimiser = OBJECTS[rule];
  return { optimiser, params: hyperParams(optimiser, { ...hyper, momentum: hyper.beta1 }, decay) };
}
/** Arrays among w, m, v that a rule changes. */
const KEPT: Readonly<Record<Rule, number>> = { sgd: 1, momentum: 2, nesterov: 2, adam: 3, rmsprop: 2, lion: 2, adabelief: 3 };

/** An expression's value beside the sum of the absolute values of the terms added up in it: what rounding errors are relative to. */
type Sum = readonly [value: number, size: number];
const times = (factor: number, [value, size]: Sum): Sum => [factor * value, Math.abs(factor) * size];
const plus = (...terms: Sum[]): Sum => [terms.reduce((a, [v]) => a + v, 0), terms.reduce((a, [, s]) => a + s, 0)];
const exactly = (value: number): Sum => [value, Math.abs(value)];

/** w, m, v after one step, by the rules' papers: each with the size of what was added. */
function step(rule: Rule, w: number, m: number, v: number, g: number, decay: number): Sum[] {
  const { beta1, beta2, eps } = HYPER;
  const [lr, correction1, correction2] = RATES;
  const kept = plus(exactly(w), exactly(-lr * decay * w));
  const velocity = plus(exactly(beta1 * m), exactly(-lr * g));
  const rules: Readonly<Record<Rule, () => Sum[]>> = {
    sgd: () => [plus(kept, exactly(-lr * g)), exactly(m), exactly(v)],
    momentum: () => [plus(kept, velocity), velocity, exactly(v)],
    nesterov: () => [plus(kept, times(beta1, velocity), exactly(-lr * g)), velocity, exactly(v)],
    adam: () => {
      const first = plus(exactly(beta1 * m), exactly((1 - beta1) * g));
      const second = plus(exactly(beta2 * v), exactly((1 - beta2) * g * g));
      return [plus(kept, times((-lr * correction1) / (Math.sqrt(second[0] * correction2) + eps), first)), first, second];
    },
    rmsprop: () => {
      const second = plus(exactly(beta2 * m), exactly((1 - beta2) * g * g));
      return [plus(kept, exactly((-lr * g) / (Math.sqrt(second[0]) + eps))), second, exactly(v)];
    },
    lion: () => {
      const [mixed] = plus(exactly(beta1 * m), exactly((1 - beta1) * g));
      return [plus(kept, exactly(-lr * Math.sign(mixed))), plus(exactly(beta2 * m), exactly((1 - beta2) * g)), exactly(v)];
    },
    adabelief: () => {
      const first = plus(exactly(beta1 * m), exactly((1 - beta1) * g));
      const off = plus(exactly(g), times(-1, first));
      const square: Sum = [off[0] ** 2, off[1] ** 2];
      const second = plus(exactly(beta2 * v), times(1 - beta2, square), exactly(eps));
      const step = (lr * correction1) / (Math.sqrt(second[0] * correction2) + eps);
      const doubt = second[1] / second[0]; // the errors of the second are in the root
      return [plus(kept, [-step * first[0], step * first[1] * doubt]), first, second];
    },
  };
  return rules[rule]();
}

/** w, m, v (empty where the device keeps none) of as many weights. */
export type Slots = readonly [w: ArrayLike<number>, m: ArrayLike<number>, v: ArrayLike<number>];

/** Fails unless `after` is `before` one step of the rule on, with the gradients that the device itself computed: within 32 u of what is added. */
export function expectStep(
  rule: Rule,
  before: Slots,
  after: Slots,
  gradients: ArrayLike<number>,
  decay: number,
  f64: boolean,
): void {
  const unit = f64 ? 1e-13 : 32 * 2 ** -23;
  const steps = Array.from(gradients, (g, i) => step(rule, before[0][i], before[1][i], before[2][i], g, decay));
  for (const [j, name] of (["w", "m", "v"] as const).entries()) {
    if (after[j].length === 0) continue;
    if (j >= KEPT[rule]) expectEqual(after[j], before[j], `${rule}: ${name}, which the rule does not keep`);
    else
      expectWithin(
        after[j],
        steps.map((s) => s[j][0]),
        steps.map((s) => unit * s[j][1]),
        `${rule}: ${name}`,
      );
  }
}

/** The k-th of the sections of n elements that an array packs. */
export const section = (array: ArrayLike<number>, n: number, k: number): Float64Array =>
  Float64Array.from({ length: n }, (_, i) => array[k * n + i]);
