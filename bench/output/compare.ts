import { short } from "../../src/report/format.js";
import { check } from "../../src/util/check.js";
import { type BenchFile, labelOf, type Row } from "../record.js";

/** Medians that differ by less than this fraction are called equal, however steady both runs were: runs of one program differ by more. */
export const TOLERATED = 0.1;
/** The same for rows of fewer than LEAST_ROUNDS rounds in either run: their least is their median, and tells no noise. */
export const TOLERATED_FEW = 0.5;
const LEAST_ROUNDS = 3;

/** One row of two runs. */
export interface Change {
  readonly suite: string;
  readonly label: string;
  readonly oldMs: number;
  readonly newMs: number;
  /** newMs / oldMs. */
  readonly ratio: number;
}

export interface Comparison {
  readonly rule: string;
  readonly slower: readonly Change[];
  readonly faster: readonly Change[];
  /** Rows in both that are neither. */
  readonly unchanged: number;
  /** Rows of one run alone. */
  readonly onlyOld: readonly string[];
  readonly onlyNew: readonly string[];
}

/**
 * What got slower or faster between two runs on the same adapter, beyond the noise that both recorded: slower is a row whose fastest
 * round took longer than nine in ten rounds of the old run, and whose median is more than TOLERATED (or TOLERATED_FEW) above the old one;
 * faster the other way about. The worst come first. Throws when the runs are of different devices, or one is quick and the other full.
 */
export function compareRuns(older: BenchFile, newer: BenchFile): Comparison {
  const [a, b] = [deviceOf(older), deviceOf(newer)];
  check(a === b, "--compare", () => `the runs are of different devices, "${a}" and "${b}"; compare runs of one`);
  const modes = `one run is ${older.mode}, the other ${newer.mode}: a cell has fewer rounds, samples and replays in a quick one`;
  check(older.mode === newer.mode, "--compare", () => `${modes}; compare runs of one mode`);
  const before = new Map(older.rows.map((row) => [keyOf(row), row]));
  const after = new Map(newer.rows.map((row) => [keyOf(row), row]));
  const changes = [...after].flatMap(([key, row]) => {
    const old = before.get(key);
    return old ? [{ old, row, change: changeOf(old, row) }] : [];
  });
  const slower = changes.filter(({ old, row }) => isSlower(old, row)).map(({ change }) => change);
  const faster = changes.filter(({ old, row }) => isSlower(row, old)).map(({ change }) => change);
  return {
    rule:
      `slower: the fastest new round above 90 % of the old rounds, and the median more than ${100 * TOLERATED} % above the old one ` +
      `(${100 * TOLERATED_FEW} % for rows of fewer than ${LEAST_ROUNDS} rounds)`,
    slower: slower.sort((x, y) => y.ratio - x.ratio),
    faster: faster.sort((x, y) => x.ratio - y.ratio),
    unchanged: changes.length - slower.length - faster.length,
    onlyOld: [...before.keys()].filter((key) => !after.has(key)),
    onlyNew: [...after.keys()].filter((key) => !before.has(key)),
  };
}

function isSlower(old: Row, row: Row): boolean {
  const tolerated = Math.min(old.ms.rounds, row.ms.rounds) < LEAST_ROUNDS ? TOLERATED_FEW : TOLERATED;
  return row.ms.min > old.ms.p90 && row.ms.median > (1 + tolerated) * old.ms.median;
}

const keyOf = (row: Row) => `${row.suite} ${labelOf(row)}`;
const deviceOf = ({ device, machine }: BenchFile) => `${device.kind} ${device.adapter} (${machine.cpu})`;

function changeOf(old: Row, row: Row): Change {
  const [oldMs, newMs] = [old.ms.median, row.ms.median];
  return { suite: row.suite, label: labelOf(row), oldMs, newMs, ratio: newMs / oldMs };
}

/** A comparison as lines for a terminal. */
export function comparisonLines({ rule, slower, faster, unchanged, onlyOld, onlyNew }: Comparison): string[] {
  const line = ({ suite, label, oldMs, newMs, ratio }: Change) =>
    `  ${suite} ${label}: ${short(oldMs)} -> ${short(newMs)} ms (${short(ratio)} x)`;
  return [
    `${slower.length} slower, ${faster.length} faster, ${unchanged} within the noise (${rule})`,
    ...(slower.length > 0 ? ["slower", ...slower.map(line)] : []),
    ...(faster.length > 0 ? ["faster", ...faster.map(line)] : []),
    ...(onlyOld.length > 0 ? [`${onlyOld.length} rows only in the old run: ${onlyOld.join("; ")}`] : []),
    ...(onlyNew.length > 0 ? [`${onlyNew.length} rows only in the new run: ${onlyNew.join("; ")}`] : []),
  ];
}
