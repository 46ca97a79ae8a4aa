import type { Device } from "../device/device.js";
import type { SavedModel } from "../io/saved-model.js";
import type { Samples } from "../nn/resident.js";
import type { NetworkState } from "../nn/state.js";
import { check } from "../util/check.js";
import { hash4 } from "../util/counter-random.js";
import { random } from "../util/random.js";
import { invertKl, meanAtMost } from "./kl.js";
import { type Landscape, openLandscape, parametersOf } from "./landscape.js";
import { fillNormal } from "./noise.js";
import type { MeasureConfig, MeasureOptions } from "./options.js";
import type { Plain } from "./plain.js";
import { B, C, klOf, type Posterior, trainPosterior } from "./posterior.js";
import { firstWeights, keepsConnections, priceOf, trainingOf } from "./prior.js";

/** The bound fails with probability DELTA by the draw of samples, and with DELTA_DRAWN by that of the noisy networks. */
const [DELTA, DELTA_DRAWN] = [0.025, 0.01];

/** A bound of the error on new samples of the same distribution, of networks drawn from a posterior. */
export interface Bound {
  /** The error on new samples is at most this, with the probability `confidence`. */
  readonly bound: number;
  readonly confidence: number;
  /** The error of noisy networks on the samples: what was seen of `draws` of them, and what it is at most. */
  readonly error: number;
  readonly errorAtMost: number;
  /** KL(posterior || prior), and what was paid beside it: for connections that the samples chose, and for what was tried; all in nats. */
  readonly kl: number;
  readonly connectionsPrice: number;
  readonly triedPrice: number;
  readonly parameters: number;
  readonly prior: { readonly centre: MeasureConfig["prior"]; readonly variance: number };
  /** What it takes for granted, a sentence each. */
  readonly assumes: readonly string[];
}

/**
 * The PAC-Bayes bound of Dziugaite and Roy 2017 (arXiv:1703.11008) for a network that classifies, by `trainPosterior`. With probability
 * 1 - 0.025 over the m samples, for all posteriors Q and all priors of the grid,
 *
 * kl(e || E) <= (KL(Q || N(centre, v)) + ln(pi^2 j^2 m / (6 * 0.025)) + ln C(cells, connections) + ln tried) / (m - 1)
 *
 * of the errors e on the samples and E on new ones of networks drawn from Q, where v = c e^(-j / b). The smaller of the two grid's variances around the
 * trained one is taken, and E is at most kl^-1(e | the right side). Each draw is a new network on a batch of its own, so the draws are independent, and
 * their mean, variance and number say what e is at most (Maurer, Pontil 2009, arXiv:0907.3740, theorem 4): the published kl^-1(mean | ln(2 / 0.01) /
 * draws) does not gain by draws that differ little. An output that is as large as the right class's counts as an error.
 *
 * Connections cost nothing where the samples had no say in them: of methods that keep them (static, dense), or with `unseen`. `tried` networks of
 * other sizes share the probability alike.
 */
export async function boundOf(
  device: Device,
  saved: SavedModel,
  plain: Plain,
  set: Samples,
  config: MeasureConfig,
  { onProgress, signal }: MeasureOptions,
): Promise<Bound> {
  const { steps, draws, tried, seed, unseen } = config;
  const { samples } = set;
  check(samples > 1, "measure: bound", () => "there is one sample, which says nothing of others; give more");
  const { centre, name } = centreOf(saved, plain, config);
  const connectionsPrice = unseen || keepsConnections(saved) ? 0 : priceOf(saved);
  const triedPrice = Math.log(tried);
  const batch = Math.min(config.batch, samples);
  const landscape = await openLandscape(device, plain, set, batch);
  const tell = (what: string, done: number, all: number) => {
    signal?.throwIfAborted();
    if (done % Math.ceil(all / 10) === 0) onProgress?.(what, done / all);
  };
  try {
    const start = parametersOf(plain);
    const fixed = connectionsPrice + triedPrice + Math.log((Math.PI ** 2 * samples) / (6 * DELTA));
    const price = (variance: number) => fixed + 2 * Math.log(B * Math.log(C / variance));
    const after = (step: number) => tell("training the bound", step + 1, steps);
    const trained = await trainPosterior(landscape, { start, centre, samples, price, steps, seed, after });
    const { error, errorAtMost } = await errorOf(landscape, trained, set, { batch, draws, seed, tried }, (drawn) =>
      tell("drawing networks", drawn, draws),
    );
    const place = B * Math.log(C / trained.variance);
    const grid = [Math.floor(place), Math.ceil(place)].map((j) => C * Math.exp(-Math.max(1, j) / B));
    const paid = (variance: number) => klOf(trained, centre, variance) + price(variance);
    const variance = paid(grid[0]) < paid(grid[1]) ? grid[0] : grid[1];
    return {
      bound: invertKl(errorAtMost, paid(variance) / (samples - 1)),
      confidence: 1 - DELTA - DELTA_DRAWN,
      error,
      errorAtMost,
      kl: klOf(trained, centre, variance),
      connectionsPrice,
      triedPrice,
      parameters: landscape.length,
      prior: { centre: name, variance },
      assumes: assumptions(saved, unseen),
    };
  } finally {
    landscape.release();
  }
}

