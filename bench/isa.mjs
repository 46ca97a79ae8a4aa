// What a GPU would run, without a GPU: compiles the sparse products in the variants that are the default on unknown hardware to RDNA 2 and
// RDNA 3 machine code, prints a table (bench/ISA.md), and fails unless nothing spills, enough loads are in flight and no loop reads its own
// bounds again.
//
//   ISA_REPORT=path/to/program node bench/isa.mjs
//
// ISA_REPORT names a program that is not part of this repository; ISA.md says what it takes, does and prints.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { withModule } from "./load.mjs";

/** (Subgroups a SIMD can hold) x (loads of x that a turn of the inner loop issues before it waits for one). */
const LEAST_IN_FLIGHT = 64;
/** Mesa's names of the GPUs: RX 6800 (RDNA 2) and RX 7900 (RDNA 3). */
const GPUS = ["navi21", "navi31"];

const project = new URL("..", import.meta.url).pathname;
const tool = process.env.ISA_REPORT;
if (!tool) {
  console.error(
    "isa: set ISA_REPORT to a program that compiles WGSL for a GPU and prints the driver's statistics, see bench/ISA.md",
  );
  process.exit(2);
}

const shapes = [
  { name: "1000 x 1000, 40,000 connections, batch 128", rows: 1000, cols: 1000, nnz: 40_000, quads: 32 },
  { name: "3000 x 3000, 120,000 connections, batch 32", rows: 3000, cols: 3000, nnz: 120_000, quads: 8 },
  { name: "10 x 1000, dense rows, batch 128", rows: 10, cols: 1000, nnz: 10_000, quads: 32 },
  { name: "1000 x 1000, 40,000 connections, batch 1", rows: 1000, cols: 1000, nnz: 40_000, quads: 1 },
  { name: "10 x 3000, dense rows in segments, batch 32", rows: 10, cols: 3000, nnz: 30_000, quads: 8, extra: { SPLIT: 1024 } },
];
const kernels = [
  { name: "spmm", piece: "relu" },
  { name: "spmm-t", piece: "relu" },
  { name: "sddmm", piece: "momentum" },
  { name: "sddmm", piece: "adam" },
];

/** The dispatch that adds up the sums of segments, a handful a row: what src/kernels/segments.ts makes of any variant. */
const joined = { VECS: 1, LANES: 1, UNROLL: 1, PARTS: 1, SPLIT: 1024, JOIN: 1 };

/** The blocks of a report, one for each of GPUS: the GPU's name, its statistics, its assembly. Throws unless there are all of them. */
function report(kernel, text, constants) {
  const args = Object.entries(constants).map(([name, value]) => `${name}=${value}`);
  const folder = mkdtempSync(join(project, "node_modules", "isa-")); // a program in a container sees the project alone;
  const file = join(folder, `${kernel}.wgsl`);
  writeFileSync(file, text);
  const run = spawnSync(tool, [project, relative(project, file), "main", ...args], {
    env: { ...process.env, FAMILIES: GPUS.join(" "), ISA: "1" },
    encoding: "utf8",
  });
  rmSync(folder, { recursive: true });
  const blocks = (run.stdout ?? "")
    .split(/^device +/m)
    .slice(1)
    .map((block) => ({
      gpu: /RADV (\w+)/.exec(block)?.[1] ?? "?",
      number: (name) => Number(new RegExp(`^${name} +(\\d+)$`, "m").exec(block)?.[1] ?? Number.NaN),
      lines: block.split("\n"),
    }));
  const found = blocks.map(({ gpu }) => gpu.toLowerCase());
  if (run.status !== 0 || found.join() !== GPUS.join()) {
    const what = `exit code ${run.status}, devices: ${found.join(", ") || "none"}; expected 0 and ${GPUS.join(", ")}`;
    throw new Error(`isa: ${kernel} ${args.join(" ")}: ${what}\n${run.error?.message ?? run.stderr}`);
  }
  return blocks;
}

/** Where loops are: the lines of a label that is jumped back to, and of that jump. */
function loopsOf(lines) {
  const labels = new Map();
  const loops = [];
  lines.forEach((line, at) => {
    const label = /^(BB\d+):/.exec(line)?.[1];
    if (label) labels.set(label, at);
    const target = /s_c?branch\w* (BB\d+)/.exec(line)?.[1];
    if (target && labels.has(target)) loops.push([labels.get(target), at]);
  });
  return loops;
}

