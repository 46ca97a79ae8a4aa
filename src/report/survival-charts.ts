import { kaplanMeier, logRank, type Seen } from "../metrics/kaplan-meier.js";
import { counted } from "../util/counted.js";
import { quantile } from "../util/quantile.js";
import { type Drawing, drawLines } from "./charts/index.js";
import { grouped, short } from "./format.js";

/**
 * Kaplan-Meier curves of the samples whose predicted risk is above the median, and of the others, with the log-rank test between them. `targets` are
 * [samples, 2]: time, and whether the event came. None where all risks are alike.
 */
export function survivalCharts(risks: ArrayLike<number>, targets: ArrayLike<number>): Drawing[] {
  const all = Array.from({ length: risks.length }, (_, i) => i);
  const middle = quantile(Float64Array.from(risks).sort(), 0.5);
  const part = (of: (i: number) => boolean): Seen => {
    const own = all.filter(of);
    return { times: own.map((i) => targets[2 * i]), events: own.map((i) => targets[2 * i + 1]) };
  };
  const [low, high] = [part((i) => risks[i] <= middle), part((i) => risks[i] > middle)];
  if (high.times.length === 0) return [];
  const test = logRank(high, low);
  const curves = [low, high].map(kaplanMeier);
  const end = all.reduce((most, i) => Math.max(most, targets[2 * i]), 0);
  const times = [0, ...new Set(curves.flatMap((curve) => curve.map(({ time }) => time)).toSorted((a, b) => a - b))];
  const x = [...times.flatMap((time, k) => (k > 0 ? [time, time] : [time])), end]; // before and after each step
  const series = curves.map((curve, k) => {
    const group = [low, high][k];
    let [at, share] = [0, 1];
    const values = times.flatMap((time, k) => {
      const before = share;
      while (at < curve.length && curve[at].time <= time) share = curve[at++].share;
      return k > 0 ? [before, share] : [share];
    });
    const last = Array.from(group.times).reduce((most, time) => Math.max(most, time), 0);
    const known = [...values, share].map((value, i) => (x[i] <= last ? value : null));
    return {
      name: `${["lower", "higher"][k]} risk, ${counted(grouped(group.times.length), "sample")}`,
      tone: k + 1,
      values: known,
    };
  });
  const said = test ? ` (log-rank p ${test.p < 1e-4 ? "< 0.0001" : `= ${short(test.p)}`})` : "";
  const chart = drawLines({
    title: `Without the event, by predicted risk above the median or not${said}`,
    x,
    xLabel: "time",
    yLabel: "share without the event",
    series,
    format: short,
    xFormat: short,
    fromZero: true,
    noDots: true,
  });
  return chart ? [chart] : [];
}
