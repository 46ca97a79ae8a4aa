// node bench/bars.mjs --measure webgpu|cpu [--rounds 3] [--only NAME] | --table
// The speed we hold ourselves to, each figure beside what else is fastest on the same machine, in the same minutes: rounds in which every
// system has one turn in a process of its own. Lines go to docs/bars.jsonl; --table writes docs/bars.md from them. Peers: bench/peers/README.md.
import { spawnSync } from "node:child_process";
import { appendFileSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { availableParallelism, cpus } from "node:os";
import { parseArgs } from "node:util";
import { withModule } from "./load.mjs";

const file = (relative) => new URL(relative, import.meta.url);
const lines = file("../docs/bars.jsonl");
const cores = availableParallelism();
const ours = (what, kind, threads = cores) => ({
  name: "coppice",
  args: [process.execPath, "bars.mjs", "--ours", what, kind, threads],
});
const js = (system, backend, what, page = false) => ({
  name: `${system} ${backend}${page ? " in Chromium" : ""}`,
  args: [
    process.execPath,
    "peers/run.mjs",
    "--system",
    system,
    "--backend",
    backend,
    ...what,
    "--repeats",
    "3",
    ...(page ? ["--page"] : []),
  ],
});
const python = (name, script, ...args) => ({ name, args: [process.env.PYTHON ?? "python3", `peers/${script}`, ...args] });
const step = (config) => ["--config", config];
const matmul = ["--what", "matmul"];
const torch = (config) =>
  ["dense", "csr-gather", "csr-pick"].map((variant) =>
    python(`PyTorch ${variant}`, "pytorch.py", "--variant", variant, "--threads", cores, ...step(config)),
  );

/** What is held against what, on which of our devices; `least` and `aim` are how many times faster we are than the fastest other. */
const bars = [
  {
    name: "step (a)",
    device: "webgpu",
    ours: ours("step a", "webgpu"),
    others: ["tfjs", "jaxjs"].map((s) => js(s, "webgpu", step("a"))),
    least: 8,
    aim: 20,
  },
  {
    name: "step (b)",
    device: "webgpu",
    ours: ours("step b", "webgpu"),
    others: ["tfjs", "jaxjs"].map((s) => js(s, "webgpu", step("b"))),
    least: 25,
    aim: 60,
  },
  {
    name: "dense product 1000 x 1000 x 128",
    device: "webgpu",
    ours: ours("matmul", "webgpu"),
    others: ["tfjs", "jaxjs"].map((s) => js(s, "webgpu", matmul)),
    least: 1,
    aim: 1.5,
  },
  {
    name: "evolution of (b), of an epoch of 67 steps at batch 2",
    device: "webgpu",
    ours: ours("evolution share", "webgpu"),
    most: 0.25,
    aim: 0.05,
  },
  { name: "step (a)", device: "cpu", ours: ours("step a", "cpu"), others: torch("a"), least: 1, aim: 3 },
  { name: "step (b)", device: "cpu", ours: ours("step b", "cpu"), others: torch("b"), least: 5, aim: 15 },
  {
    name: "step (a) against jax-js wasm",
    device: "cpu",
    ours: ours("step a", "cpu"),
    others: [js("jaxjs", "wasm", step("a"), true)],
    least: 3,
    aim: 8,
  },
  {
    name: "step (b) against jax-js wasm",
    device: "cpu",
    ours: ours("step b", "cpu"),
    others: [js("jaxjs", "wasm", step("b"), true)],
    least: 10,
    aim: 25,
  },
  {
    name: "step (b) against SET's numba code",
    device: "cpu",
    ours: ours("step b", "cpu"),
    others: [],
    published: { name: "measured once on two such cores, its code is not shipped here", ms: 31.5 },
    least: 2,
    aim: 5,
  },
  {
    name: "SpMM 3000 x 3000, density 1.3 %, batch 32, one thread",
    device: "cpu",
    ours: ours("spmm", "cpu", 1),
    others: [python("scipy CSR", "scipy_csr.py")],
    least: 1,
    aim: 3,
  },
  {
    name: "evolution of (b), of an epoch of 67 steps at batch 2",
    device: "cpu",
    ours: ours("evolution share", "cpu"),
    most: 0.25,
    aim: 0.05,
  },
  {
    name: "device bytes a connection, momentum SGD, 10^6 connections",
    device: "cpu",
    ours: ours("bytes", "cpu"),
    most: 28,
    aim: 24,
  },
];

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    measure: { type: "string" },
    rounds: { type: "string", default: "3" },
    only: { type: "string", default: "" }, // bars whose names contain it
    ours: { type: "boolean" },
    table: { type: "boolean" },
  },
});
if (values.ours) {
  const [what, kind, threads] = positionals;
  await withModule("/bench/bars.ts", async ({ measureBar }) => {
    console.log(JSON.stringify(await measureBar(what, kind, Number(threads))));
  });
} else if (values.table) writeFileSync(file("../docs/bars.md"), table());
else {
  for (let round = 0; round < Number(values.rounds); round++) {
    for (const bar of bars.filter(({ name, device }) => device === values.measure && name.includes(values.only))) {
      for (const system of [bar.ours, ...(bar.others ?? [])]) turn(bar, system);
    }
  }
}