/** The instructions of the innermost loops: those with no other loop between. */
function innerLoops(lines) {
  const loops = loopsOf(lines);
  const innermost = loops.filter(([from, to]) => !loops.some(([a, b]) => a >= from && b <= to && (a !== from || b !== to)));
  return innermost.map(([from, to]) => lines.slice(from, to));
}

/**
 * Loads of a loop's own bounds inside of it: of rowPtr (colPtr in spmm-t) in any loop, of the uniforms in an innermost one. rowPtr is binding
 * 2, whose descriptor of 16 bytes is loaded from offset 0x20 of the set before it is used.
 */
function boundsRead(lines) {
  const inAnyLoop = (at) => loopsOf(lines).some(([from, to]) => at > from && at < to);
  let rowPtr = ""; // the registers that hold its descriptor
  let count = innerLoops(lines)
    .flat()
    .filter((line) => /s_buffer_load/.test(line)).length;
  lines.forEach((line, at) => {
    const [, registers, offset] = /s_load_(?:dwordx4|b128) (s\[\d+:\d+\]), s\[\d+:\d+\], (\w+)/.exec(line) ?? [];
    if (offset === "0x20") rowPtr = registers;
    else if (registers === rowPtr) rowPtr = "";
    if (rowPtr && /\bbuffer_load/.test(line) && line.includes(` ${rowPtr},`) && inAnyLoop(at)) count++;
  });
  return count;
}

/** The longest run of 16-byte loads from one buffer in a loop with no wait for memory between: only x (or dy) is read that often. */
function loadsInFlight(loop) {
  let most = 0;
  const run = new Map();
  for (const line of loop) {
    if (/s_waitcnt.*vmcnt/.test(line)) run.clear();
    const buffer = /buffer_load_(?:dwordx4|b128) v\[\d+:\d+\], v\d+, (s\[\d+:\d+\])/.exec(line)?.[1];
    if (!buffer) continue;
    run.set(buffer, (run.get(buffer) ?? 0) + 1);
    most = Math.max(most, run.get(buffer));
  }
  return most;
}

const measured = [];

/** Adds the rows of one kernel in one variant. `least` is how many loads must be in flight. */
function measure({ name, piece }, shape, text, constants, least) {
  const words = [piece, ...Object.entries(constants).map(([key, value]) => `${key}=${value}`)];
  for (const { gpu, number, lines } of report(name, text, { WG: 64, ...constants })) {
    const spills = number("Spilled VGPRs") + number("Spilled SGPRs");
    const subgroups = number("Subgroups per SIMD");
    const loads = Math.max(
      0,
      innerLoops(lines)
        .map(loadsInFlight)
        .reduce((a, b) => Math.max(a, b), -Infinity),
    );
    const bounds = boundsRead(lines);
    const cells = [name, shape, words.join(" "), gpu, number("VGPRs"), spills, subgroups, loads, subgroups * loads, bounds];
    measured.push({ cells, right: spills === 0 && subgroups * loads >= least && bounds === 0 });
  }
}

try {
  await withModule("/bench/isa-texts.ts", ({ defaultVariants, textOf }) => {
    for (const { name: shape, extra, ...size } of shapes) {
      for (const kernel of kernels) {
        const variant = defaultVariants(kernel.name, { ...size, software: false });
        measure(kernel, shape, textOf(kernel.name, kernel.piece), { ...variant, ...extra }, LEAST_IN_FLIGHT);
      }
    }
    for (const kernel of kernels.slice(0, 2)) measure(kernel, "the sums of segments", textOf(kernel.name, "relu"), joined, 1);
  });
} catch (error) {
  console.error(error.message);
  process.exit(1);
}
const head = [
  "kernel",
  "shape",
  "constants",
  "GPU",
  "VGPRs",
  "spills",
  "subgroups a SIMD",
  "x loads a turn",
  "in flight",
  "bounds read",
];
const line = (cells) => `| ${cells.join(" | ")} |`;
for (const cells of [head, head.map(() => "---"), ...measured.map(({ cells }) => cells)]) console.log(line(cells));
const wrong = measured.filter(({ right }) => !right).map(({ cells }) => line(cells));
if (wrong.length > 0) {
  console.error(["isa: expected no spills, at least 64 loads in flight and no bounds read in loops:", ...wrong].join("\n  "));
  process.exitCode = 1;
}
