import { defineConfig } from "vitest/config";
import { assemblyscript } from "./src/device/cpu/assemblyscript-plugin.js";

const path = (relative: string) => new URL(relative, import.meta.url).pathname;

/** Which files a mode takes: `vitest run --mode long` is npm run test:long. Without a mode, PROJECTS: npm test. */
const FILES: Readonly<Record<string, string>> = {
  page: "test/page/**/*.test.ts",
  long: "test/long/**/*.test.ts",
  /** What npm run build wrote. */
  built: "test/built/**/*.test.ts",
  kernels: "test/kernels/**/*.test.ts",
  /** What needs neither dist/ nor a GPU (as drawing does) nor processes. */
  unit: "test/{*,demo/!(drawing),{data,docs,experiment,io,options,sparse,util}/**/*}.test.ts",
};

/** Files that have a process of their own, as they replace modules, or time what others would have warmed up or filled the heap for. */
const ALONE = [
  "test/cli/{endings,loss-of-device,save}.test.ts",
  "test/cli/experiment/predict-time.test.ts",
  "test/device/{cpu,cpu-limits}.test.ts",
  "test/extend/built-in.test.ts",
  "test/self-check/known.test.ts",
  "test/train/{devices,loss-of-device,recover,tuning}.test.ts",
  "test/tune/tune.test.ts",
];

/** Whole runs that npm test leaves to npm run test:matrix: each takes long, and parts of it stay in other files. */
const WHOLE_RUNS = [
  "test/bench/run.test.ts",
  "test/cli/{endings,loss-of-device,resume,save,start,tune}.test.ts",
  "test/cli/experiment/{predict-time,suite}.test.ts",
  "test/demo/drawing.test.ts",
  "test/device/cpu-limits.test.ts",
  "test/docs/extending.test.ts",
  "test/evolution/evolve.test.ts",
  "test/extend/{built-in,suite}.test.ts",
  "test/self-check/{compare,known,step}.test.ts",
  "test/train/{counts,devices,loss-of-device,memory,recover,tuning}.test.ts",
];

/** What is in none of the others. */
const REST = ["test/**/*.test.ts"];
const OTHERS = [FILES.page, FILES.long, FILES.built, FILES.unit, ...ALONE];

/**
 * npm test. A process that crashes makes vitest fail, and tells of the files that it had not come to: they are missing from the count of files.
 * It takes two seconds of a core to load what most files use: those that replace no module share processes, and leave globals as they were.
 */
const PROJECTS = [
  { name: "unit", include: [FILES.unit], exclude: WHOLE_RUNS, isolate: false },
  { name: "alone", include: ALONE, exclude: WHOLE_RUNS },
  { name: "shared", include: REST, exclude: [...OTHERS, ...WHOLE_RUNS], isolate: false },
];

/** npm run test:matrix, `vitest run --mode matrix`: the whole runs, and every case of what npm test takes some of (test/matrix.ts). */
const MATRIX = [
  { name: "alone", include: ALONE },
  { name: "shared", include: REST, exclude: OTHERS, isolate: false },
  { name: "documents", include: ["test/docs/extending.test.ts"] },
];

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
    ...(mode in FILES
      ? { include: [FILES[mode]] }
      : { projects: (mode === "matrix" ? MATRIX : PROJECTS).map((test) => ({ extends: true as const, mode, test })) }),
    setupFiles: ["test/patient-gpu.ts"],
    css: true, // reports hold their style sheets
    maxWorkers: "100%", // of two cores, vitest would leave one idle
    env: mode === "long" ? HELD_IS_RESIDENT : {},
    pool: "forks",
    isolate: mode !== "unit",
    expect: { poll: { timeout: mode === "page" ? 20_000 : 1000 } }, // a page that trains beside others is slow to answer
    testTimeout: ["long", "built", "matrix"].includes(mode) ? 20 * 60_000 : 120_000,
    hookTimeout: 120_000,
  },
}));
