// node all.mjs [--repeats N] [--out FILE] [--only TEXT] [--limit SECONDS]
// Runs every peer that is installed, interleaved: each repeat is one short process of every peer, so that a busy minute of the machine
// falls on all of them. Appends run.mjs's lines to FILE and prints a table; a peer that failed is listed with the reason. PYTHON names the
// interpreter of the Python peers (python3 by default).
import { spawnSync } from "node:child_process";
import { appendFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";

const { values: options } = parseArgs({
  options: {
    repeats: { type: "string", default: "3" },
    out: { type: "string", default: "peers.jsonl" },
    only: { type: "string", default: "" },
    limit: { type: "string", default: "100" },
  },
});

const configs = ["a", "b"];
const here = new URL(".", import.meta.url).pathname;
const both = [...new Set([1, availableParallelism()])];

const js = (system, backend, ...more) => ({
  name: [system, backend, ...more].join(" "),
  command: [process.execPath, "run.mjs", "--system", system, "--backend", backend, "--limit", options.limit, ...more],
});
const python = (script, ...more) => ({
  name: [script, ...more].join(" "),
  command: [process.env.PYTHON ?? "python3", script, ...more],
});
const withConfigs = (peer) =>
  configs.map((config) => ({ name: `${config}: ${peer.name}`, command: [...peer.command, "--config", config] }));

const javaScript = ["tfjs", "jaxjs"].flatMap((system) => [
  js(system, "webgpu"),
  js(system, "wasm"),
  js(system, "wasm", "--page"),
]);
const variants = ["dense", "masked", "coo", "csr-gather", "csr-pick"];
const torch = variants.flatMap((variant) => both.map((n) => python("pytorch.py", "--variant", variant, "--threads", String(n))));
const peers = [
  ...[...javaScript, ...torch, python("set_numba.py")].flatMap(withConfigs),
  ...["tfjs", "jaxjs"].map((system) => js(system, "webgpu", "--what", "matmul")),
  python("scipy_csr.py"),
].filter(({ name }) => name.includes(options.only));

const times = new Map(peers.map(({ name }) => [name, []]));
const cpu = new Map(); // the least CPU ms of a step
const failures = new Map();
for (let repeat = 0; repeat < Number(options.repeats); repeat++) {
  for (const { name, command } of peers) {
    if (failures.has(name)) continue; // it would fail again, for as long as its limit
    const [program, ...args] = command;
    const seconds = Number(options.limit) + 20; // the hard bound: a wasm step cannot be interrupted from inside
    const run = spawnSync(program, [...args, "--repeats", "4"], { cwd: here, encoding: "utf8", timeout: 1000 * seconds });
    if (run.status !== 0) {
      failures.set(name, run.error?.message ?? reason(run.stderr));
      continue;
    }
    const line = JSON.parse(run.stdout.trim().split("\n").at(-1));
    appendFileSync(options.out, `${JSON.stringify(line)}\n`);
    for (const one of line.msPerStep) times.get(name).push(one);
    cpu.set(name, Math.min(cpu.get(name) ?? Number.POSITIVE_INFINITY, line.cpuMsPerStep ?? Number.NaN));
    console.error(`${name}: ${line.msPerStep.join(" ")} ms`);
  }
}

/** The line of an uncaught error's report that says what happened. */
function reason(stderr) {
  const lines = stderr.trim().split("\n");
  return lines.find((line) => /^\w*(Error|Exit)\b.*:|^\w+: error:/.test(line)) ?? lines.at(-1);
}

const median = (list) => [...list].sort((a, b) => a - b)[list.length >> 1];
const width = peers.map(({ name }) => name.length).reduce((a, b) => Math.max(a, b), -Infinity) + 2;
const column = (number, width) => (Number.isNaN(number) ? "-" : number.toFixed(2)).padStart(width);
console.log(`${"peer".padEnd(width)}${"min ms".padStart(10)}${"median ms".padStart(11)}${"CPU ms".padStart(10)}`);
for (const [name, list] of times)
  if (list.length > 0)
    console.log(
      name.padEnd(width) +
        column(
          list.reduce((a, b) => Math.min(a, b), Infinity),
          10,
        ) +
        column(median(list), 11) +
        column(cpu.get(name), 10),
    );
for (const [name, text] of failures) console.log(`${name.padEnd(width)}not measured: ${text}`);