/** Where the prior is centred, by what is asked for and what is known. Throws where the two do not fit. */
function centreOf(saved: SavedModel, plain: Plain, { prior, unseen }: MeasureConfig) {
  const at = (state: NetworkState) => parametersOf(plain, state);
  check(prior !== "model" || unseen, "measure: prior", () => {
    return "the model's own weights are no prior for samples that it was trained on; give others and say unseen, or take initial";
  });
  if (prior === "model") return { centre: at(plain.state), name: prior };
  const first = prior === "zero" ? undefined : firstWeights(saved, plain.state);
  check(prior !== "initial" || first !== undefined, "measure: prior", () => {
    return "the first weights are not known: the model has batch norm, or started from another, or was not trained here; take zero";
  });
  if (first) return { centre: at(first), name: "initial" as const };
  return { centre: new Float64Array(parametersOf(plain).length), name: "zero" as const };
}

/** What a bound takes for granted of samples and inputs. */
function assumptions(saved: SavedModel, unseen: boolean): string[] {
  const inputs = trainingOf(saved)?.inputs ?? (saved.input ? "standardize" : "raw");
  const fitted = saved.prepared !== undefined || saved.input?.median !== undefined || !["raw", "scale255"].includes(inputs);
  return [
    "samples are drawn independently, and new ones likewise",
    ...(fitted && !unseen
      ? [
          "statistics that inputs go through are taken as given, though training samples made them; inputs raw or scale255 have none",
        ]
      : []),
    ...(unseen ? ["the model was trained on none of these samples, as unseen says"] : []),
  ];
}

/** The mean error of networks drawn from a posterior, each on a batch that is drawn for it, and what the mean over all is at most. */
async function errorOf(
  landscape: Landscape,
  { mean, logDeviation }: Posterior,
  { samples, y }: Samples,
  { batch, draws, seed, tried }: Pick<MeasureConfig, "batch" | "draws" | "seed" | "tried">,
  after: (drawn: number) => void,
): Promise<{ readonly error: number; readonly errorAtMost: number }> {
  const rng = random(seed, "bound draws");
  const order = new Uint32Array(samples);
  const [noise, drawn] = [new Float64Array(mean.length), new Float64Array(mean.length)];
  const deviation = logDeviation.map(Math.exp);
  const stream = hash4(seed, 0x64726177, 0, 0); // "draw"
  let [sum, squares] = [0, 0];
  for (let i = 0; i < draws; i++) {
    let wrong = 0;
    fillNormal(noise, stream, i);
    for (let k = 0; k < drawn.length; k++) drawn[k] = mean[k] + deviation[k] * noise[k];
    rng.fillBelow(samples, order.subarray(0, batch));
    await landscape.see(drawn, order, ({ z, outputs, stride }) => {
      for (let b = 0; b < batch; b++) {
        const right = z[(y as ArrayLike<number>)[order[b]] * stride + b];
        let rivals = 0;
        for (let c = 0; c < outputs; c++) if (!(z[c * stride + b] < right)) rivals++;
        if (rivals > 1) wrong++;
      }
    });
    sum += wrong / batch;
    squares += (wrong / batch) ** 2;
    after(i + 1);
  }
  return { error: sum / draws, errorAtMost: meanAtMost(sum, squares, draws, DELTA_DRAWN / tried) };
}
