// node bench/at-once.mjs webgpu|cpu [rounds]: what four small networks take one after another and as members of one, which bounds what folds and
// rates would gain by that. By turns, on one device: dispatches, submits and read-backs of a training, and its least processor ms. A software adapter
// computes in this process.
import { createCpuDevice, createWebgpuDevice, train } from "coppice";

const [kind = "webgpu", rounds = "3"] = process.argv.slice(2);
const device = kind === "cpu" ? createCpuDevice({ threads: 1 }) : await createWebgpuDevice();

const counts = { dispatches: 0, submits: 0, readBacks: 0 };
function count(name, prototype, method) {
  const original = prototype?.[method];
  if (!original) return;
  prototype[method] = function (...given) {
    counts[name]++;
    return original.apply(this, given);
  };
}
count("dispatches", globalThis.GPUComputePassEncoder?.prototype, "dispatchWorkgroups");
count("submits", globalThis.GPUQueue?.prototype, "submit");
count("readBacks", globalThis.GPUBuffer?.prototype, "mapAsync");

const [samples, features] = [111, 1024];
let state = 1;
const draw = () => {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return state / 2 ** 32 - 0.5;
};
const x = Float32Array.from({ length: samples * features }, draw);
const set = {
  name: "noise",
  x,
  y: Uint32Array.from({ length: samples }, (_, i) => i % 2),
  samples,
  features,
  classes: ["a", "b"],
};
const base = { hidden: [300, 300], epsilon: 10, batch: 32, epochs: 20, evaluateEvery: 20, tune: "off", device };

async function trained(options) {
  const model = await train({ train: set }, { ...base, ...options });
  await model.dispose();
}
const FORMS = {
  "one after another": async (method) => {
    for (const seed of [1, 2, 3, 4]) await trained({ method, seed });
  },
  "as members": (method) => trained({ method, members: 4 }),
};

for (const method of ["static", "set"]) {
  const found = {};
  for (let round = 0; round < Number(rounds); round++)
    for (const [form, run] of Object.entries(FORMS)) {
      Object.assign(counts, { dispatches: 0, submits: 0, readBacks: 0 });
      const before = process.cpuUsage();
      await run(method);
      const { user, system } = process.cpuUsage(before);
      const ms = Math.min((user + system) / 1000, found[form]?.ms ?? Infinity);
      found[form] = { ...counts, ms };
    }
  for (const [form, row] of Object.entries(found)) console.log(method, form, JSON.stringify({ ...row, ms: Math.round(row.ms) }));
}
console.log(device.info.description);
await device.dispose();
