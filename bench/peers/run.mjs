// node run.mjs --system tfjs|jaxjs --backend webgpu|wasm [--config a|b] [--what step|matmul] [--page]
//              [--steps N] [--repeats N] [--limit SECONDS]
// Times one system in this process, and prints one line of JSON (README.md, "The line").
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { measure } from "./measure.mjs";

const { values } = parseArgs({
  options: {
    system: { type: "string" },
    backend: { type: "string" },
    config: { type: "string", default: "a" },
    what: { type: "string", default: "step" },
    page: { type: "boolean", default: false },
    steps: { type: "string" },
    repeats: { type: "string", default: "5" },
    limit: { type: "string", default: "120" },
  },
});
const number = (text) => (text === undefined ? undefined : Number(text));
const options = { ...values, steps: number(values.steps), repeats: Number(values.repeats), limit: Number(values.limit) };

/** Loads the system's module only here: it looks for navigator.gpu while it loads. */
async function inNode({ system, backend }) {
  const adapter = backend === "webgpu" ? await (await import("./dawn.mjs")).provideGpu() : "cpu";
  if (system === "jaxjs") {
    const { version } = JSON.parse(readFileSync(new URL("./node_modules/@jax-js/jax/package.json", import.meta.url), "utf8"));
    return { adapter, ...(await (await import("./jaxjs.mjs")).openJaxjs({ backend, version })) };
  }
  const wasmPath = new URL("./node_modules/@tensorflow/tfjs-backend-wasm/dist/", import.meta.url).pathname;
  return { adapter, ...(await (await import("./tfjs.mjs")).openTfjs({ backend, wasmPath })) };
}

async function line() {
  if (values.page) return (await import("./page.mjs")).measureInPage(options);
  const { version, adapter, threads, ...system } = await inNode(options);
  return { version, adapter, threads, host: `Node ${process.version}`, ...(await measure(system, options)) };
}

const { system, backend, config, what } = values;
const { version, adapter, msPerStep, ...rest } = await line();
console.log(
  JSON.stringify({ system, version, backend, adapter, config: what === "matmul" ? undefined : config, what, msPerStep, ...rest }),
);
process.exit(0); // Dawn may keep the process
