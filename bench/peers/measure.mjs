// How one system is timed, in Node and in a page alike: warm-up, then `repeats` runs of `steps` steps, each run waited for.
import { configs, generator, product, uniform } from "./configs.mjs";

/**
 * Times `what` ("step" | "matmul") of an opened system: [mean ms of a step in each repeat], the least CPU ms of a step, and for a step the loss at the start and
 * after all steps. Without `steps` a repeat takes as many as fit in 0.3 s, 1 to 50. Throws when results are not finite or wrong, when the loss
 * does not fall, or when `limit` seconds are over after a repeat.
 */
export async function measure(system, { config, what, steps, repeats, limit }) {
  const end = performance.now() + 1000 * limit;
  const { subject, check } = await (what === "matmul" ? multiplying(system) : training(system, configs[config]));
  await timed(subject, 1); // compiles
  const count = steps ?? Math.max(1, Math.min(50, Math.floor(300 / (await timed(subject, 1)))));
  await timed(subject, count); // wasm is compiled anew for speed while it runs
  const runs = [];
  while (runs.length < repeats) {
    if (performance.now() > end) throw new Error(`${limit} s are over after ${runs.length} of ${repeats} repeats`);
    const before = cpuMs();
    runs.push({ ms: await timed(subject, count), cpu: (cpuMs() - before) / count });
  }
  const cpuMsPerStep = rounded(runs.map(({ cpu }) => cpu).reduce((a, b) => Math.min(a, b), Infinity)); // null, as JSON has it, in a page
  return { msPerStep: runs.map(({ ms }) => ms), cpuMsPerStep, steps: count, ...(await check()) };
}

const rounded = (ms) => Math.round(1e4 * ms) / 1e4;

/** CPU time of this process, all threads (a software adapter's too), ms; NaN in a page. */
function cpuMs() {
  if (!globalThis.process?.cpuUsage) return Number.NaN;
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

async function timed({ step, finish }, steps) {
  const begin = performance.now();
  for (let i = 0; i < steps; i++) step();
  await finish();
  return rounded((performance.now() - begin) / steps);
}

async function training(system, config) {
  const subject = system.trainer(config);
  const before = await subject.loss();
  const check = async () => {
    const after = await subject.loss();
    if (!(after < before)) throw new Error(`the loss went from ${before} to ${after}: this is no training`);
    return { loss: [before, after] };
  };
  return { subject, check };
}

async function multiplying(system) {
  const { rows, inner, columns } = product;
  const random = generator(2);
  const [a, b] = [uniform(random, rows * inner, 1), uniform(random, inner * columns, 1)];
  const subject = system.product(a, b, product);
  const check = async () => {
    const result = await subject.result();
    for (const [row, column] of [
      [0, 0],
      [rows - 1, columns - 1],
      [rows >> 1, columns >> 2],
    ]) {
      let sum = 0;
      for (let k = 0; k < inner; k++) sum += a[row * inner + k] * b[k * columns + column];
      const found = result[row * columns + column];
      if (!(Math.abs(found - sum) < 1e-3)) throw new Error(`the product at ${row}, ${column} is ${found}, not ${sum}`);
    }
    return {};
  };
  return { subject, check };
}
