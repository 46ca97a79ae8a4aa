// COPPICE_DATA=folder node bench/suggest.mjs [--table]: what `suggestOptions` should suggest for few samples. Each setting is trained on three splits
// (30 % validation) of a set's training part (2/3, seed 1); test parts are never looked at. A run is a line of docs/suggest.jsonl, and is not done again.
// --table prints the means. "found" is how many of the informative features are among as many strongest ones; only the synthetic set says which they are.
import { appendFileSync, existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { createCpuDevice, makeDataset, readDataset, split, train } from "coppice";
import { suggestOptions } from "coppice/data";
import { inputStrength } from "coppice/experiment";

const LINES = new URL("../docs/suggest.jsonl", import.meta.url);
/** By the samples of a training part: below 200 and more. Networks and linear share what is in `start`. */
const SIZES = {
  few: {
    sets: "synthetic lung_discrete ALLAML leukemia Prostate_GE lymphoma Yale warpAR10P orlraws10P arcene".split(" "),
    start: { batch: 8, epochs: 100, lr: 0.005 },
    network: { hidden: [500, 500], epsilon: 20, dropout: 0.5 },
    settings: [
      { method: "npset", decay: 0.5 },
      { method: "linear", decay: 0.5 },
      { method: "linear", decay: 2 },
      { method: "linear", decay: 5 },
      { method: "linear", decay: 10 },
    ],
  },
  some: {
    sets: ["ORL", "PCMAC"],
    start: { batch: 32, epochs: 60, lr: 0.01 },
    network: { hidden: [500, 500], epsilon: 20, dropout: 0.3 },
    settings: [
      { method: "npset", decay: 0 },
      { method: "linear", decay: 0 },
      { method: "linear", decay: 0.5 },
      { method: "linear", decay: 2 },
    ],
  },
};
const SPLITS = [1, 2, 3];
const [SAMPLES, FEATURES, INFORMATIVE, SHIFT] = [60, 2000, 25, 1];

const keyOf = ({ data, method, decay, seed }) => [data, method, decay, seed].join(" ");
const lines = existsSync(LINES)
  ? readFileSync(LINES, "utf8")
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line))
  : [];
if (process.argv.includes("--table")) printTable();
else await measure();

async function measure() {
  const known = new Set(lines.map(keyOf));
  const device = createCpuDevice({ threads: 1 });
  for (const size of Object.values(SIZES)) {
    for (const data of size.sets) {
      const runs = size.settings.flatMap((setting) => SPLITS.map((seed) => ({ data, ...setting, seed })));
      const todo = runs.filter((run) => !known.has(keyOf(run)));
      if (todo.length === 0) continue;
      const part = split(await load(data), { test: 1 / 3, seed: 1 }).train;
      for (const run of todo) {
        const outcome = await validate(part, run, size, device);
        appendFileSync(LINES, `${JSON.stringify({ ...run, ...outcome })}\n`);
      }
    }
  }
  await device.dispose();
}

async function load(name) {
  if (name === "synthetic") return synthetic();
  const bytes = readFileSync(join(process.env.COPPICE_DATA, "asu", `${name}.mat`));
  return readDataset([{ name: `${name}.mat`, bytes }]);
}

/** Two classes of normal values; the first features differ by a deviation between them. Half again as many samples, so that 60 are the training part. */
function synthetic() {
  let state = 1;
  const uniform = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state + 0.5) / 2 ** 32;
  };
  const normal = () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
  const samples = 1.5 * SAMPLES;
  const labels = Array.from({ length: samples }, (_, i) => i % 2);
  const x = Float32Array.from({ length: samples * FEATURES }, (_, k) => {
    const shifted = k % FEATURES < INFORMATIVE ? SHIFT * labels[Math.floor(k / FEATURES)] : 0;
    return normal() + shifted;
  });
  return makeDataset({ name: "synthetic", x, labels, features: FEATURES });
}

async function validate(part, { data, method, decay, seed }, { start, network }, device) {
  const parts = split(part, { test: 0.3, seed });
  const { inputs } = suggestOptions(part).options;
  try {
    const model = await train(
      { train: parts.train, test: parts.test },
      {
        ...start,
        ...(method !== "linear" && network),
        method,
        inputs,
        optimizer: { decay },
        seed,
        device,
        tune: "off",
        evaluateEvery: start.epochs,
      },
    );
    const { testAccuracy, testLoss } = model.history.at(-1);
    const strength = inputStrength(await model.save());
    await model.dispose();
    const first = Array.from(strength.keys())
      .sort((a, b) => strength[b] - strength[a] || a - b)
      .slice(0, INFORMATIVE);
    return {
      accuracy: testAccuracy,
      loss: testLoss,
      ...(data === "synthetic" && { found: first.filter((j) => j < INFORMATIVE).length }),
    };
  } catch (error) {
    if (error.code !== "diverged") throw error;
    return { diverged: true };
  }
}

function printTable() {
  const cells = (data, { method, decay }) =>
    lines.filter((line) => line.data === data && line.method === method && line.decay === decay);
  const mean = (runs, key) => runs.reduce((sum, run) => sum + run[key], 0) / runs.length;
  const cell = (runs) => {
    if (runs.length < SPLITS.length) return "-";
    const diverged = runs.filter((run) => run.diverged).length;
    if (diverged > 0) return `${diverged} of ${runs.length} diverged`;
    return `${mean(runs, "accuracy").toFixed(3)}${"found" in runs[0] ? ` (${mean(runs, "found").toFixed(1)} found)` : ""}`;
  };
  for (const { sets, settings } of Object.values(SIZES)) {
    console.log(`| data | ${settings.map(({ method, decay }) => `${method}, decay ${decay}`).join(" | ")} |`);
    console.log(`|---|${settings.map(() => "--:").join("|")}|`);
    for (const data of sets) console.log(`| ${[data, ...settings.map((setting) => cell(cells(data, setting)))].join(" | ")} |`);
    console.log();
  }
}