/** One turn of a system, in a process of its own. */
function turn(bar, { name, args }) {
  const [program, ...rest] = args.map(String);
  const run = spawnSync(program, rest, { cwd: file(".").pathname, encoding: "utf8", timeout: 200_000 });
  if (run.status !== 0)
    return console.error(`${bar.name}: ${name} failed: ${(run.error?.message ?? run.stderr).trim().split("\n").at(-1)}`);
  const out = JSON.parse(run.stdout.trim().split("\n").at(-1));
  const ms = out.ms ?? median(out.msPerStep);
  const line = {
    bar: bar.name,
    device: bar.device,
    system: name,
    ms,
    on: out.on ?? out.adapter,
    date: new Date().toISOString().slice(0, 10),
  };
  appendFileSync(lines, `${JSON.stringify(line)}\n`);
  console.error(`${bar.name}, ${bar.device}: ${name} ${ms}`);
}

function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1];
}

function table() {
  const all = existsSync(lines)
    ? readFileSync(lines, "utf8")
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line))
    : [];
  const of = (bar, system) => all.filter((line) => line.bar === bar.name && line.device === bar.device && line.system === system);
  const least = (found) => found.map(({ ms }) => ms).reduce((a, b) => Math.min(a, b), Infinity);
  const rows = bars.map((bar) => {
    const own = of(bar, "coppice");
    if (own.length === 0) return `| ${bar.name} | ${bar.device} | not measured | | | |`;
    const start = `| ${bar.name} | ${own[0].on} `;
    const verdict = (met, aimed) => (aimed ? "met, and the aim" : met ? "met" : "missed");
    if (bar.most) {
      const value = median(own.map(({ ms }) => ms)); // of a share, more work elsewhere may make either part longer
      const show = bar.most < 1 ? percent : number;
      return `${start}| ${show(value)} | | at most ${show(bar.most)}, aim ${show(bar.aim)} | ${verdict(value <= bar.most, value <= bar.aim)} |`;
    }
    const others = bar.others
      .map(({ name }) => ({ name, found: of(bar, name) }))
      .filter(({ found }) => found.length > 0)
      .map(({ name, found }) => ({ name, ms: least(found) }))
      .concat(bar.published ?? []);
    if (others.length === 0) return `${start}| ${number(least(own))} | not measured | | |`;
    const ratio = others.map(({ ms }) => ms).reduce((a, b) => Math.min(a, b), Infinity) / least(own);
    const beside = others.map(({ name, ms }) => `${name} ${number(ms)}`).join("; ");
    return `${start}| ${number(least(own))} | ${beside} | ${ratio.toFixed(1)} times as fast; at least ${bar.least}, aim ${bar.aim} | ${verdict(ratio >= bar.least, ratio >= bar.aim)} |`;
  });
  return `# Bars

What coppice is held to, measured beside others on one machine, in turns: the least of up to ${bars.map((bar) => of(bar, "coppice").length).reduce((a, b) => Math.max(a, b), -Infinity)} rounds (the median for shares of an
epoch), in ms, since other work on the machine only ever adds (${cpus()[0].model}, ${cores} cores, Node ${process.versions.node}, ${all.at(-1)?.date}). (a) is a training step of 784-1000-1000-1000-10 at batch 128, (b) of 3312-3000-3000-3000-5
at batch 32, epsilon 20; the others train the dense network of the same sizes, or what they have of sparse (PyTorch's CSR, [peers](../bench/peers/README.md)). llvmpipe is a
software adapter: ratios on it say how much less work is done, not how fast a GPU is. Written by \`node bench/bars.mjs --table\` from
[bars.jsonl](bars.jsonl), which \`node bench/bars.mjs --measure webgpu\` and \`--measure cpu\` append to.

| what | on | coppice | others | ratio | bar |
| --- | --- | --: | --- | --- | --- |
${rows.join("\n")}

The host has three quarters of an evolution of (b): weights of grown connections 20 %, merging 14, sorting by column
14, drawing cells 12, redrawing taken ones 4. Pruning takes 9 %, upload 6, carrying values over 5. \`coppice bench
evolve --device cpu\` measures the phases, and \`--only small\` those of small networks.

The bars of evolution on small networks, and of 10^7 connections, are not met. Before and after took turns on two
cores of an Intel Xeon that much other work shared: **not quiet**, 2026-11-30. The share of (b) was not measured anew.

| what | before | after | bar, on a quiet machine |
| --- | --: | --: | --: |
| evolution of 1024-300-300-2, epsilon 10, least ms of \`--only small\` | 1.67 | 1.45 | 0.28 |
| evolution of 1024-500-500-500-2, epsilon 10, likewise | 2.85 | 2.53 | 0.72 |
| evolution of 1024-1000-1000-2, epsilon 20, likewise | 5.34 | 4.98 | 0.9 |
| evolution of (b), least processor ms of 240 on one thread | 27.4 | 23.4 | 5 % of an epoch |
| 30 % of 10^7 connections drawn, all merged and sorted by column, most millions per processor second of 8 | 15 | 17 | 40 |

The host's loops take the time, and JavaScript takes several milliseconds to compile each in a first run. The same
loops in WebAssembly were tried. At 40,000 connections they took, per connection, 5.6 ns for 14.7 (sorting), 8.5 for
15.6 (merging) and 1.3 for 3.7 (drawing). With copies in and out that would make an evolution of 1024-1000-1000-2
about a third shorter, by our reckoning, and its bar asks for far more. Each loop would be there twice, as a page's
policy may forbid WebAssembly, so it was left out. At 10^7 connections copies alone take 12 ns each; the bar leaves
25.
`;
}

function number(ms) {
  return ms >= 100 ? ms.toFixed(0) : ms >= 10 ? ms.toFixed(1) : ms.toFixed(2);
}

function percent(share) {
  return `${(100 * share).toFixed(0)} %`;
}
