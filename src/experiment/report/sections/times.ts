import { compact, duration, short } from "../../../report/format.js";
import { counted } from "../../../util/counted.js";
import { maximum, minimum } from "../../../util/extremes.js";
import { distinct } from "../../analysis/select.js";
import { hundredths } from "../../analysis/words.js";
import type { SuiteConfig } from "../../plan/config.js";
import type { RunResult } from "../../run/records.js";
import { median } from "../../times/time-network.js";
import { type TimedMethod, type TimeRecord, timedMethods } from "../../times/time-records.js";
import type { ReportInput } from "../input.js";
import { heading, note, type ReportPart, tableOf, text } from "../parts.js";

/** What the suite took, and the times of the sequential pass, only where there was one. */
export function timesSection({ results, times, config }: ReportInput): ReportPart[] {
  return [heading("Times"), ...suiteTook(results), ...(times.length > 0 ? methodTimes(times, config) : [missing()])];
}

function suiteTook(results: readonly RunResult[]): ReportPart[] {
  if (results.length === 0) return [];
  const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);
  const wall = sum(results.map(({ seconds }) => seconds.total));
  const cpu = results.flatMap(({ seconds }) => seconds.cpu ?? []);
  const of = cpu.length < results.length ? ` (of the ${cpu.length} that recorded it)` : "";
  return [
    text(
      `The ${counted(results.length, "run")} of this report, tuning included, took ${duration(wall)} of wall time, summed over the slots that ran beside each other${cpu.length > 0 ? `, and ${duration(sum(cpu))} of CPU time${of}` : ""}. Each run's is in runs.csv; methods are not compared by them, as runs slow each other down.`,
    ),
  ];
}

function missing(): ReportPart {
  return note(
    "Missing: there are no times of a separate sequential pass here, which alone would tell how methods compare (coppice experiment times).",
  );
}

function methodTimes(times: readonly TimeRecord[], { datasets }: SuiteConfig): ReportPart[] {
  const [{ measured }] = times;
  const timed = timedMethods(times);
  const methods = distinct(timed.map(({ method }) => method));
  const of = (dataset: string, method: string) => timed.find((entry) => entry.dataset === dataset && entry.method === method);
  const rows = datasets
    .map(({ name }) => name)
    .filter((name) => timed.some(({ dataset }) => dataset === name))
    .map((name) => [name, ...methods.map((method) => timeCell(of(name, method)))]);
  const rounds = distinct(timed.map((entry) => entry.rounds)).sort((a, b) => a - b);
  const shares = times.flatMap((record) =>
    record.methods.flatMap(({ first, last }) => [first.share, ...(last ? [last.share] : [])]),
  );
  const kind =
    measured.device === "cpu"
      ? "They are CPU times of software on a processor: a GPU's would differ, in their ratios too. What other programs took of the core meanwhile is left out"
      : "They are wall times";
  return [
    text(
      `Milliseconds that the training steps of an epoch take, from a pass of its own: one training at a time in one process, the methods by turns, medians over ${rounds.join(" to ")} ${rounds.at(-1) === 1 ? "round" : "rounds"}. An epoch counts as its number of steps times the median step of a few epochs on part of the training part. Where neurons leave, the second figure is that after the last removal. Below it: connections, and the milliseconds of an evolution, which comes on top after an epoch.`,
    ),
    ...ratios(timed),
    note(
      `Measured with coppice ${measured.version} and Node ${measured.node} on ${measured.name}; processor ${measured.processor}. ${kind}; the process had ${hundredths(minimum(shares))} to ${hundredths(maximum(shares))} % of a core.`,
    ),
    ...tableOf(["dataset", ...methods], rows),
  ];
}

/** How epochs of dense and of the end of npset compare with what they are held against, over the datasets. */
function ratios(timed: readonly TimedMethod[]): ReportPart[] {
  const of = (name: string) => timed.filter(({ method }) => method === name);
  const dense = of("set").flatMap(({ dataset, first }) => {
    const other = of("dense").find((entry) => entry.dataset === dataset);
    return other ? [other.first.seconds / first.seconds] : [];
  });
  const shrunk = of("npset").flatMap(({ first, last }) => (last ? [last.seconds / first.seconds] : []));
  const range = (values: readonly number[]) => {
    const [least, most] = [minimum(values), maximum(values)].map((value) => value.toFixed(2));
    const of = values.length > 1 ? ` (median of ${values.length} datasets, from ${least} to ${most})` : "";
    return `${median(values).toFixed(2)} times${of}`;
  };
  const said = [
    ...(dense.length > 0 ? [`An epoch of dense took ${range(dense)} as long as one of set.`] : []),
    ...(shrunk.length > 0 ? [`After the last removal an epoch of npset took ${range(shrunk)} as long as before the first.`] : []),
  ];
  return said.length > 0 ? [text(said.join(" "))] : [];
}

function timeCell(found: TimedMethod | undefined) {
  if (!found) return "-";
  const { first, last } = found;
  const both = (value: (time: NonNullable<typeof last>) => string) =>
    last === null ? value(first) : `${value(first)} \u2192 ${value(last)}`;
  const evolution = first.evolution === null ? [] : [`evolution ${both((time) => milliseconds(time.evolution ?? 0))}`];
  return { text: both((time) => milliseconds(time.seconds)), notes: [both((time) => compact(time.connections)), ...evolution] };
}

function milliseconds(seconds: number): string {
  return short(1000 * seconds);
}
