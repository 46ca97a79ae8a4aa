// node bench/accuracy.mjs [--only digits,set,1] [--tune lung_discrete] [--table]
// Test accuracy on real data, five seeds, on the cpu device: one JSON line a run in docs/accuracy.jsonl, which a re-run skips.
// Data come from the folder COPPICE_DATA (digits is bundled). --tune walks the suite's grid without ever seeing the test set: it trains on
// 80 % of the training part and scores the other 20 %; one JSON line a setting in docs/tuning.jsonl, which a re-run skips, then the best.
import { appendFileSync, existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { digits, readDataset, split, train, version } from "coppice";
import { takeSamples } from "coppice/data";

const results = new URL("../docs/accuracy.jsonl", import.meta.url);
const tuning = new URL("../docs/tuning.jsonl", import.meta.url);
const base = { hidden: [500, 500], epsilon: 20, batch: 32, epochs: 60, lr: 0.01 };

/** Settings of every dataset; methods and seeds that are run. */
const suites = {
  digits: { ...base, hidden: [200, 200, 200] },
  COIL20: { ...base, lr: 0.05 },
  Isolet: { ...base, epochs: 100, lr: 0.02, dropout: 0.5, optimizer: { decay: 0.05 } },
  PCMAC: { ...base, epochs: 30, inputs: "raw", dropout: 0.3 },
  lung_discrete: {
    ...base,
    batch: 8,
    lr: { rate: 0.01, schedule: "cosine" },
    epochs: 100,
    dropout: 0.3,
    optimizer: { decay: 0.05 },
  },
  mnist: {
    hidden: [1000, 1000, 1000],
    epsilon: 20,
    batch: 32,
    epochs: 25,
    lr: { rate: 0.05, schedule: "cosine" },
    dropout: 0.2,
    evolution: { zetaSchedule: "cosine" },
    inputs: "scale255",
    evaluateEvery: 5,
    seeds: [1],
  },
};
/** What --tune tries: every combination, on `splits` splits of the training part (of `samples` of it, where a run is long). */
const grids = {
  lung_discrete: {
    splits: 10,
    grid: { dropout: [0, 0.3, 0.5], decay: [0, 0.05], lr: [0.001, 0.002, 0.005, 0.01, 0.02], cosine: true },
  },
  Isolet: { splits: 3, grid: { dropout: [0.3, 0.5], decay: [0.05], lr: [0.01, 0.02, 0.05] } },
  mnist: { splits: 1, samples: 5_000, grid: { dropout: [0, 0.2, 0.3], decay: [0], lr: [0.01, 0.02, 0.05] } },
};
/** The published Fashion-MNIST subset: SET's scripts to the letter, and our own version of the same task. */
const authors = {
  hidden: [1000, 1000, 1000],
  epsilon: 13,
  batch: 40,
  epochs: 400,
  lr: 0.05,
  loss: "authors",
  dropout: 0.2,
  dropoutStyle: "authors",
  init: "normal",
  inputs: "scale255",
  dropLast: true,
  optimizer: { decay: 2e-4 / 0.05 },
  evolution: { regrowInit: "normal" },
  methods: ["set", "static"],
  evaluateEvery: 100,
};
const ours = {
  ...authors,
  epochs: 60,
  lr: 0.02,
  loss: "crossEntropy",
  dropoutStyle: "inverted",
  init: "heUniform",
  dropLast: false,
  evolution: {},
  inputs: "standardize",
  evaluateEvery: 20,
  methods: ["set", "static", "dense"],
};
suites["fashion-authors"] = authors;
suites["fashion-authors-dense"] = { ...authors, lr: 0.001, optimizer: { decay: 2e-4 / 0.001 }, methods: ["dense"] };
/** The same with the decay multiplied by the learning rate, as it usually is. */
suites["fashion-authors-dense-lr"] = { ...suites["fashion-authors-dense"], optimizer: { decay: 2e-4 } };
suites["fashion-ours"] = ours;

const { values } = parseArgs({ options: { only: { type: "string" }, tune: { type: "string" }, table: { type: "boolean" } } });
if (values.table) printTable();
else if (values.tune) await tune(values.tune);
else await runAll(values.only?.split(",") ?? []);

async function runAll([name, method, seed]) {
  for (const [suite, settings] of Object.entries(suites)) {
    for (const s of settings.seeds ?? [1, 2, 3, 4, 5]) {
      for (const m of settings.methods ?? ["set", "npset"]) {
        if ((name && name !== suite) || (method && method !== m) || (seed && Number(seed) !== s)) continue;
        if (lines(results).some((run) => run.suite === suite && run.method === m && run.seed === s)) continue;
        await runOne(suite, m, s);
      }
    }
  }
}

async function runOne(suite, method, seed) {
  const { methods, seeds, ...settings } = suites[suite];
  const data = await load(suite, seed);
  const model = await train(data, { ...settings, method, seed, device: "cpu" });
  const last = model.history.at(-1);
  const row = {
    suite,
    method,
    seed,
    version,
    testAccuracy: last.testAccuracy,
    trainAccuracy: last.trainAccuracy,
    testLoss: last.testLoss,
    nnz: last.nnz,
    neurons: model.neurons.final,
    epochs: last.epoch,
    seconds: Math.round(model.seconds.total),
    settings,
  };
  await model.dispose();
  appendFileSync(results, `${JSON.stringify(row)}\n`);
  console.log(JSON.stringify({ ...row, settings: undefined }));
}

/** Mean validation accuracy of set and npset together for every setting of the suite's grid; the best last, the first of equals. */
async function tune(suite) {
  const { methods, seeds, ...fixed } = suites[suite];
  const { splits, samples, grid } = grids[suite];
  const { train: part } = await load(suite, 1);
  const constant = grid.dropout.flatMap((dropout) =>
    grid.decay.flatMap((decay) => grid.lr.map((lr) => ({ dropout, decay, lr }))),
  );
  const settings = grid.cosine ? constant.flatMap((setting) => [setting, { ...setting, schedule: "cosine" }]) : constant;
  for (const setting of settings) {
    if (lines(tuning).some((line) => line.suite === suite && JSON.stringify(line.setting) === JSON.stringify(setting))) continue;
    const { dropout, decay, lr, schedule = fixed.lr.schedule ?? "constant" } = setting;
    const rate = { rate: lr, schedule };
    const options = { ...fixed, dropout, optimizer: { decay }, lr: rate, evaluateEvery: fixed.epochs, device: "cpu" };
    const scores = { set: [], npset: [] };
    for (let seed = 1; seed <= splits; seed++) {
      const pool = samples ? split(part, { test: samples / part.samples, seed }).test : part;
      const { train: fitted, test: validation } = split(pool, { test: 0.2, seed });
      for (const method of ["set", "npset"]) {
        scores[method].push(await validationAccuracy({ train: fitted, test: validation }, { ...options, method, seed }));
      }
    }
    const all = [...scores.set, ...scores.npset];
    const mean = all.reduce((sum, score) => sum + score, 0) / all.length;
    appendFileSync(tuning, `${JSON.stringify({ suite, setting, validationAccuracy: mean, ...scores })}\n`);
    console.log(suite, JSON.stringify(setting), mean.toFixed(4));
  }
  const tried = lines(tuning).filter((line) => line.suite === suite);
  const best = tried.reduce((a, b) => (b.validationAccuracy > a.validationAccuracy ? b : a));
  console.log(`best: ${JSON.stringify(best.setting)} ${best.validationAccuracy.toFixed(4)}`);
}

/** The last epoch's accuracy; a run that diverges scores 0. */
async function validationAccuracy(data, options) {
  try {
    const model = await train(data, options);
    await model.dispose();
    return model.history.at(-1).testAccuracy;
  } catch (error) {
    if (error.code !== "diverged") throw error;
    return 0;
  }
}

async function load(suite, seed) {
  if (suite === "digits") return split(await digits(), { test: 1 / 3, seed });
  if (suite === "mnist") return { train: await idx("mnist", "train"), test: await idx("mnist", "t10k") };
  if (suite.startsWith("fashion")) {
    const rows = JSON.parse(readFileSync(new URL("../test/fixtures/fashion-2000-1000.json", import.meta.url), "utf8"));
    const subset = {
      train: takeSamples(await idx("fashion-mnist", "train"), rows.train),
      test: takeSamples(await idx("fashion-mnist", "t10k"), rows.test),
    };
    return subset;
  }
  const file = join(folder(), "asu", `${suite}.mat`);
  return split(await readDataset([{ name: file, bytes: readFileSync(file) }], { name: suite }), { test: 1 / 3, seed });
}

async function idx(name, part) {
  const files = readdirSync(join(folder(), name)).filter((file) => file.startsWith(part));
  return readDataset(
    files.map((file) => ({ name: file, bytes: readFileSync(join(folder(), name, file)) })),
    { name },
  );
}

function folder() {
  const path = process.env.COPPICE_DATA;
  if (!path) throw new Error("set COPPICE_DATA to the folder that holds the datasets (asu/, mnist/, fashion-mnist/)");
  return path;
}

function lines(file) {
  return existsSync(file)
    ? readFileSync(file, "utf8")
        .split("\n")
        .filter(Boolean)
        .map((line) => JSON.parse(line))
    : [];
}

function printTable() {
  const rows = lines(results);
  console.log(
    "| data | method | seeds | test accuracy, mean ± std | worst | train accuracy | connections | neurons at the end | seconds a run |",
  );
  console.log("|---|---|---|---|---|---|---|---|---|");
  for (const suite of Object.keys(suites)) {
    for (const method of ["set", "npset", "static", "dense"]) {
      const runs = rows.filter((run) => run.suite === suite && run.method === method);
      if (runs.length === 0) continue;
      const mean = (of) => runs.reduce((sum, run) => sum + of(run), 0) / runs.length;
      const accuracy = mean((run) => run.testAccuracy);
      const std = Math.sqrt(mean((run) => (run.testAccuracy - accuracy) ** 2));
      const worst = runs.map((run) => run.testAccuracy).reduce((a, b) => Math.min(a, b), Infinity);
      const cells = [
        suite,
        method,
        runs.length,
        `${accuracy.toFixed(4)} ± ${std.toFixed(4)}`,
        worst.toFixed(4),
        mean((run) => run.trainAccuracy).toFixed(4),
      ];
      console.log(
        `| ${[...cells, Math.round(mean((run) => run.nnz)), runs[0].neurons.join("-"), Math.round(mean((run) => run.seconds))].join(" | ")} |`,
      );
    }
  }
}
