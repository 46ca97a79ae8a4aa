import { createServer } from "vite";

const path = (relative) => new URL(relative, import.meta.url).pathname;

/**
 * Loads a TypeScript module of this repository in Node, as Vite builds it (`?raw` shaders, `#gpu`), and waits for `use` of its exports; the
 * module is gone thereafter. `file` is a path from the repository's root ("/src/index.ts"). Throws what `use` throws.
 */
export async function withModule(file, use) {
  const server = await createServer({
    configFile: path("../vitest.config.ts"), // its aliases and plugins
    root: path(".."),
    logLevel: "error",
    appType: "custom",
    optimizeDeps: { noDiscovery: true },
    server: { middlewareMode: true, hmr: false, ws: false, watch: null },
  });
  try {
    await use(await server.ssrLoadModule(file));
  } finally {
    await server.close();
  }
}
