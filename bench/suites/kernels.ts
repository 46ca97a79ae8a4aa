import type { Variant } from "../../src/kernels/variant.js";
import { select } from "../../src/sparse/remove.js";
import { toCsc } from "../../src/sparse/topology.js";
import { formatVariant } from "../../src/tune/entries.js";
import { type BenchCase, checkOutputs, type Made, make, runOnce } from "../harness.js";
import { denseCase } from "../kernels/dense.js";
import { denseTCase } from "../kernels/dense-t.js";
import { denseUpdateCase } from "../kernels/dense-update.js";
import { sddmmCase } from "../kernels/sddmm.js";
import { spmmCase } from "../kernels/spmm.js";
import { spmmTCase } from "../kernels/spmm-t.js";
import { randomFloats, type SparseProblem, skewProblem, squareProblem, TOPOLOGIES, transposed } from "../problems.js";
import type { Mode } from "../record.js";
import { SUBMIT_MS, sampleRecording } from "../sample.js";
import { summarize } from "../stats.js";
import { type Bench, unlessItFits, wanted } from "./suite.js";

/** The cells of a mode: the product of the three lists, on both topologies. */
export const GRID: Readonly<Record<Mode, { sizes: number[]; densities: number[]; batches: number[] }>> = {
  quick: { sizes: [1024], densities: [0.01, 0.1], batches: [1, 32, 128] },
  full: { sizes: [512, 1024, 2048, 4096, 8192], densities: [0.002, 0.01, 0.05, 0.1, 0.25], batches: [1, 8, 32, 128, 512] },
};
/** Connections of the kernels that go through all of them once. */
const CONNECTIONS: Readonly<Record<Mode, number>> = { quick: 1_000_000, full: 10_000_000 };

const SPARSE = { spmm: spmmCase, "spmm-t": spmmTCase, sddmm: sddmmCase } as const;
const DENSE = { dense: denseCase, "dense-t": denseTCase, "dense-update": denseUpdateCase } as const;

const files = import.meta.glob<{ cases?: readonly BenchCase[] }>("../kernels/*.ts", { eager: true });
const fixed = Object.values(files).flatMap((file) => file.cases ?? []);

/** What --only takes in this suite. */
export const KERNELS: readonly string[] = [
  ...new Set([...Object.keys(SPARSE), ...Object.keys(DENSE), ...fixed.map(({ name }) => name), "compaction", "csc"]),
];

/** Every kernel, checked against its twin and timed: the products on a grid of sizes, densities and batches, the others on a few sizes. */
export async function runKernels(bench: Bench): Promise<void> {
  for (const kernelCase of fixed) {
    const { connections = 0 } = kernelCase.cell;
    if (wanted(bench, kernelCase.name) && Number(connections) <= CONNECTIONS[bench.mode]) await measureCase(bench, kernelCase);
  }
  hostPasses(bench);
  await measureSkew(bench);
  const { sizes, densities, batches } = GRID[bench.mode];
  const names = Object.keys(SPARSE).filter((name) => wanted(bench, name)) as (keyof typeof SPARSE)[];
  for (const size of sizes) {
    for (const name of Object.keys(DENSE) as (keyof typeof DENSE)[]) {
      if (wanted(bench, name)) for (const batch of batches) await measureCase(bench, DENSE[name](size, size, batch));
    }
    for (const density of names.length > 0 ? densities : []) {
      for (const kind of TOPOLOGIES) {
        const cell = { topology: kind, rows: size, cols: size, density };
        const spent = bench.budget.refuses(0);
        if (spent) {
          for (const name of names) bench.leaveOut({ name, cell }, spent);
          continue;
        }
        const problem = squareProblem(kind, size, density);
        for (const name of names) for (const batch of batches) await measureCase(bench, SPARSE[name](problem, batch));
      }
    }
  }
}

/** A row of 50,000 beside rows of 10, and as many connections in equal rows; for the transposed product: columns. */
async function measureSkew(bench: Bench): Promise<void> {
  for (const kind of ["balanced", "skewed"] as const) {
    const problem = skewProblem(kind);
    for (const [name, kernelCase] of Object.entries(SPARSE)) {
      const turned: SparseProblem = name === "spmm-t" ? transposed(problem) : problem;
      if (wanted(bench, name)) await measureCase(bench, kernelCase(turned, 32));
    }
  }
}

/** A case that should take longer than this is not even tried: Windows resets a GPU after 2 s. */
const UNTRIED_MS = 1000;

