import { describe, expect, it } from "vitest";
import { type Change, compareRuns, comparisonLines } from "../../bench/output/compare.js";
import type { BenchFile, Row } from "../../bench/record.js";

function row(name: string, [min, median, p90]: [number, number, number], batch = 32, rounds = 10): Row {
  return { suite: "kernels", name, cell: { batch }, clock: "gpu", ms: { min, median, p90, rounds, replays: 5 }, figures: {} };
}

function run(rows: readonly Row[], adapter = "a GPU"): BenchFile {
  return {
    ...{
      format: "coppice-bench/1",
      date: "2026-01-01T00:00:00.000Z",
      command: "coppice bench",
      mode: "quick",
      suites: ["kernels"],
    },
    versions: {},
    commit: null,
    machine: { platform: "linux", cpu: "a CPU", cores: 2, memoryBytes: 1 },
    device: { kind: "webgpu", adapter, software: false, features: [], limits: {} },
    roofline: null,
    rows,
    leftOut: [],
    memory: [],
    seconds: 1,
  };
}

describe("the comparison of two runs", () => {
  it("calls slower what is beyond the spread of both and beyond a tenth, the worst first", () => {
    const older = run([row("steady", [1, 1.02, 1.05]), row("worse", [1, 1.1, 1.2]), row("worst", [1, 1.1, 1.2])]);
    const newer = run([row("steady", [1, 1.03, 1.2]), row("worse", [1.5, 1.6, 2]), row("worst", [3, 3.3, 4])]);
    const { slower, faster, unchanged } = compareRuns(older, newer);
    expect(slower.map(({ label }) => label)).toEqual(["worst: batch 32", "worse: batch 32"]);
    expect(slower[0]).toMatchObject({ suite: "kernels", oldMs: 1.1, newMs: 3.3, ratio: expect.closeTo(3, 9) });
    expect({ faster, unchanged }).toEqual({ faster: [], unchanged: 1 });
  });

  it("calls a noisy row unchanged: its median rose by half, but its fastest round is one that the old run had too", () => {
    const { slower, unchanged } = compareRuns(run([row("noisy", [1, 2, 6])]), run([row("noisy", [1.1, 3, 9])]));
    expect({ slower, unchanged }).toEqual({ slower: [], unchanged: 1 });
  });

  it("calls a very steady row unchanged within a tenth", () => {
    const { slower } = compareRuns(run([row("steady", [1, 1, 1])]), run([row("steady", [1.09, 1.09, 1.09])]));
    expect(slower).toEqual([]);
  });

  it.each([
    [1.4, 1, 1, []],
    [1.4, 3, 3, ["once"]],
    [1.4, 3, 2, []],
    [1.4, 1, 10, []],
    [1.6, 1, 1, ["once"]],
  ])("takes a row %f times as long, of %i and %i rounds, for %j slower", (times, before, after, expected) => {
    const older = run([row("once", [1, 1, 1], 32, before)]);
    const newer = run([row("once", [times, times, times], 32, after)]);
    const names = (changes: readonly Change[]) => changes.map(({ label }) => label.split(":")[0]);
    expect(names(compareRuns(older, newer).slower)).toEqual(expected);
    expect(names(compareRuns(newer, older).faster)).toEqual(expected);
  });

  it("refuses a quick run beside a full one", () => {
    expect(() => compareRuns(run([]), { ...run([]), mode: "full" })).toThrow(/one run is quick, the other full/);
  });

  it("is the other way about for what got faster", () => {
    const [older, newer] = [run([row("spmm", [1, 1.1, 1.2])]), run([row("spmm", [0.4, 0.5, 0.6])])];
    expect(compareRuns(older, newer).faster).toEqual(
      compareRuns(newer, older).slower.map((change) => expect.objectContaining({ label: change.label })),
    );
  });

  it("tells rows apart by suite, name and cell, and lists those of one run alone", () => {
    const { slower, onlyOld, onlyNew } = compareRuns(run([row("spmm", [1, 1, 1], 8)]), run([row("spmm", [9, 9, 9], 32)]));
    expect({ slower, onlyOld, onlyNew }).toEqual({
      slower: [],
      onlyOld: ["kernels spmm: batch 8"],
      onlyNew: ["kernels spmm: batch 32"],
    });
  });

  it("refuses runs of different devices", () => {
    expect(() => compareRuns(run([]), run([], "another GPU"))).toThrow(/different devices, "webgpu a GPU .*another GPU/);
  });

  it("reads as lines that name the rule", () => {
    const lines = comparisonLines(compareRuns(run([row("spmm", [1, 1.1, 1.2])]), run([row("spmm", [3, 3.3, 4])])));
    expect(lines[0]).toMatch(
      /^1 slower, 0 faster, 0 within the noise \(slower: the fastest new round above 90 % of the old rounds/,
    );
    expect(lines[2]).toBe("  kernels spmm: batch 32: 1.1 -> 3.3 ms (3 x)");
  });
});
