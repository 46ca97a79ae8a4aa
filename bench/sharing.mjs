// COPPICE_DATA=folder node bench/sharing.mjs [--table]: whether members do better with weights of their own or shared. Each is trained on three splits
// (30 % validation) of a set's training part (2/3, seed 1); test parts are never looked at. A run is a line of docs/sharing.jsonl, and is not done again.
// --table prints the means.
import { appendFileSync, existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { createCpuDevice, digits, readDataset, split, train } from "coppice";

const LINES = new URL("../docs/sharing.jsonl", import.meta.url);
const NETWORK = { method: "npset", hidden: [200, 200], epsilon: 20, dropout: 0.5, optimizer: { decay: 0.5 } };
const [FEW, SOME] = [
  { batch: 8, epochs: 100, lr: 0.005 },
  { batch: 32, epochs: 60, lr: 0.01 },
];
const SETS = { lung_discrete: FEW, Yale: FEW, digits: SOME, lymphoma: FEW };
const FORMS = {
  "one network": {},
  "10 with weights of their own": { members: 10 },
  "16 that share": { members: 16, share: "weights" },
};
const SPLITS = [1, 2, 3];

const lines = existsSync(LINES)
  ? readFileSync(LINES, "utf8")
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line))
  : [];
const find = (data, form) => lines.filter((line) => line.data === data && line.form === form);
if (process.argv.includes("--table")) printTable();
else await measure();

async function measure() {
  const device = createCpuDevice({ threads: 1 });
  for (const [data, start] of Object.entries(SETS)) {
    const part = split(await load(data), { test: 1 / 3, seed: 1 }).train;
    for (const seed of SPLITS)
      for (const [form, options] of Object.entries(FORMS)) {
        if (find(data, form).some((line) => line.seed === seed)) continue;
        const before = process.cpuUsage();
        const parts = split(part, { test: 0.3, seed });
        const given = { ...NETWORK, ...start, ...options, seed, device, evaluateEvery: start.epochs };
        const model = await train({ train: parts.train, test: parts.test }, given);
        const { testAccuracy, testLoss } = model.history.at(-1);
        await model.dispose();
        const { user, system } = process.cpuUsage(before);
        const line = { data, form, seed, accuracy: testAccuracy, loss: testLoss, seconds: (user + system) / 1e6 };
        lines.push(line);
        appendFileSync(LINES, `${JSON.stringify(line)}\n`);
        console.log(JSON.stringify(line));
      }
  }
  await device.dispose();
}

async function load(name) {
  if (name === "digits") return digits();
  const bytes = readFileSync(join(process.env.COPPICE_DATA, "asu", `${name}.mat`));
  return readDataset([{ name: `${name}.mat`, bytes }]);
}

function printTable() {
  const mean = (runs, key) => runs.reduce((sum, run) => sum + run[key], 0) / runs.length;
  const cell = (runs) => {
    if (runs.length < SPLITS.length) return "-";
    return `${mean(runs, "accuracy").toFixed(3)} (${mean(runs, "loss").toFixed(3)}), ${mean(runs, "seconds").toFixed(1)} s`;
  };
  console.log(`| data | ${Object.keys(FORMS).join(" | ")} |`);
  console.log(
    `|---|${Object.keys(FORMS)
      .map(() => "--:")
      .join("|")}|`,
  );
  for (const data of Object.keys(SETS))
    console.log(`| ${[data, ...Object.keys(FORMS).map((form) => cell(find(data, form)))].join(" | ")} |`);
}
