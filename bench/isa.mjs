// What a GPU would run, without a GPU: compiles the sparse products in the variants that are the default on unknown hardware to RDNA 2 and
// RDNA 3 machine code, prints a table (bench/ISA.md), and fails unless nothing spills and enough loads are in flight.
//
//   ISA_REPORT=path/to/isa-report node bench/isa.mjs
//
// ISA_REPORT is a program that takes PROJECT FILE,FILE ENTRY CONSTANT=VALUE ... and prints the driver's statistics as "NAME   NUMBER" lines after a
// line "device NAME", one block a GPU (FAMILIES="navi21 navi31"), and with ISA=1 the assembly behind each.
import { execFileSync } from "node:child_process";
import { withModule } from "./load.mjs";

/** (Subgroups a SIMD can hold) x (loads of x that a turn of the inner loop issues before it waits for one). */
const LEAST_IN_FLIGHT = 64;

const project = new URL("..", import.meta.url).pathname;
const tool = process.env.ISA_REPORT;
if (!tool) {
  console.error("isa: set ISA_REPORT to the program that compiles WGSL for a GPU and prints the driver's statistics");
  process.exit(2);
}

const shapes = [
  { name: "1000 x 1000, 40,000 connections, batch 128", rows: 1000, cols: 1000, nnz: 40_000, quads: 32 },
  { name: "3000 x 3000, 120,000 connections, batch 32", rows: 3000, cols: 3000, nnz: 120_000, quads: 8 },
  { name: "10 x 1000, dense rows, batch 128", rows: 10, cols: 1000, nnz: 10_000, quads: 32 },
  { name: "1000 x 1000, 40,000 connections, batch 1", rows: 1000, cols: 1000, nnz: 40_000, quads: 1 },
];
const kernels = [
  { name: "spmm", constants: { ACT: 1 } },
  { name: "spmm-t", constants: { ACT: 1 } },
  { name: "sddmm", constants: { OPT: 2 } },
  { name: "sddmm", constants: { OPT: 4 } },
];

/** The blocks of a report: a GPU's name, its statistics, its assembly. */
function report(kernel, constants) {
  const args = Object.entries(constants).map(([name, value]) => `${name}=${value}`);
  const text = execFileSync(tool, [project, `shaders/common.wgsl,shaders/${kernel}.wgsl`, "main", ...args], {
    env: { ...process.env, FAMILIES: "navi21 navi31", ISA: "1" },
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
  });
  return text
    .split(/^device +/m)
    .slice(1)
    .map((block) => ({
      gpu: /RADV (\w+)/.exec(block)?.[1] ?? "?",
      number: (name) => Number(new RegExp(`^${name} +(\\d+)$`, "m").exec(block)?.[1] ?? Number.NaN),
      lines: block.split("\n"),
    }));
}

/** The instructions of the innermost loops: from a label that is jumped back to, to that jump, with no such jump between. */
function innerLoops(lines) {
  const labels = new Map();
  const loops = [];
  lines.forEach((line, at) => {
    const label = /^(BB\d+):/.exec(line)?.[1];
    if (label) labels.set(label, at);
    const target = /s_c?branch\w* (BB\d+)/.exec(line)?.[1];
    if (target && labels.has(target)) loops.push([labels.get(target), at]);
  });
  const innermost = loops.filter(([from, to]) => !loops.some(([a, b]) => a >= from && b <= to && (a !== from || b !== to)));
  return innermost.map(([from, to]) => lines.slice(from, to));
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

await withModule("/src/kernels/variant.ts", ({ defaultVariants }) => {
  const rows = [];
  const failures = [];
  for (const { name: shape, ...size } of shapes) {
    for (const { name, constants } of kernels) {
      const variant = defaultVariants(name, { ...size, software: false });
      for (const { gpu, number, lines } of report(name, { WG: 64, ...variant, ...constants })) {
        const spills = number("Spilled VGPRs") + number("Spilled SGPRs");
        const subgroups = number("Subgroups per SIMD");
        const loads = Math.max(0, ...innerLoops(lines).map(loadsInFlight));
        const words = Object.entries({ ...variant, ...constants }).map(([key, value]) => `${key}=${value}`);
        rows.push([name, shape, words.join(" "), gpu, number("VGPRs"), spills, subgroups, loads, subgroups * loads]);
        if (spills !== 0 || !(subgroups * loads >= LEAST_IN_FLIGHT))
          failures.push(`${name}, ${shape}, ${gpu}: ${spills} spills, ${subgroups} x ${loads} loads in flight`);
      }
    }
  }
  const head = ["kernel", "shape", "constants", "GPU", "VGPRs", "spills", "subgroups a SIMD", "x loads a turn", "in flight"];
  for (const cells of [head, head.map(() => "---"), ...rows]) console.log(`| ${cells.join(" | ")} |`);
  if (failures.length > 0) {
    console.error(["isa: expected no spills and at least 64 loads in flight:", ...failures].join("\n  "));
    process.exitCode = 1;
  }
});
