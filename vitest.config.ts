import { defineConfig } from "vitest/config";
import { assemblyscript } from "./assemblyscript-plugin.js";

const path = (relative: string) => new URL(relative, import.meta.url).pathname;

/** `vitest run`: the tests of npm test; `vitest run --mode long`: those of npm run test:long. */
export default defineConfig(({ mode }) => ({
  plugins: [assemblyscript()],
  resolve: {
    alias: {
      "#bench": path("./bench/main.ts"),
      "#gpu": path("./src/device/webgpu/gpu-node.ts"),
      "#workers": path("./src/device/cpu/workers-node.ts"),
    },
  },
  test: {
    include: mode === "long" ? ["test/long/**/*.test.ts"] : ["test/**/*.test.ts"],
    exclude: mode === "long" ? [] : ["test/long/**"],
    maxWorkers: "100%", // of two cores, vitest would leave one idle
    pool: "forks", // Dawn keeps process-wide state; a fork a file keeps a crash in one file from hiding another
    testTimeout: mode === "long" ? 20 * 60_000 : 120_000,
    hookTimeout: 120_000,
  },
}));
