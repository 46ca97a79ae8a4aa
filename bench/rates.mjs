// node bench/rates.mjs TABLE.csv TARGET,...: rates of the network that `fit` begins with for numbers, plain and with clipped gradients, on five folds of
// a table. RMSE is in deviations, at the best stop of samples held out after the last removal. Divergence is told. Three members are averaged.
import { readFileSync } from "node:fs";
import { fit as findModel, readDataset } from "coppice";

const [file, targets] = process.argv.slice(2);
const data = await readDataset([{ name: file, bytes: readFileSync(file) }], { target: targets.split(","), numeric: true });
const PARTS = [2, 1, 0.5, 0.2, 0.1, 0.05, 0.02];

/** The plan of `fit` for these data, whatever time there is; nothing is trained. */
async function planOf() {
  const stop = new AbortController();
  let plan;
  const onPlan = (made) => {
    plan = made;
    stop.abort();
  };
  await findModel(data, { budget: 1e9, estimate: "none", members: 3, signal: stop.signal, onPlan }).catch((error) => {
    if (!stop.signal.aborted) throw error;
  });
  return plan;
}

const plan = await planOf();
const [{ options }] = plan.candidates.network;
const suggested = 10 * options.lr; // `fit` begins with a tenth
const network = [{}, { clipNorm: 1 }].flatMap((more) =>
  PARTS.map((part) => ({
    name: `${more.clipNorm ? "clipped, " : ""}${part} of the suggested rate`,
    options: { ...options, ...more, lr: part * suggested },
  })),
);
const candidates = { network, linear: plan.candidates.linear.slice(0, 6) };
const rungs = [{ epoch: plan.epochs, keep: { network: 1, linear: 1 } }];
const { trials } = await findModel(data, { plan: { ...plan, repeats: 1, candidates, rungs } });
for (const { family, candidate, curve, diverged } of trials) {
  const scores = curve.filter(({ epoch }) => family === "linear" || epoch > plan.epochs / 2).map(({ score }) => score);
  const least = scores.reduce((a, b) => Math.min(a, b), Infinity);
  console.log(`${candidate.name}: ${diverged ? "diverged" : least.toFixed(3)}`);
}
