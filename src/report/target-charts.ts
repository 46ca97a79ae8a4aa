import type { ReconstructionAnswers } from "../tasks/reconstruct.js";
import type { TargetReport } from "../tasks/target-report.js";
import { counted } from "../util/counted.js";
import { type Agreeing, type Drawing, drawAgreement } from "./charts/index.js";
import { grouped, short } from "./format.js";

/** What an autoencoder makes of values over what they are, as it gets them. */
export function rebuiltChart({ truth, found }: ReconstructionAnswers["rebuilt"], explained: number | null = null): Drawing {
  const said = explained === null ? "" : `; the share of the variance that is explained is ${short(explained)}`;
  return drawAgreement({
    title: "Rebuilt against true values",
    xLabel: "true value",
    yLabel: "rebuilt value",
    dot: "a value of a sample",
    points: Array.from(truth, (value, k) => ({ truth: value, found: found[k] })),
    format: short,
    description: `What the network makes of ${grouped(truth.length)} values over what they are, as it gets them${said}.`,
  });
}

/** Charts of a test. */
const MOST_TARGETS = 6;
/** Samples of a chart: more would cover each other, and be a large file. */
const MOST_SAMPLES = 2000;

/**
 * Predictions [samples, outputs] against targets [samples, targets], as a chart for each target; of several quantiles of a target the middle one is
 * drawn, and the outer two as its interval. Of many samples some are drawn, evenly spaced.
 */
export function targetCharts(
  values: Float32Array,
  targets: ArrayLike<number>,
  perTarget: readonly Pick<TargetReport, "name" | "r2">[],
): Drawing[] {
  const width = perTarget.length;
  const samples = targets.length / width;
  const each = values.length / targets.length;
  const every = Math.ceil(samples / MOST_SAMPLES);
  const shown = Math.ceil(samples / every);
  const some = every > 1 ? `, ${grouped(shown)} of ${counted(grouped(samples), "sample")}` : "";
  return perTarget.slice(0, MOST_TARGETS).map(({ name, r2 }, t) => {
    const points = Array.from({ length: shown }, (_, k): Agreeing => {
      const i = k * every;
      const own = values.subarray((i * width + t) * each, (i * width + t + 1) * each);
      const interval = each > 1 ? { low: own[0], high: own[each - 1] } : {};
      return { truth: targets[i * width + t], found: own[(each - 1) / 2], ...interval };
    });
    return drawAgreement({
      title: `Predicted against true: ${name} (R2 ${short(r2)}${some})`,
      xLabel: `true ${name}`,
      yLabel: `predicted ${name}`,
      points,
      format: short,
      description: `What was predicted of ${name} over what is true, of ${counted(shown, "sample")}; R2 is ${short(r2)}.`,
    });
  });
}
