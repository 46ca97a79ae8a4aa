import type { Told } from "../../src/api/extend.js";
import { capital, listed, percent } from "./format.js";
import { areRight, fieldOf, firstOf, inWords, isBetter, labelOf } from "./metrics.js";
import type { Run } from "./state.js";

/** A run in a race. */
interface Racer {
  readonly name: string;
  readonly value: number;
  readonly connections: number;
}

/**
 * "Npset has 2 of 599 test samples more right than dense and 9 more than linear; npset has 8.2 % of the connections of dense and 1 % of those of
 * linear. "; "" unless several runs have ended.
 */
export function winnerText(shown: readonly Run[]): string {
  const ended = shown.map((run) => ({ run, last: run.epochs[run.epochs.length - 1]?.record }));
  if (ended.length < 2 || ended.some(({ run, last }) => last?.epoch !== run.settings.epochs)) return "";
  const { task } = shown[0].inputs;
  const metric = firstOf(task);
  const racers = ended.map(
    ({ run, last }): Racer => ({
      name: run.settings.method,
      value: last?.[fieldOf(metric, "test")] ?? 0,
      connections: last?.nnz ?? 0,
    }),
  );
  const ranked = racers.toSorted((a, b) =>
    isBetter(metric, a.value, b.value) ? -1 : isBetter(metric, b.value, a.value) ? 1 : 0,
  );
  const ahead = areRight(task) ? rightText(ranked, shown[0].start?.testSamples ?? 0) : valueText(metric, ranked);
  return `${capital(ahead)}; ${sizeText(racers)}. `;
}

function rightText(ranked: readonly Racer[], tests: number): string {
  const right = ({ value }: Racer) => Math.round(tests * value);
  const most = right(ranked[0]);
  const [leaders, others] = [ranked.filter((one) => right(one) === most), ranked.filter((one) => right(one) < most)];
  const more = others.map((one, i) =>
    i === 0 && leaders.length === 1
      ? `${most - right(one)} of ${tests} test samples more right than ${one.name}`
      : `${most - right(one)} more than ${one.name}`,
  );
  if (leaders.length === 1) return `${leaders[0].name} has ${listed(more)}`;
  const same = `${listed(leaders.map(({ name }) => name))} have as many of ${tests} test samples right`;
  return more.length > 0 ? `${same}, ${listed(more)}` : same;
}

function valueText(metric: Told, ranked: readonly Racer[]): string {
  const words = ({ value }: Racer) => inWords(metric, value);
  const best = words(ranked[0]);
  const [leaders, others] = [ranked.filter((one) => words(one) === best), ranked.filter((one) => words(one) !== best)];
  const rest = others.map((one) => `${one.name} has ${words(one)}`);
  if (leaders.length === 1)
    return `${leaders[0].name} has the ${ranked.length > 2 ? "best" : "better"} test ${labelOf(metric)}, ${best}, and ${listed(rest)}`;
  const same = `${listed(leaders.map(({ name }) => name))} have the same test ${labelOf(metric)}, ${best}`;
  return rest.length > 0 ? `${same}, and ${listed(rest)}` : same;
}

/** How many connections the first run has, by those of the others. */
function sizeText([first, ...others]: readonly Racer[]): string {
  const shares = others.map(
    ({ name, connections }, i) =>
      `${percent(first.connections / connections, 2)} of ${i === 0 ? "the connections" : "those"} of ${name}`,
  );
  return `${first.name} has ${listed(shares)}`;
}