/** Cases that differ in size alone: their time grows with their work. */
export function paceKey({ name, cell }: Pick<BenchCase, "name" | "cell">): string {
  return `${name}, batch ${cell.batch ?? "none"}`;
}

/** Checks one case, times it, and reports it; or says why it was left out. */
export async function measureCase(bench: Bench, kernelCase: BenchCase): Promise<void> {
  const { device, budget, pace } = bench;
  const work = kernelCase.flop + kernelCase.bytes;
  const predicted = pace.predict(paceKey(kernelCase), work);
  const reason =
    predicted !== null && predicted > UNTRIED_MS ? tooLong(predicted, "would take about") : budget.refuses(predicted ?? 0);
  if (reason) return bench.leaveOut(kernelCase, reason);
  const candidates = kernelCase.candidates?.(device.info.software) ?? [{}];
  for (const variant of bench.candidates ? candidates : candidates.slice(0, 1)) {
    const made = await unlessItFits(bench, kernelCase, () => make(device, kernelCase, variant));
    if (!made) return;
    try {
      await measureMade(bench, bench.candidates ? withVariant(kernelCase, variant) : kernelCase, made, work);
    } finally {
      device.destroyBuffers(made.buffers);
    }
  }
}

/** The case with its variant's constants in its cell. */
function withVariant(kernelCase: BenchCase, variant: Variant): BenchCase {
  return { ...kernelCase, cell: { ...kernelCase.cell, variant: formatVariant(variant) } };
}

async function measureMade(bench: Bench, kernelCase: BenchCase, { dispatches, outputs }: Made, work: number): Promise<void> {
  const { device, pace, patience } = bench;
  const checked = await checkOutputs(kernelCase, await runOnce(device, dispatches, outputs));
  const recording = await device.record(dispatches);
  const sampled = await sampleRecording(device, recording, patience);
  device.release(recording);
  if ("tooLongMs" in sampled) {
    pace.learn(paceKey(kernelCase), work, sampled.tooLongMs);
    return bench.leaveOut(kernelCase, tooLong(sampled.tooLongMs, "took"));
  }
  const { ms, clock } = sampled;
  pace.learn(paceKey(kernelCase), work, ms.median);
  const figures = figuresOf(bench, kernelCase, ms.median);
  bench.row({ name: kernelCase.name, cell: kernelCase.cell, clock, ms, checked, figures });
}

const tooLong = (ms: number, verb: string) =>
  `one run ${verb} ${ms.toFixed(0)} ms, above the ${SUBMIT_MS} ms that a timed submit may take`;

/** Rates by the median time, and as fractions of the roofline. */
function figuresOf({ roofline }: Bench, { flop, bytes }: BenchCase, ms: number): Record<string, number> {
  const [gflops, gbps] = [flop / ms / 1e6, bytes / ms / 1e6];
  return {
    ...(flop > 0 && { gflops }),
    gbps,
    ...(flop > 0 && { intensity: flop / bytes }),
    ...(roofline && flop > 0 && { ofFma: gflops / roofline.fmaGflops }),
    ...(roofline && { ofCopy: gbps / roofline.copyGbps }),
  };
}

/** What the host does of an evolution's passes over all connections: compaction by the survivors' bits, and sorting by column. */
function hostPasses(bench: Bench): void {
  for (const connections of [100_000, 1_000_000, 10_000_000].filter((count) => count <= CONNECTIONS[bench.mode])) {
    const size = Math.ceil(Math.sqrt(100 * connections));
    if (!wanted(bench, "compaction") && !wanted(bench, "csc")) return;
    const { topology } = squareProblem("er", size, 0.01);
    const survivors = Uint32Array.from(randomFloats(Math.ceil(topology.nnz / 32)), (value) => (value + 1) * 2 ** 31);
    const passes = { compaction: () => select(topology, survivors), csc: () => toCsc(topology) };
    for (const [name, pass] of Object.entries(passes)) {
      if (!wanted(bench, name)) continue;
      const times: number[] = [];
      const end = performance.now() + bench.patience.budgetMs;
      while (times.length < 3 || performance.now() < end) {
        const start = performance.now();
        pass();
        times.push(performance.now() - start);
      }
      const ms = summarize(times, 1);
      const figures = { connectionsPerSecond: topology.nnz / ms.median / 1e-3 };
      bench.row({ name, cell: { connections: topology.nnz, on: "host" }, clock: "wall", ms, figures });
    }
  }
}
