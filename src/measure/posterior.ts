import { hash4 } from "../util/counter-random.js";
import { random } from "../util/random.js";
import type { Landscape } from "./landscape.js";
import { fillNormal } from "./noise.js";

/** Gaussian networks: parameter k is N(mean_k, exp(2 logDeviation_k)). */
export interface Posterior {
  readonly mean: Float64Array;
  readonly logDeviation: Float64Array;
}

/** The prior N(centre, variance) of every parameter: variances are c e^(-j / b), of j = 1, 2, ... */
export const [C, B] = [10, 100];

/** What a posterior is trained for. */
export interface PosteriorOptions {
  /** Where it and the prior are centred at first. */
  readonly start: Float64Array;
  readonly centre: Float64Array;
  readonly samples: number;
  /** The nats that the bound pays beside the distance of posterior and prior. */
  readonly price: (variance: number) => number;
  readonly steps: number;
  readonly seed: number;
  /** Is awaited after each step. */
  readonly after?: (step: number) => Promise<void> | void;
}

/** Learning rate, its share in the last quarter of the steps, and RMSprop's constants: those of the published program. */
const [RATE, LAST, BETA, EPS] = [1e-3, 0.1, 0.9, 1e-10];

/** One step of RMSprop: what is subtracted. */
function stepOf(moments: Float64Array, k: number, g: number, rate: number): number {
  moments[k] = BETA * moments[k] + (1 - BETA) * g * g;
  return (rate * g) / (Math.sqrt(moments[k]) + EPS);
}

/**
 * Trains a posterior, and the prior's variance v, by stochastic gradients of the bound (Dziugaite, Roy 2017, arXiv:1703.11008, algorithm 1): of
 * L(w) / ln 2 + sqrt(K / 2), where w = mean + exp(logDeviation) noise, L is the mean cross-entropy of a batch, which over ln 2 is no less
 * than the error, and K = (KL + price(v)) / (samples - 1) with
 *
 * KL = sum_k ((deviation_k^2 + (mean_k - centre_k)^2) / v - 1 + ln v) / 2 - logDeviation_k.
 *
 * Only parameters that are there have noise. Deviations begin as the prior's, which begins with the mean square of what the network starts with.
 */
export async function trainPosterior(landscape: Landscape, options: PosteriorOptions): Promise<Posterior & { variance: number }> {
  const { start, centre, samples, price, steps, seed, after } = options;
  const { length } = start;
  const mean = start.slice();
  let logVariance = Math.log(Math.min(C / 2, Math.max(1e-8, start.reduce((sum, w) => sum + w * w, 0) / length)));
  const logDeviation = new Float64Array(length).fill(logVariance / 2);
  const deviation = logDeviation.map(Math.exp);
  const [noise, drawn] = [new Float64Array(length), new Float64Array(length)];
  const [ofMean, ofDeviation, ofVariance] = [length, length, 1].map((n) => new Float64Array(n));
  const rng = random(seed, "posterior order");
  const order = Uint32Array.from({ length: samples }, (_, i) => i);
  const stream = hash4(seed, 0x6e6f6973, 0, 0); // "nois"
  for (let step = 0; step < steps; step++) {
    const row = step % landscape.steps;
    if (row === 0) rng.shuffle(order);
    fillNormal(noise, stream, step);
    let [squares, logs] = [0, 0];
    for (let k = 0; k < length; k++) {
      noise[k] *= deviation[k];
      drawn[k] = mean[k] + noise[k];
      squares += deviation[k] ** 2 + (mean[k] - centre[k]) ** 2;
      logs += logDeviation[k];
    }
    const variance = Math.exp(logVariance);
    const paid = price(variance);
    const kl = (squares / variance - length + length * logVariance) / 2 - logs;
    const ofKl = 1 / (4 * Math.sqrt((kl + paid) / (2 * (samples - 1))) * (samples - 1)); // d sqrt(K / 2) / d KL
    const { gradient } = await landscape.step(drawn, order, row);
    const rate = step < 0.75 * steps ? RATE : RATE * LAST;
    for (let k = 0; k < length; k++) {
      const g = gradient[k] / Math.LN2;
      mean[k] -= stepOf(ofMean, k, g + (ofKl * (mean[k] - centre[k])) / variance, rate);
      logDeviation[k] -= stepOf(ofDeviation, k, g * noise[k] + ofKl * (deviation[k] ** 2 / variance - 1), rate);
      deviation[k] = Math.exp(logDeviation[k]);
    }
    const ofPrice = (price(variance * 1.0001) - paid) / Math.log(1.0001);
    logVariance -= stepOf(ofVariance, 0, ofKl * (length / 2 - squares / (2 * variance) + ofPrice), rate);
    logVariance = Math.min(Math.log(C) - 1 / B, logVariance);
    await after?.(step);
  }
  return { mean, logDeviation, variance: Math.exp(logVariance) };
}

/** KL of a posterior from the prior N(centre, variance), in nats. */
export function klOf({ mean, logDeviation }: Posterior, centre: Float64Array, variance: number): number {
  return mean.reduce((sum, m, k) => {
    const spread = (Math.exp(2 * logDeviation[k]) + (m - centre[k]) ** 2) / variance;
    return sum + (spread - 1 + Math.log(variance)) / 2 - logDeviation[k];
  }, 0);
}
