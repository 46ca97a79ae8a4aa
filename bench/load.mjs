// Loads a TypeScript module of this repository in Node, as Vite builds it (`?raw` shaders, `#gpu`), and calls `use` with its exports.
import { createServer } from "vite";

const path = (relative) => new URL(relative, import.meta.url).pathname;

export async function withModule(file, use) {
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
    await use(await server.ssrLoadModule(file));
  } finally {
    await server.close();
  }
}
