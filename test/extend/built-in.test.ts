import { expect, test, vi } from "vitest";
import page from "../../docs/extending.md?raw";
import type { SavedModel } from "../../src/api/index.js";

// docs/extending.md builds a piece in by a file and a line of its folder's index. Here each index has one more entry, and nothing else of src differs.

const INDEXES: Readonly<Record<string, string>> = import.meta.glob(
  [
    "../../src/{optimisers,rates,activations,losses,metrics,tasks,methods,layers}/index.ts",
    "../../src/evolution/*/index.ts",
    "../../src/{io,data}/formats/index.ts",
  ],
  { query: "?raw", import: "default", eager: true },
);
/** The piece of each registry that is added to it once more, under the name mine. Data formats are a list. */
const { ADDED, add } = vi.hoisted(() => {
  const roles = { prune: "mine", grow: "mine", remove: "mine", allocate: "mine" };
  const ADDED: Readonly<Record<string, readonly [built: string, more?: object]>> = {
    ...{
      OPTIMISERS: ["adam"],
      RATES: ["cosine"],
      ACTIVATIONS: ["tanh"],
      LOSSES: ["mse"],
      METRICS: ["accuracy"],
      TASKS: ["classification"],
      PRUNERS: ["magnitude"],
      GROWERS: ["random"],
    },
    ALLOCATORS: ["shrinking"],
    SCORERS: ["degree"],
    METHODS: ["npset", roles],
    MODEL_FORMATS: ["onnx"],
    LAYER_KINDS: ["sparse"],
    FORMATS: ["svmlight", { extensions: [".mine"] }],
  };
  const add = async (load: () => Promise<object>) => {
    const index = (await load()) as Record<string, Record<string, object>>;
    for (const [registry, [known, more]] of Object.entries(ADDED)) {
      const pieces = index[registry];
      if (!pieces) continue;
      const built = Array.isArray(pieces) ? pieces.find(({ name }) => name === known) : pieces[known];
      const mine = { ...built, name: "mine", ...more };
      if (Array.isArray(pieces)) pieces.push(mine);
      else pieces.mine = mine;
    }
    return index;
  };
  return { ADDED, add };
});
vi.mock("../../src/optimisers/index.js", add);
vi.mock("../../src/rates/index.js", add);
vi.mock("../../src/activations/index.js", add);
vi.mock("../../src/losses/index.js", add);
vi.mock("../../src/metrics/index.js", add);
vi.mock("../../src/tasks/index.js", add);
vi.mock("../../src/methods/index.js", add);
vi.mock("../../src/evolution/pruners/index.js", add);
vi.mock("../../src/evolution/growers/index.js", add);
vi.mock("../../src/evolution/allocators/index.js", add);
vi.mock("../../src/evolution/scorers/index.js", add);
vi.mock("../../src/io/formats/index.js", add);
vi.mock("../../src/data/formats/index.js", add);
vi.mock("../../src/layers/index.js", add);

test("a line in an index builds a piece in: it trains by its name, help knows it, and files that name it are read", async () => {
  const { createCpuDevice, decodeCheckpoint, encodeCheckpoint, train } = await import("../../src/api/index.js");
  const { coppice } = await import("../cli/harness.js");
  const { BASE, DATA } = await import("./trained.js");
  const removal = { amount: 0.3, first: 1, last: 3 };
  const learnt = { loss: "mine", task: "mine", metrics: ["mine"] };
  const mine = {
    method: "mine",
    optimizer: "mine",
    activation: "mine",
    ...learnt,
    lr: { schedule: "mine" },
    evolution: { removal },
  };
  const evolution = { prune: "magnitude", grow: "random", allocate: "shrinking", removal: { score: "degree", ...removal } };
  const same = { method: "npset", optimizer: "adam", activation: "tanh", loss: "mse", lr: { schedule: "cosine" }, evolution };
  const files: Uint8Array[] = [];
  const onCheckpoint = (saved: SavedModel) => void files.push(encodeCheckpoint(saved));
  const run = async (options: object) => {
    const model = await train(DATA, { ...BASE, ...options, device: createCpuDevice({ threads: 1 }) });
    expect(JSON.stringify(model.config).match(/"mine"/g)?.length ?? 0).toBe(
      "method" in options && options.method === "mine" ? 11 : 0,
    );
    return (await model.save()).network;
  };
  const whole = await run({ ...mine, onCheckpoint });
  expect(decodeCheckpoint(files[1]).training?.history[1]).toHaveProperty("runningMine");
  expect(whole).toEqual(await run(same));
  expect(await run({ ...mine, resume: decodeCheckpoint(files[1]) })).toEqual(whole);

  const { out } = await coppice("train --help");
  for (const flag of [
    "method",
    "activation",
    "loss",
    "task",
    "optimizer",
    "lr-schedule",
    "prune",
    "grow",
    "allocate",
    "remove-score",
  ]) {
    const [, about] = out.replace(/\s+/g, " ").split(`--${flag} <`);
    expect(about.split(" --")[0], flag).toMatch(/[:,] [^(]*\bmine\b/);
  }
  expect(out).toContain(".mine");
  expect((await coppice("export --help")).out).toMatch(/what to write: onnx, npz, safetensors, predictor, mine\b/);
});

test("the diffs of docs/extending.md fit the indexes, one for every kind", () => {
  const diffs = [...page.matchAll(/^--- (src\/.*)\n-(.*)\n\+(.*)$/gm)];
  const registries = diffs.map(([, path, before, after]) => {
    expect(INDEXES[`../../${path}`], path).toContain(`\n${before}\n`);
    expect(after.length).toBeGreaterThan(before.length);
    return /const ([A-Z_]+)/.exec(INDEXES[`../../${path}`])?.[1];
  });
  expect(new Set(registries).size).toBe(Object.keys(ADDED).length);
});
