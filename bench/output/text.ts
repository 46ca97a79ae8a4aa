import { formatBytes } from "../../src/nn/memory.js";
import { grouped, short, table } from "../../src/report/format.js";
import type { BenchFile, Cell, LeftOut, Row, SuiteName } from "../record.js";

/** How figures are headed and written, in this order; others are left to the JSON. */
const FIGURES: Readonly<Record<string, { head: string; write: (value: number) => string }>> = {
  gflops: { head: "GFLOP/s", write: short },
  gbps: { head: "GB/s", write: short },
  ofFma: { head: "of fma", write: (value) => `${short(100 * value)} %` },
  ofCopy: { head: "of copy", write: (value) => `${short(100 * value)} %` },
  connectionsPerSecond: { head: "connections/s", write: (value) => value.toExponential(1) },
  msPerStep: { head: "ms/step", write: short },
  samplesPerSecond: { head: "samples/s", write: (value) => grouped(Math.round(value)) },
  msPerMember: { head: "ms/member", write: short },
  gpuMsPerStep: { head: "GPU ms/step", write: short },
  hostUsPerDispatch: { head: "host us/dispatch", write: short },
  ofEpoch: { head: "of an epoch", write: (value) => `${short(100 * value)} %` },
  processorMs: { head: "processor ms", write: short },
  nsPerConnection: { head: "ns/connection", write: short },
  bytesPerConnection: { head: "bytes/connection", write: short },
  bytesMoved: { head: "bytes moved", write: formatBytes },
  deviceBytes: { head: "device bytes", write: formatBytes },
  peakBytes: { head: "peak memory", write: formatBytes },
};

/** The rows of one suite as lines of tables, one table a kind of cell: the same columns beneath each other. */
export function suiteTables(file: Pick<BenchFile, "rows">, suite: SuiteName): string[][][] {
  const rows = file.rows.filter((row) => row.suite === suite);
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const kind = Object.keys(row.cell).join();
    groups.set(kind, [...(groups.get(kind) ?? []), row]);
  }
  return [...groups.values()].map((group) => {
    const [cells, figures] = [Object.keys(group[0].cell), figureNames(group)];
    const checked = group.some((row) => row.checked);
    const head = [suite === "step" ? "system" : "what", ...cells, "min ms", "median ms", "p90 ms", "clock"];
    return [
      [...head, ...figures.map((name) => FIGURES[name].head), ...(checked ? ["checked"] : [])],
      ...group.map((row) => [
        row.name,
        ...cells.map((key) => String(row.cell[key])),
        ...[row.ms.min, row.ms.median, row.ms.p90].map(short),
        row.clock,
        ...figures.map((name) => (row.figures[name] === undefined ? "-" : FIGURES[name].write(row.figures[name]))),
        ...(checked ? [row.checked ?? "-"] : []),
      ]),
    ];
  });
}

function figureNames(rows: readonly Row[]): string[] {
  return Object.keys(FIGURES).filter((name) => rows.some((row) => row.figures[name] !== undefined));
}

/** The whole file as lines for a terminal. */
export function textReport(file: BenchFile): string[] {
  return [
    ...heading(file),
    ...file.suites.flatMap((suite) => ["", suite, ...suiteTables(file, suite).flatMap((rows) => [...table(rows), ""])]),
    ...memoryLines(file),
    ...leftOutLines(file.leftOut),
  ];
}

/** What was measured on what, in a few lines. */
export function heading({ device, mode, machine, versions, commit, date, roofline, seconds }: BenchFile): string[] {
  const software = device.software ? " (a software adapter: a program on the CPU; its times say little about a GPU)" : "";
  const peaks = roofline && `roofline: copy ${short(roofline.copyGbps)} GB/s, multiply-add ${short(roofline.fmaGflops)} GFLOP/s`;
  return [
    `${device.kind}: ${device.adapter || "unnamed adapter"}${software}`,
    `${machine.platform}, ${machine.cpu || "unknown CPU"}, ${machine.cores} cores`,
    `${Object.entries(versions)
      .map(([name, version]) => `${name} ${version}`)
      .join(", ")}${commit ? `, commit ${commit}` : ""}`,
    `${mode} run of ${date.slice(0, 10)}, ${seconds.toFixed(0)} s`,
    ...(peaks ? [peaks] : []),
  ];
}

/** What networks take of GPUs' memory by the engine's arithmetic. */
export function memoryTable({ memory }: Pick<BenchFile, "memory">): string[][] {
  if (memory.length === 0) return [];
  return [
    ["network", "connections", "batch", "bytes", "GPU", "fits", "widest that fits"],
    ...memory.map(({ network, connections, batch, bytes, gpuGb, fits, widest }) => [
      network,
      grouped(connections),
      String(batch),
      formatBytes(bytes),
      `${gpuGb} GB`,
      fits ? "yes" : "no",
      grouped(widest),
    ]),
  ];
}

function memoryLines(file: BenchFile): string[] {
  const rows = memoryTable(file);
  return rows.length > 0 ? ["memory by the engine's arithmetic", ...table(rows), ""] : [];
}

/** Cells that were left out, those of one reason and name together. */
export function leftOutLines(cells: readonly LeftOut[]): string[] {
  if (cells.length === 0) return [];
  return ["left out", ...cells.map(({ name, cell, reason }) => `  ${name} (${describeCell(cell)}): ${reason}`)];
}

/** "rows 1024, batch 32": a cell in words. */
export function describeCell(cell: Cell): string {
  return Object.entries(cell)
    .map(([key, value]) => `${key} ${value}`)
    .join(", ");
}
