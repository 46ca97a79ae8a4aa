// node bench/fan.mjs: trains digits with SET and writes bench/fan.json, the degrees of its hidden layer after 200 evolutions: what
// the bench's "evolved" topologies are drawn from. Needs dist (npm run build); about a minute.
import { writeFileSync } from "node:fs";
import { digits, split, train } from "../dist/index.js";

const OPTIONS = { method: "set", hidden: [1000, 1000], epsilon: 10, output: "dense", epochs: 200, batch: 16, lr: 0.02, seed: 1 };
const QUANTILES = 64;

const data = split(await digits(), { test: 0.33, seed: 1 });
const model = await train(data, { ...OPTIONS, device: "cpu", evaluateEvery: OPTIONS.epochs });
const { rows, cols, nnz, rowPtr, colIdx } = (await model.save()).network.layers[1].topology;
await model.dispose();

const fanIn = new Uint32Array(rows).map((_, row) => rowPtr[row + 1] - rowPtr[row]);
const fanOut = new Uint32Array(cols);
for (const col of colIdx) fanOut[col]++;
/** The degrees at QUANTILES + 1 equally spaced ranks, relative to the mean. */
const profile = (degrees) => {
  const sorted = degrees.slice().sort();
  const at = (i) => sorted[Math.round((i / QUANTILES) * (sorted.length - 1))];
  return Array.from({ length: QUANTILES + 1 }, (_, i) => Number(((at(i) * sorted.length) / nnz).toFixed(4)));
};
const { testAccuracy } = model.history.at(-1);
const origin = { dataset: "digits", layer: "1000 x 1000, the second", ...OPTIONS, evolutions: OPTIONS.epochs - 1, testAccuracy };
writeFileSync(
  new URL("fan.json", import.meta.url),
  `${JSON.stringify({ origin, fanIn: profile(fanIn), fanOut: profile(fanOut) }, null, 2)}\n`,
);
console.log(`fan-in ${fanIn.slice().sort().at(-1)} at most, ${nnz / rows} on average; test accuracy ${testAccuracy}`);
