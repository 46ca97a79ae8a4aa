import { chmod } from "node:fs/promises";
import { builtinModules } from "node:module";
import { join } from "node:path";
import { defineConfig, esmExternalRequirePlugin, type Plugin, type UserConfig } from "vite";
import { licenses } from "./demo/licenses.js";
import { PURE } from "./demo/pure.js";
import manifest from "./package.json" with { type: "json" };
import { assemblyscript } from "./src/device/cpu/assemblyscript-plugin.js";

const builtins = builtinModules.flatMap((name) => [name, `node:${name}`]);
const external = Object.keys(manifest.peerDependencies);

/** What the package's `bin` names may be run, after every build: npm sets the bit once, when it installs. */
const runnable: Plugin = {
  name: "runnable",
  async writeBundle({ dir = "dist" }, bundle) {
    const programs = Object.values(manifest.bin).map((path) => path.replace("dist/", ""));
    await Promise.all(programs.filter((name) => name in bundle).map((name) => chmod(join(dir, name), 0o755)));
  },
};

/** What `coppice/NAME` are, each a file of src/api. */
const SUBPATHS = Object.keys(manifest.exports).flatMap((path) => /^\.\/(?!predict)(\w+)$/.exec(path)?.[1] ?? []);

/** `coppice/predict`, by itself (--mode predict): a page that predicts loads nothing of the rest. */
const PREDICT: UserConfig = {
  publicDir: false,
  plugins: [assemblyscript()], // what it loads imports what it leaves out
  build: {
    target: "es2022",
    minify: false,
    emptyOutDir: false,
    lib: { entry: { predict: "src/api/predict.ts" }, formats: ["es"] },
    rolldownOptions: { output: { comments: { legal: false, jsdoc: false } } },
  },
};

/** The library: `index` for pages and Node alike, `cli` for Node; `#gpu`, `#hdf5` and `#workers` are resolved by the package's `imports` where they are used. */
const LIBRARY: UserConfig = {
  publicDir: false,
  plugins: [assemblyscript(), esmExternalRequirePlugin({ external: builtins }), licenses("licenses.md"), runnable],
  build: {
    target: "es2022",
    minify: false,
    sourcemap: false, // the code is not minified, and maps would be more than half of what is installed
    lib: {
      entry: {
        ...Object.fromEntries(["index", ...SUBPATHS].map((name) => [name, `src/api/${name}.ts`])),
        cli: "src/cli/bin.ts",
        bench: "bench/main.ts",
        "gpu-node": "src/device/webgpu/gpu-node.ts",
        "gpu-browser": "src/device/webgpu/gpu-browser.ts",
        "hdf5-node": "src/data/formats/hdf5/apart-node.ts",
        "hdf5-browser": "src/data/formats/hdf5/apart-browser.ts",
        "hdf5-thread": "src/data/formats/hdf5/thread.ts",
        "workers-node": "src/device/cpu/workers-node.ts",
        "workers-browser": "src/device/cpu/workers-browser.ts",
      },
      formats: ["es"],
    },
    rolldownOptions: {
      external: (id) => id.startsWith("#") || external.some((name) => id === name || id.startsWith(`${name}/`)),
      treeshake: PURE,
      output: {
        chunkFileNames: "[name]-[hash].js",
        comments: { legal: false, jsdoc: false }, // licenses.md has the licences, once each, and the types what the code says of itself
        // A chunk of its own: a page that asks for no interval does not load the distributions behind it.
        codeSplitting: {
          groups: [
            { name: "util", test: /src\/util\//, priority: 1 },
            { name: "statistics", test: /@stdlib|src\/experiment\/(interval|statistics)/ },
          ],
        },
      },
    },
  },
};

export default defineConfig(({ mode }) => (mode === "predict" ? PREDICT : LIBRARY));
