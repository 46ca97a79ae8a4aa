import { defineConfig } from "vitest/config";
import { assemblyscript } from "./assemblyscript-plugin.js";

const path = (relative: string) => new URL(relative, import.meta.url).pathname;

/** Which files a mode takes: `vitest run --mode long` is npm run test:long. Without a mode all but those of "page" and "long": npm test. */
const FILES: Readonly<Record<string, string>> = {
  page: "test/page/**/*.test.ts",
  long: "test/long/**/*.test.ts",
  kernels: "test/kernels/**/*.test.ts",
  /** What needs neither dist/ nor a GPU nor processes. These files share a process, as none leaves anything behind. */
  unit: "test/{*,{data,demo,docs,experiment,io,sparse,util}/**/*}.test.ts",
};

/**
 * glibc gives threads that meet in malloc a heap each, and keeps what is freed amid others: Dawn's and SwiftShader's threads meet more the busier
 * the machine is, and resident memory rises by up to 100 MB with nothing leaked. With one heap, and large blocks given back when they are freed,
 * what is resident is what is held.
 */
const HELD_IS_RESIDENT = { MALLOC_ARENA_MAX: "1", MALLOC_MMAP_THRESHOLD_: "65536", MALLOC_TRIM_THRESHOLD_: "131072" };

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
    include: [FILES[mode] ?? "test/**/*.test.ts"],
    exclude: mode === "unit" ? ["test/demo/drawing.test.ts"] : mode in FILES ? [] : [FILES.page, FILES.long], // it draws on a GPU
    maxWorkers: "100%", // of two cores, vitest would leave one idle
    env: mode === "long" ? HELD_IS_RESIDENT : {},
    pool: "forks", // Dawn keeps process-wide state; a fork a file keeps a crash in one file from hiding another
    isolate: mode !== "unit",
    expect: { poll: { timeout: mode === "page" ? 20_000 : 1000 } }, // a page that trains beside others is slow to answer
    testTimeout: mode === "long" ? 20 * 60_000 : 120_000,
    hookTimeout: 120_000,
  },
}));
