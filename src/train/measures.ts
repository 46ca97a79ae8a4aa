import { metricOf } from "../metrics/index.js";
import { isSummed, type Metric, type Outcome } from "../metrics/metric.js";
import { taskOf } from "../tasks/index.js";
import { check } from "../util/check.js";
import { shown } from "../util/shown.js";
import type { TrainConfig } from "./options.js";
import type { EpochRecord, MemberRecord } from "./records.js";

/** Mean loss, and each metric by its name. */
export interface Measures {
  readonly loss: number;
  readonly [metric: string]: number;
}

/** What metrics are told of: the steps of an epoch, and the sets that are evaluated after it. */
export const PARTS = ["running", "train", "test", "validation"] as const;
type Part = (typeof PARTS)[number];

/** What is told of every part, after the loss: the task's metrics, unless one of the others is told alone, then those that were chosen beside them. */
export function metricsOf({ network, metrics = [] }: Pick<TrainConfig, "network" | "metrics">): readonly Metric[] {
  const own = metrics.map(metricOf);
  return own.some(({ alone }) => alone) ? own : [...taskOf(network.task).metrics, ...own];
}

/** The field of a record: "testAccuracy" of part test and name accuracy. */
export function measureKey<P extends Part>(part: P, name: string): `${P}${string}` {
  return `${part}${name[0].toUpperCase()}${name.slice(1)}`;
}

/**
 * Loss and metrics of sums over samples. Those that look at all samples together take `outcome`; without one, of the steps of an epoch,
 * they are left out. Throws where a value is no finite number while the loss is.
 */
export function measuresOf(metrics: readonly Metric[], sums: readonly number[], samples: number, outcome?: Outcome): Measures {
  const [loss, ...rest] = sums.map((sum) => sum / samples);
  const measures: Record<string, number> & { loss: number } = { loss };
  for (const metric of metrics) {
    if (isSummed(metric)) {
      const mean = rest.shift() as number;
      const known = mean === Infinity ? mean : loss; // a sum beyond 32 bits is training that diverges, as is such a loss
      measures[metric.name] = checkedValue(metric, metric.of ? "of" : "mean", metric.of ? metric.of(mean) : mean, known);
    } else if (outcome && metric.over) measures[metric.name] = checkedValue(metric, "over", metric.over(outcome), loss);
  }
  return measures;
}

/** Throws where a metric has no value on targets, whatever the outputs are: `place` says of which set. */
export function checkFit(
  metrics: readonly Metric[],
  targets: () => ArrayLike<number>,
  set: Pick<Outcome, "samples" | "outputs">,
  place: string,
  remedy: (metric: Metric) => string,
): void {
  for (const metric of metrics) {
    const problem = metric.unfit?.(targets(), set);
    check(problem === undefined, `metric ${metric.name}`, () => `${problem} (${place}); ${remedy(metric)}`);
  }
}

/** A value of a metric. Throws a usage error unless it is a finite number, or the loss is none: diverged outputs have no value. */
function checkedValue({ name }: Metric, from: "of" | "over" | "mean", value: number, loss: number): number {
  check(Number.isFinite(value) || !Number.isFinite(loss), `metric "${name}": ${from}`, () => {
    return `${from === "mean" ? "is" : "returned"} ${shown(value)}, expected a finite number`;
  });
  return value;
}

/** What is told of a part: the loss, and each metric, but for the steps of an epoch none that looks at all samples together. */
export function measureNames(part: Part, metrics: readonly Metric[]): string[] {
  return ["loss", ...metrics.filter((metric) => part !== "running" || isSummed(metric)).map(({ name }) => name)];
}

/** The fields of a record for the measures of its parts: null where there is none. */
export function measureFields(metrics: readonly Metric[], measures: Readonly<Record<Part, Measures | null>>) {
  return fieldsOf(metrics, measures, PARTS) as Pick<EpochRecord, "runningLoss" | `${Part}${string}`> & {
    readonly runningLoss: number;
  };
}

/** The fields of a record for one member of an ensemble: of the sets, by metrics that the device sums. */
export function memberFields(
  metrics: readonly Metric[],
  measures: Readonly<Record<Exclude<Part, "running">, Measures | null>>,
): MemberRecord {
  return fieldsOf(metrics.filter(isSummed), measures, SETS);
}

const SETS = ["train", "test", "validation"] as const;

function fieldsOf<P extends Part>(
  metrics: readonly Metric[],
  measures: Readonly<Record<P, Measures | null>>,
  parts: readonly P[],
) {
  const fields = parts.flatMap((part) =>
    measureNames(part, metrics).map((name) => [measureKey(part, name), measures[part]?.[name] ?? null] as const),
  );
  return Object.fromEntries(fields);
}
