import { builtinModules } from "node:module";
import { defineConfig } from "vite";
import { assemblyscript } from "./assemblyscript-plugin.js";
import manifest from "./package.json" with { type: "json" };

const external = [...Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies }), ...builtinModules];

/** The library: `index` for pages and Node alike, `cli` for Node; `#gpu` and `#workers` are resolved by the package's `imports` where they are used. */
export default defineConfig({
  publicDir: false,
  plugins: [assemblyscript()],
  build: {
    target: "es2022",
    minify: false,
    sourcemap: true,
    lib: {
      entry: {
        index: "src/index.ts",
        cli: "src/cli/bin.ts",
        bench: "bench/main.ts",
        "gpu-node": "src/device/webgpu/gpu-node.ts",
        "gpu-browser": "src/device/webgpu/gpu-browser.ts",
        "workers-node": "src/device/cpu/workers-node.ts",
        "workers-browser": "src/device/cpu/workers-browser.ts",
      },
      formats: ["es"],
    },
    rolldownOptions: {
      external: (id) =>
        id.startsWith("#") || id.startsWith("node:") || external.some((name) => id === name || id.startsWith(`${name}/`)),
      output: { chunkFileNames: "[name]-[hash].js" },
    },
  },
});
