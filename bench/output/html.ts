import {
  type Bar,
  type Drawing,
  drawBars,
  drawLines,
  figure,
  type LineChart,
  type Series,
} from "../../src/report/charts/index.js";
import { grouped, short } from "../../src/report/format.js";
import { type Html, html } from "../../src/report/html.js";
import { pageOf, tableOf as table } from "../../src/report/page.js";
import { maximum, minimum } from "../../src/util/extremes.js";
import type { BenchFile, Row } from "../record.js";
import { describeCell, heading, memoryTable, suiteTables } from "./text.js";

/** A run as one page without scripts, links or anything else to fetch: charts, then every row, then what was left out. */
export function htmlReport(file: BenchFile): string {
  const { device, suites, leftOut, command, mode } = file;
  const title = `coppice bench: ${device.adapter || device.kind}`;
  const charts = [
    roofline(file),
    ...bars(file),
    crossover(file),
    batches(file),
    members(file),
    evolutions(file),
    ...scale(file),
  ].filter(({ text }) => text !== "");
  const tables = suites.map((suite) => html`<h2>${suite}</h2>${suiteTables(file, suite).map(tableOf)}`);
  const memory = memoryTable(file);
  const body = html`<h1>${title}</h1>
${heading(file).map((line) => html`<p class="sub">${line}</p>`)}
<pre>${command}</pre>
<div class="figures">${charts}</div>
${tables}
${memory.length > 0 ? html`<h2>Memory by the engine's arithmetic</h2>${tableOf(memory)}` : html``}
${leftOut.length > 0 ? html`<h2>Left out (${mode})</h2>${tableOf([["what", "cell", "why"], ...leftOut.map(({ name, cell, reason }) => [name, describeCell(cell), reason])])}` : html``}`;
  return pageOf(title, body);
}

function tableOf([head, ...rows]: readonly (readonly string[])[]): Html {
  return table(head, rows);
}

function lineChart(chart: LineChart): Html {
  return shown(drawLines(chart));
}

/** A drawing as a figure; nothing where it has nothing to show. */
function shown(drawing: Drawing | null): Html {
  return drawing ? figure(drawing) : html``;
}

/** Every product's GFLOP/s over its flops a byte of compulsory traffic, under the adapter's own two peaks. */
function roofline({ rows, roofline: peaks }: BenchFile): Html {
  const products = rows.filter(({ cell, figures }) => cell.batch !== undefined && figures.gflops !== undefined);
  if (!peaks || products.length === 0) return html``;
  const names = [...new Set(products.map(({ name }) => name))];
  const intensities = products.map(({ figures }) => figures.intensity);
  const knee = peaks.fmaGflops / peaks.copyGbps;
  const ends = [Math.min(knee, minimum(intensities)), knee, Math.max(knee, maximum(intensities))];
  const x = [...new Set([...intensities, ...ends])].sort((a, b) => a - b);
  const at = (name: string) => (value: number) =>
    products.find((row) => row.name === name && row.figures.intensity === value)?.figures.gflops ?? null;
  const roof: Series = {
    name: "roofline",
    tone: 6,
    dashed: true,
    values: x.map((value) => Math.min(peaks.fmaGflops, value * peaks.copyGbps)),
  };
  const series = names.map((name, i): Series => ({ name, tone: (i % 6) + 1, scattered: true, values: x.map(at(name)) }));
  return lineChart({
    title: "Roofline: GFLOP/s over flops a byte",
    x,
    xLabel: "flops a byte",
    yLabel: "GFLOP/s",
    series: [roof, ...series],
    format: short,
    log: { x: true, y: true },
  });
}

/** ms of a training step of each system, the fastest first. */
function bars({ rows }: BenchFile): Html[] {
  return ["a", "b"].map((network) => {
    const steps = rows.filter(
      ({ suite, name, cell }) => suite === "step" && cell.network === network && /^\S+ \S+( \S+)?$/.test(name) && !/,/.test(name),
    );
    const sorted = [...steps].sort((p, q) => p.ms.median - q.ms.median);
    const entries = sorted.map(({ name, ms }): Bar => ({ name, value: ms.median, tone: name.startsWith("coppice") ? 1 : 2 }));
    return shown(
      drawBars({
        title: `Training step of network (${network}), median ms`,
        xLabel: "ms a step",
        bars: entries,
        format: (value) => `${short(value)} ms`,
      }),
    );
  });
}

/** Where sparse crosses dense. */
function crossover({ rows }: BenchFile): Html {
  const sparse = rows.filter(({ name }) => name === "density, sparse");
  const dense = rows.find(({ name }) => name === "density, dense");
  if (sparse.length === 0 || !dense) return html``;
  const x = sparse.map(({ cell }) => Number(cell.density));
  const series: Series[] = [
    { name: "sparse", tone: 1, values: sparse.map(({ ms }) => ms.median) },
    { name: "dense", tone: 2, dashed: true, values: x.map(() => dense.ms.median) },
  ];
  return lineChart({
    title: "ms of a step of network (a) by density",
    x,
    xLabel: "density",
    yLabel: "ms a step",
    series,
    format: short,
    log: { x: true, y: true },
  });
}

/** Samples a second by batch. */
function batches({ rows }: BenchFile): Html {
  const of = (name: string) => rows.filter((row) => row.name === name);
  const x = [...new Set([...of("batch, sparse"), ...of("batch, dense")].map(({ cell }) => Number(cell.batch)))].sort(
    (a, b) => a - b,
  );
  const line = (kind: string, tone: number): Series => ({
    name: kind,
    tone,
    values: x.map(find(of(`batch, ${kind}`), "batch", ({ figures }) => figures.samplesPerSecond)),
  });
  return lineChart({
    title: "Samples a second by batch, network (a)",
    x,
    xLabel: "batch",
    yLabel: "samples a second",
    series: [line("sparse", 1), line("dense", 2)],
    format: grouped,
    log: { x: true, y: true },
  });
}

/** What a member of an ensemble takes of a step. */
function members({ rows }: BenchFile): Html {
  const of = (name: string) => rows.filter((row) => row.name === name);
  const [blocks, shared] = [of("members"), of("members, shared weights")];
  if (blocks.length < 2) return html``;
  const x = blocks.map(({ cell }) => Number(cell.members));
  const line = (name: string, tone: number, found: readonly Row[]): Series => ({
    name,
    tone,
    values: x.map(find(found, "members", ({ figures }) => figures.msPerMember)),
  });
  return lineChart({
    title: `ms a member of a step, by members (${blocks[0].cell.network}, batch ${blocks[0].cell.batch})`,
    x,
    xLabel: "members",
    yLabel: "ms a member",
    series: [line("weights of their own", 1, blocks), line("shared weights", 2, shared)],
    format: short,
    log: { x: true, y: true },
  });
}

/** Phases of an evolution by connections. */
function evolutions({ rows }: BenchFile): Html {
  const found = rows.filter(
    ({ suite, cell }) => suite === "evolve" && cell.connections !== undefined && cell.network === undefined,
  );
  const names = ["evolution", "prune", "read-back", "host", "upload", "carry"];
  return byConnections("Phases of an evolution", "ms", found, names, ({ ms }) => ms.median);
}

/** What a connection costs. */
function scale({ rows }: BenchFile): Html[] {
  const found = rows.filter(({ suite, cell }) => suite === "scale" && cell.network === undefined);
  return [
    byConnections(
      "A step at batch 8 and an evolution",
      "ns a connection",
      found,
      ["step", "evolution"],
      ({ figures }) => figures.nsPerConnection,
    ),
    byConnections("Memory of the device", "bytes a connection", found, ["step"], ({ figures }) => figures.bytesPerConnection),
  ];
}

function byConnections(
  title: string,
  yLabel: string,
  rows: readonly Row[],
  names: readonly string[],
  value: (row: Row) => number,
): Html {
  const x = [...new Set(rows.map(({ cell }) => Number(cell.connections)))].sort((a, b) => a - b);
  const series = names.map(
    (name, i): Series => ({
      name,
      tone: (i % 6) + 1,
      values: x.map(
        find(
          rows.filter((row) => row.name === name),
          "connections",
          value,
        ),
      ),
    }),
  );
  return lineChart({ title, x, xLabel: "connections", yLabel, series, format: short, log: { x: true, y: true } });
}

/** The value of the row whose cell has this number; null where there is none. */
function find(rows: readonly Row[], key: string, value: (row: Row) => number): (at: number) => number | null {
  return (at) => {
    const row = rows.find(({ cell }) => Number(cell[key]) === at);
    return row ? value(row) : null;
  };
}
