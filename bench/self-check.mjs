// node bench/self-check.mjs: what the self-check of docs/tuning.md takes on this adapter, of the kernels of a run with all kinds of layers: with
// their compilation, which the run needs anyway, and without. Prints ms of wall time and of the processor.
import { createServer } from "vite";

const server = await createServer({
  logLevel: "error",
  appType: "custom",
  server: { middlewareMode: true, hmr: false, ws: false },
});
const load = (path) => server.ssrLoadModule(path);
const { createWebgpuDevice } = await load("./src/device/webgpu/device.ts");
const { compareWithTwins } = await load("./src/self-check/compare.ts");
const { candidatesOf, TUNED_KERNELS } = await load("./src/kernels/variant.ts");
const names =
  "advance gather spmm spmm-t sddmm dense dense-t dense-update loss count-signs histogram pick mark score carry activation-update".split(
    " ",
  );
const modules = await Promise.all(names.map((name) => load(`./src/kernels/${name}.ts`)));
const kernels = modules.flatMap((module) => Object.values(module).filter((value) => value?.wgsl && value.twin));

const device = await createWebgpuDevice();
const shape = { rows: 1000, cols: 1000, nnz: 40_000, quads: 32, software: device.info.software };
const uses = kernels.map((kernel) => {
  const variant = TUNED_KERNELS.includes(kernel.name) ? candidatesOf(kernel.name, shape)[0] : {};
  return { kernel, constants: { ...kernel.constants, ...variant } };
});
const measure = async (what) => {
  const [start, before] = [performance.now(), process.cpuUsage()];
  await compareWithTwins(device, uses);
  const { user, system } = process.cpuUsage(before);
  console.log(
    `${what}: ${(performance.now() - start).toFixed(0)} ms, ${((user + system) / 1000).toFixed(0)} ms of the processor`,
  );
};
console.log(`${uses.length} kernels on ${device.info.vendor} ${device.info.architecture} ${device.info.description}`);
await measure("with compilation");
for (let i = 0; i < 3; i++) await measure("compiled");
await device.dispose();
await server.close();
