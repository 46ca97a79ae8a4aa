// COPPICE_DATA=folder node bench/recipes.mjs sharing|recipes [--table]: one change of a network against another, on validation parts alone. Each is trained
// on three splits (30 % validation) of a set's training part (2/3, seed 1); test parts are never looked at. A run is a line of docs/NAME.jsonl, and is not
// done again. --table prints the means.
import { appendFileSync, existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { createCpuDevice, digits, readDataset, split, train } from "coppice";

const [FEW, SOME] = [
  { batch: 8, epochs: 100, lr: 0.005 },
  { batch: 32, epochs: 60, lr: 0.01 },
];
const SETS = {
  lung_discrete: FEW,
  Yale: FEW,
  digits: SOME,
  lymphoma: FEW,
  ALLAML: FEW,
  Prostate_GE: FEW,
  warpAR10P: FEW,
  ORL: SOME,
};
const NETWORK = { method: "npset", hidden: [200, 200], epsilon: 20, dropout: 0.5, optimizer: { decay: 0.5 } };
const ADAM = { name: "adam", decay: 0.5 };
/** What is compared, by the name of its file: the sets, and the changes of NETWORK. `{}` is what a change is held against. */
const COMPARISONS = {
  sharing: {
    sets: ["lung_discrete", "Yale", "digits", "lymphoma"],
    forms: {
      "one network": {},
      "10 with weights of their own": { members: 10 },
      "16 that share": { members: 16, share: "weights" },
    },
  },
  recipes: {
    sets: Object.keys(SETS),
    forms: {
      "as it is": {},
      "label smoothing 0.1": { labelSmoothing: 0.1 },
      "robust inputs": { inputs: "robust" },
      "cosine rate": { lr: { schedule: "cosine" } },
      "no dropout": { dropout: 0 },
      "dropout 0.3": { dropout: 0.3 },
      "linear skip": { skip: "linear" },
      "batch norm": { norm: "batch" },
      "4 in 5 inputs leave": { evolution: { removal: { inputAmount: 0.8 } } },
      "Adam, a tenth of the rate": { optimizer: ADAM, lr: { slower: 10 } },
      "Adam, beta2 0.95, likewise": { optimizer: { ...ADAM, beta2: 0.95 }, lr: { slower: 10 } },
    },
  },
};
const SPLITS = [1, 2, 3];

const [name] = process.argv.slice(2);
if (!Object.hasOwn(COMPARISONS, name))
  throw new Error(`${name}: no such comparison; there are ${Object.keys(COMPARISONS).join(", ")}`);
const { sets, forms } = COMPARISONS[name];
const LINES = new URL(`../docs/${name}.jsonl`, import.meta.url);
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
  for (const data of sets) {
    const part = split(await load(data), { test: 1 / 3, seed: 1 }).train;
    for (const seed of SPLITS)
      for (const [form, options] of Object.entries(forms)) {
        if (find(data, form).some((line) => line.seed === seed)) continue;
        const line = { data, form, seed, ...(await validate(part, SETS[data], options, seed, device)) };
        lines.push(line);
        appendFileSync(LINES, `${JSON.stringify(line)}\n`);
        console.log(JSON.stringify(line));
      }
  }
  await device.dispose();
}

async function validate(part, start, { lr: { slower = 1, ...schedule } = {}, ...options }, seed, device) {
  const before = process.cpuUsage();
  const parts = split(part, { test: 0.3, seed });
  const lr = { rate: start.lr / slower, ...schedule };
  try {
    const given = { ...NETWORK, ...start, ...options, lr, seed, device, evaluateEvery: start.epochs };
    const model = await train({ train: parts.train, test: parts.test }, given);
    const { testAccuracy, testLoss } = model.history.at(-1);
    await model.dispose();
    const { user, system } = process.cpuUsage(before);
    return { accuracy: testAccuracy, loss: testLoss, seconds: (user + system) / 1e6 };
  } catch (error) {
    if (error.code !== "diverged") throw error;
    return { diverged: true };
  }
}

async function load(data) {
  if (data === "digits") return digits();
  const bytes = readFileSync(join(process.env.COPPICE_DATA, "asu", `${data}.mat`));
  return readDataset([{ name: `${data}.mat`, bytes }]);
}

/** Means over the splits, a row for each form: accuracy (loss), and the seconds of all of a row. */
function printTable() {
  const mean = (runs, key) => runs.reduce((sum, run) => sum + run[key], 0) / runs.length;
  const cell = (runs) => {
    if (runs.length < SPLITS.length) return "-";
    const diverged = runs.filter((run) => run.diverged).length;
    if (diverged > 0) return `${diverged} of ${runs.length} diverged`;
    return `${mean(runs, "accuracy").toFixed(3)} (${mean(runs, "loss").toFixed(3)})`;
  };
  const seconds = (form) => lines.reduce((sum, line) => (line.form === form ? sum + (line.seconds ?? 0) : sum), 0);
  console.log(`| change | ${sets.join(" | ")} | seconds |`);
  console.log(`|---|${sets.map(() => "--:").join("|")}|--:|`);
  for (const form of Object.keys(forms))
    console.log(`| ${[form, ...sets.map((data) => cell(find(data, form))), seconds(form).toFixed(0)].join(" | ")} |`);
}
