// The page's side of page.mjs: opens a system in this page and times it.
import { measure } from "./measure.mjs";

export async function measureHere(options) {
  if (!globalThis.crossOriginIsolated) throw new Error("the page is not cross-origin isolated: wasm would have one thread");
  const { version, threads, ...system } = await open(options);
  return { version, adapter: await adapterName(options), threads, ...(await measure(system, options)) };
}

async function open({ system, backend }) {
  if (system === "jaxjs") {
    const { version } = await (await fetch("/node_modules/@jax-js/jax/package.json")).json();
    return (await import("./jaxjs.mjs")).openJaxjs({ backend, version });
  }
  const wasmPath = "/node_modules/@tensorflow/tfjs-backend-wasm/dist/";
  return (await import("./tfjs.mjs")).openTfjs({ backend, wasmPath });
}

async function adapterName({ backend }) {
  if (backend !== "webgpu") return "cpu";
  const { vendor, architecture } = (await navigator.gpu.requestAdapter()).info;
  return [vendor, architecture].join(", ");
}
