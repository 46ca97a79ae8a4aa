import { datasetsOf, distinct } from "../../../../experiment/analysis/select.js";
import { hundredths } from "../../../../experiment/analysis/words.js";
import type { RunResult } from "../../../../experiment/records.js";
import { duration, short } from "../../../format.js";
import { type TimedMethod, type TimeRecord, timedMethods } from "../../time-records.js";
import { type Block, heading, note, tableOf, text } from "../blocks.js";
import { compact } from "../format.js";

/** What the suite took, and the times of the sequential pass, only where there was one. */
export function timesSection(results: readonly RunResult[], times: readonly TimeRecord[]): Block[] {
  return [heading("Times"), ...suiteTook(results), ...(times.length > 0 ? methodTimes(results, times) : [missing()])];
}

function suiteTook(results: readonly RunResult[]): Block[] {
  if (results.length === 0) return [];
  const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);
  const wall = sum(results.map(({ seconds }) => seconds.total));
  const cpu = results.flatMap(({ seconds }) => seconds.cpu ?? []);
  const of = cpu.length < results.length ? ` (of the ${cpu.length} that recorded it)` : "";
  return [
    text(
      `The ${results.length} runs of this report, tuning included, took ${duration(wall)} of wall time in all, summed over the slots that ran beside each other${cpu.length > 0 ? `, and ${duration(sum(cpu))} of CPU time${of}` : ""}. They are in runs.csv run by run; they are not compared, as runs slow each other down.`,
    ),
  ];
}

function missing(): Block {
  return note(
    "Missing: there are no times of a separate sequential pass here, which alone would tell how methods compare (coppice experiment times).",
  );
}

function methodTimes(results: readonly RunResult[], times: readonly TimeRecord[]): Block[] {
  const [{ measured }] = times;
  const order = distinct([...datasetsOf(results, "main"), ...times.map(({ dataset }) => dataset)]);
  const timed = timedMethods(times).sort((a, b) => order.indexOf(a.dataset) - order.indexOf(b.dataset));
  const methods = distinct(timed.map(({ method }) => method));
  const rows = order.flatMap((dataset) => {
    const found = methods.map((method) => timed.find((entry) => entry.dataset === dataset && entry.method === method));
    return found.some(Boolean) ? [[dataset, ...found.map(timeCell)]] : [];
  });
  const rounds = timed.map((entry) => entry.rounds);
  const [least, most] = [Math.min(...rounds), Math.max(...rounds)];
  const share = Math.min(
    ...times.flatMap(({ methods }) => methods.flatMap(({ first, last }) => [first.share, last?.share ?? 1])),
  );
  return [
    note(
      `Milliseconds of an epoch's training steps: from a pass of its own, one training at a time in one process and the methods by turns, median of ${least === most ? most : `${least} to ${most}`} rounds. An epoch's time is its number of steps times the median of a few epochs' steps, on part of the training part. Where neurons leave, the second figure is after the last removal, in a network that lost as many at once. Below: connections, and milliseconds of an evolution where there is one, which is not part of the epoch.`,
    ),
    note(
      `Measured with coppice ${measured.version}, Node ${measured.node}, on ${measured.name}${measured.threads === null ? "" : `, ${measured.threads} ${measured.threads === 1 ? "thread" : "threads"}`} of ${measured.processor}. ${measured.device === "cpu" ? "These are times of software on a CPU: a GPU's would differ, in their ratios too. What other programs took of the core meanwhile is left out" : "Wall times"}; the process had at least ${hundredths(share)} % of a core's time.`,
    ),
    ...tableOf(["dataset", ...methods], rows),
  ];
}

function timeCell(found: TimedMethod | undefined) {
  if (!found) return "-";
  const { first, last } = found;
  const both = (value: (time: NonNullable<typeof last>) => string) =>
    last === null ? value(first) : `${value(first)} \u2192 ${value(last)}`;
  const evolution = first.evolution === null ? [] : [`evolution ${both((time) => milliseconds(time.evolution ?? 0))}`];
  return {
    text: both((time) => milliseconds(time.seconds)),
    notes: [both((time) => compact(time.connections)), ...evolution],
  };
}

function milliseconds(seconds: number): string {
  return short(1000 * seconds);
}
