import { describe, expect, it } from "vitest";
import { checkOutputs, make, runOnce } from "../../bench/harness.js";
import { denseCase } from "../../bench/kernels/dense.js";
import { denseTCase } from "../../bench/kernels/dense-t.js";
import { denseUpdateCase } from "../../bench/kernels/dense-update.js";
import { sddmmCase } from "../../bench/kernels/sddmm.js";
import { spmmCase } from "../../bench/kernels/spmm.js";
import { spmmTCase } from "../../bench/kernels/spmm-t.js";
import { evolvedTopology, skewProblem, someCols, someRows, squareProblem, transposed } from "../../bench/problems.js";
import { createCpuDevice } from "../../src/device/cpu/device.js";
import type { TypedData } from "../../src/device/device.js";
import { validateTopology } from "../../src/sparse/topology.js";

const lengths = (rowPtr: Uint32Array) => Array.from({ length: rowPtr.length - 1 }, (_, row) => rowPtr[row + 1] - rowPtr[row]);

describe("topologies of the bench", () => {
  it("evolved ones are valid, near their density, and skewed as the trained network was", () => {
    const topology = evolvedTopology(400, 500, 0.05);
    validateTopology(topology);
    expect(topology.nnz / (400 * 500)).toBeGreaterThan(0.045);
    expect(topology.nnz / (400 * 500)).toBeLessThan(0.055);
    const fanIn = lengths(topology.rowPtr).sort((a, b) => a - b);
    expect(fanIn[399]).toBeGreaterThan(1.8 * 25); // of 25 on average; in an Erdos-Renyi layer about 1.6 times
  });

  it("skewed and balanced ones have equal nnz; one row of 50,000 beside rows of 10, and rows equal within one", () => {
    const [skewed, balanced] = [skewProblem("skewed"), skewProblem("balanced")];
    for (const { topology } of [skewed, balanced]) validateTopology(topology);
    expect(skewed.topology.nnz).toBe(50_000 + 4095 * 10);
    expect(balanced.topology.nnz).toBe(skewed.topology.nnz);
    expect(new Set(lengths(skewed.topology.rowPtr))).toEqual(new Set([10, 50_000]));
    const even = lengths(balanced.topology.rowPtr);
    expect(Math.max(...even) - Math.min(...even)).toBeLessThanOrEqual(1);
    const turned = transposed(skewProblem("skewed", 16, 60, 3));
    validateTopology(turned.topology);
    expect(turned.topology).toMatchObject({ rows: 60, cols: 16, nnz: 60 + 15 * 3 });
  });

  it("some rows and some columns keep their cells and values", () => {
    const problem = squareProblem("er", 40, 0.2);
    const cells = ({ topology, values }: typeof problem) => {
      const found = new Map<string, number>();
      for (let row = 0; row < topology.rows; row++)
        for (let k = topology.rowPtr[row]; k < topology.rowPtr[row + 1]; k++)
          found.set(`${row} ${topology.colIdx[k]}`, values[k]);
      return found;
    };
    const picked = Uint32Array.of(3, 17, 39);
    const whole = cells(problem);
    const [rows, cols] = [cells(someRows(problem, picked).problem), cells(someCols(problem, picked))];
    picked.forEach((index, i) => {
      for (let other = 0; other < 40; other++) {
        expect(rows.get(`${i} ${other}`)).toBe(whole.get(`${index} ${other}`));
        expect(cols.get(`${other} ${i}`)).toBe(whole.get(`${other} ${index}`));
      }
    });
  });
});

describe("a case checked by a part of its rows", () => {
  const problem = squareProblem("evolved", 48, 0.2);
  const cases = [
    spmmCase(problem, 6),
    spmmTCase(problem, 6),
    sddmmCase(problem, 6),
    denseCase(20, 24, 6),
    denseTCase(20, 24, 6),
    denseUpdateCase(20, 24, 6),
  ];

  it.each(cases.map((bench) => [bench.name, bench] as const))(
    "%s: the part's outputs are those of the whole",
    async (_, bench) => {
      const device = createCpuDevice({ precision: 64 });
      const outputs = async (of: typeof bench): Promise<TypedData[]> => {
        const { dispatches, outputs } = make(device, of);
        return runOnce(device, dispatches, outputs);
      };
      const part = bench.part?.(5);
      if (!part) throw new Error("no part");
      const [whole, piece] = [part.of(await outputs(bench)), await outputs(part.bench)];
      expect(piece[0].length).toBeGreaterThan(0);
      expect(whole[0].length).toBe(piece[0].length);
      piece[0].forEach((value, i) => {
        expect(whole[0][i]).toBeCloseTo(value, 5);
      });
    },
  );

  it("a wrong output is found, in the whole and in a part", async () => {
    const bench = spmmCase(problem, 6);
    const device = createCpuDevice();
    const { dispatches, outputs } = make(device, bench);
    const [y] = await runOnce(device, dispatches, outputs);
    expect(await checkOutputs(bench, [y])).toBe("all");
    const huge = { ...bench, flop: 2e9 }; // so that a part is checked
    expect(await checkOutputs(huge, [y])).toBe("4 of 48 rows");
    const wrong = y.slice();
    wrong[0] += 0.5;
    await expect(checkOutputs(bench, [wrong])).rejects.toThrow(/element 0 of output 0/);
    await expect(checkOutputs(huge, [wrong])).rejects.toThrow(/element 0 of output 0/);
  });
});
