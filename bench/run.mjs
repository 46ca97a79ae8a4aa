// node bench/run.mjs [kernel...]: checks and times the kernels on the WebGPU adapter of this machine. TypeScript and `?raw` need Vite.
import { createServer } from "vite";

const path = (relative) => new URL(relative, import.meta.url).pathname;
const server = await createServer({
  configFile: false,
  root: path(".."),
  logLevel: "error",
  appType: "custom",
  resolve: { alias: { "#gpu": path("../src/device/webgpu/gpu-node.ts") } },
  optimizeDeps: { noDiscovery: true },
  server: { middlewareMode: true, hmr: false, ws: false, watch: null },
});
try {
  const { run } = await server.ssrLoadModule("/bench/run.ts");
  await run(process.argv.slice(2));
} finally {
  await server.close();
}
