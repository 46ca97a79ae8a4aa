import { readFileSync } from "node:fs";
import { defineConfig } from "vitest/config";
import type { Vite } from "vitest/node";
import { assemblyscript } from "./src/device/cpu/assemblyscript-plugin.js";

const path = (relative: string) => new URL(relative, import.meta.url).pathname;

/** Which files a mode takes: `vitest run --mode long` is npm run test:long. Without a mode, those of npm test. */
const FILES: Readonly<Record<string, string>> = {
  page: "test/page/**/*.test.ts",
  long: "test/long/**/*.test.ts",
  /** What npm run build wrote. */
  built: "test/built/**/*.test.ts",
  kernels: "test/kernels/**/*.test.ts",
  /** What needs neither dist/ nor a GPU nor processes. */
  unit: "test/{*,{data,demo,docs,experiment,io,options,sparse,util}/**/*}.test.ts",
};

/** Whole runs that have a process of their own, as they replace modules, or time what others would have warmed up or filled the heap for. */
const ALONE = [
  "test/cli/{endings,loss-of-device,save}.test.ts",
  "test/cli/experiment/predict-time.test.ts",
  "test/device/cpu-limits.test.ts",
  "test/extend/built-in.test.ts",
  "test/self-check/known.test.ts",
  "test/train/{devices,loss-of-device,recover,tuning}.test.ts",
];

/** Whole runs that npm test leaves to npm run test:matrix: each takes long, and parts of it stay in other files. */
const WHOLE_RUNS = [
  ...ALONE,
  "test/bench/{children,run}.test.ts",
  "test/cli/{datasets,download,exchange,explain,fit,fit-slots,kinds,lock,logs,measure,members,own-pieces,receive,resume,scores,select,start,strangers,tune,use}.test.ts",
  "test/cli/experiment/{distrust,distrust-job,report,slots,stored,suite,times}.test.ts",
  "test/data/hdf5.test.ts",
  "test/demo/drawing.test.ts",
  "test/docs/extending.test.ts",
  "test/evolution/{evolve,rules}.test.ts",
  "test/experiment/{repeat,run,select-features,tasks}.test.ts",
  "test/extend/{activation,grower,layer,method,metric,suite,task,task-files}.test.ts",
  "test/fit/{bits,fit,tasks}.test.ts",
  "test/kernels/cast.test.ts",
  "test/members/share.test.ts",
  "test/nn/{blocks,long-rows}.test.ts",
  "test/self-check/{compare,step}.test.ts",
  "test/studies/generalization-2/whole.test.ts",
  "test/tasks/{bad-tables,multi-label,regression,survival}.test.ts",
  "test/train/{class-weight,clip,counts,determinism,ema,memory,norm,remove-inputs,skip,sparse-samples}.test.ts",
];

const ALL = "test/**/*.test.ts";
const OTHER_MODES = [FILES.page, FILES.long, FILES.built];

/**
 * npm run test:matrix, `vitest run --mode matrix`: the whole runs, and every case of what npm test takes some of (test/matrix.ts). A process
 * that crashes makes vitest fail, and tells of the files that it had not come to: they are missing from the count of files.
 */
const MATRIX = [
  { name: "alone", include: ALONE, isolate: true },
  { name: "shared", include: [ALL], exclude: [...OTHER_MODES, ...ALONE], isolate: false },
];

/**
 * glibc gives threads that meet in malloc a heap each, and keeps what is freed amid others: Dawn's and SwiftShader's threads meet more the busier
 * the machine is, and resident memory rises by up to 100 MB with nothing leaked. With one heap, and large blocks given back when they are freed,
 * what is resident is what is held.
 */
const HELD_IS_RESIDENT = { MALLOC_ARENA_MAX: "1", MALLOC_MMAP_THRESHOLD_: "65536", MALLOC_TRIM_THRESHOLD_: "131072" };

/** What a transformed module is kept by, beside its own text; one that is made of other files is made anew. */
const cacheKeys: Vite.Plugin = {
  name: "cache-keys",
  configureVitest({ experimental_defineCacheKeyGenerator: define }) {
    const tsconfig = readFileSync(path("./tsconfig.json"), "utf8");
    define(({ id, sourceCode }) => !/\?assemblyscript$/.test(id) && !sourceCode.includes("import.meta.glob") && tsconfig);
  },
};

export default defineConfig(({ mode }) => ({
  plugins: [assemblyscript(), cacheKeys],
  resolve: {
    alias: {
      "#bench": path("./bench/main.ts"),
      "#hdf5": path("./src/data/formats/hdf5/apart-browser.ts"), // a thread takes what is built: test/built
      "#gpu": path("./src/device/webgpu/gpu-node.ts"),
      "#workers": path("./src/device/cpu/workers-node.ts"),
    },
  },
  test: {
    ...(mode === "matrix"
      ? { projects: MATRIX.map((test) => ({ extends: true as const, mode, test })) }
      : {
          include: [FILES[mode] ?? ALL],
          exclude: mode === "unit" ? WHOLE_RUNS : mode in FILES ? [] : [...OTHER_MODES, ...WHOLE_RUNS],
        }),
    globalSetup: mode === "page" ? ["test/page/build.ts"] : [],
    setupFiles: ["test/patient-gpu.ts", "test/seed.ts", "test/typed-arrays.ts"],
    css: true, // reports hold their style sheets
    maxWorkers: "100%", // of two cores, vitest would leave one idle
    env: mode === "long" ? HELD_IS_RESIDENT : {},
    pool: "forks",
    execArgv: mode === "long" ? [] : ["--max-semi-space-size=64"], // MB: collecting what is young takes a tenth of a run at Node's 16
    // It takes two seconds of a core to load what most files use: they share processes, replace no module, and leave globals as they were.
    isolate: ["page", "long", "built"].includes(mode),
    experimental: { fsModuleCache: true }, // in node_modules: a file that was transformed in an earlier run is not again
    expect: { poll: { timeout: mode === "page" ? 20_000 : 1000 } }, // a page that trains beside others is slow to answer
    testTimeout: ["long", "built", "matrix"].includes(mode) ? 20 * 60_000 : 120_000,
    hookTimeout: 120_000,
  },
}));
