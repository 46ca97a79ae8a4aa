// COPPICE_DATA=folder node bench/plan.mjs [--suite generalization] [--results docs/generalization] [--only main/digits]
// How long the plan of a suite says that it takes, beside what it took: by study, from `coppice experiment SUITE --plan-only` now and from the
// results of a folder (results.jsonl.gz). Needs dist/ (npm run build), some minutes, and a machine where nothing else runs. Writes docs/plan.md;
// with --only (some of the runs) it prints the same text and writes nothing.
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { gunzipSync } from "node:zlib";
import { version } from "coppice";

const CORES = 2;
const { values } = parseArgs({
  options: {
    suite: { type: "string", default: "generalization" },
    results: { type: "string", default: "docs/generalization" },
    only: { type: "string" },
  },
});
const program = new URL("../dist/cli.js", import.meta.url).pathname;
const words = ["experiment", values.suite, "--plan-only", "--json", "--slots", String(CORES)];
if (values.only) words.push("--only", values.only);
const run = spawnSync(process.execPath, [program, ...words], {
  encoding: "utf8",
  maxBuffer: 2 ** 28,
  stdio: ["ignore", "pipe", "inherit"],
});
if (run.status !== 0) throw new Error(`plan: coppice ${words.join(" ")} ended with exit code ${run.status ?? run.signal}`);
const plan = JSON.parse(run.stdout);

const lines = gunzipSync(readFileSync(join(values.results, "results.jsonl.gz")))
  .toString()
  .split("\n")
  .filter(Boolean)
  .map((line) => JSON.parse(line));
const results = new Map(lines.flatMap(({ result }) => (result ? [[result.key, result]] : [])));
const measured = lines.find(({ time }) => time)?.time.measured;

/** Runs whose CPU time is known, with both times in seconds. */
const known = plan.runs.flatMap(({ key, seconds }) => {
  const result = results.get(key);
  return result?.seconds.cpu === undefined ? [] : [{ key, result, predicted: seconds, taken: result.seconds.cpu }];
});
if (known.length === 0) throw new Error(`plan: no run of the plan has a CPU time in ${values.results}`);

const sum = (of, value) => of.reduce((total, entry) => total + value(entry), 0);
const row = (name, of) => {
  const [predicted, taken] = [sum(of, (entry) => entry.predicted), sum(of, (entry) => entry.taken)];
  const hours = (seconds) => (seconds / CORES / 3600).toFixed(2);
  return `| ${[name, of.length.toLocaleString("en-US"), hours(predicted), hours(taken), (predicted / taken).toFixed(2)].join(" | ")} |`;
};
const studies = [...new Set(known.map(({ key }) => key.split("/")[0]))];
const rows = [
  ...studies.map((study) =>
    row(
      study,
      known.filter(({ key }) => key.startsWith(`${study}/`)),
    ),
  ),
  row("all", known),
];
const methods = [...new Set(known.map(({ result }) => result.run.method))].map((name) => {
  const trials = known.flatMap(({ result }) => (result.run.method === name ? (result.tuning?.trials ?? []) : []));
  return { name, trials: trials.length, diverged: trials.filter(({ loss }) => loss === null).length };
});
const trials = sum(methods, (method) => method.trials);
const diverged = sum(methods, (method) => method.diverged);
const most = methods.reduce((a, b) => (b.diverged > a.diverged ? b : a));
const without = plan.runs.length - known.length;

const text = `# The plan of a suite and what it took

Hours on ${CORES} cores, by study: what the plan predicts from a few timed epochs of every network, ${CORES} at a time (the seconds of its runs over ${CORES}), and what the runs took (their CPU time
over ${CORES}, tuning included). Written by \`node bench/plan.mjs${values.only ? ` --only ${values.only}` : ""}\` from

\`\`\`sh
coppice ${words.join(" ")}
\`\`\`

with coppice ${version}, Node ${process.version}, ${cpus().length} cores (${cpus()[0].model.trim()}), and the results in ${values.results}${measured ? ` (their times: coppice ${measured.version}, Node ${measured.node}, ${measured.processor.trim()})` : ""}.

| study | runs | hours predicted | hours taken | predicted / taken |
|---|--:|--:|--:|--:|
${rows.join("\n")}

- A training that diverges ends at once, nearly. ${diverged} of the ${trials.toLocaleString("en-US")} trials of tuning here diverged, most often of \`${most.name}\`: ${most.diverged} of ${most.trials} (a trial has
  one training a fold). The plan leaves out the share that was measured of each method here: on other data, or with other rates, more or fewer will.
- Both are CPU times: what other programs take of the cores counts in neither, nor does a core that waits for the last run. On the clock a suite takes longer.
- ${without} of the ${plan.runs.length.toLocaleString("en-US")} planned runs are left out of both, as they have no result with a CPU time.
`;
if (values.only) console.log(text);
else writeFileSync(new URL("../docs/plan.md", import.meta.url), text);
