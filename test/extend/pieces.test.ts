import { describe, expect, test } from "vitest";
import {
  ACTIVATIONS,
  type Allotment,
  GROWERS,
  LOSSES,
  METHODS,
  OPTIMISERS,
  type OwnPiece,
  type Room,
  TASKS,
} from "../../src/api/extend.js";
import {
  createCpuDevice,
  decodeCheckpoint,
  encodeCheckpoint,
  type SavedModel,
  type TrainOptions,
  train,
} from "../../src/api/index.js";
import { WRONG } from "../library/wrong.js";
import { BASE, DATA } from "./trained.js";

// One way to hand pieces in, whatever their kind: as objects in the places of names, or by names with `pieces` beside them.

const { simd: _first, ...adam } = OPTIMISERS.adam;
const { simd: _second, ...srelu } = ACTIVATIONS.srelu;
const PIECES = {
  optimiser: { ...adam, name: "mine" },
  activation: { ...srelu, name: "mine" },
  loss: { ...LOSSES.mse, name: "mine" },
  pruner: { name: "mine", scope: "layer", count: () => 2 },
  grower: { name: "mine", grow: ({ kept, count, place }: Room) => place(free(kept, count)) },
  allocator: {
    name: "mine",
    counts: (layers: readonly Allotment[]) => layers.map(({ before, cells }) => Math.min(before, cells)),
  },
  scorer: { name: "mine", draw: (neurons: number) => Array.from({ length: neurons }, (_, n) => n) },
  method: { name: "mine", layout: METHODS.npset.layout, prune: "mine", grow: "mine", remove: "mine", allocate: "mine" },
  "learning rate schedule": { name: "mine", factor: () => 0.5 },
  metric: { name: "mine", better: "larger", over: ({ samples }: { samples: number }) => samples },
  task: { ...TASKS.classification, name: "mine" },
} as unknown as Record<string, OwnPiece>;

/** The first free cells. */
function free(
  { rows, cols, rowPtr, colIdx }: { rows: number; cols: number; rowPtr: Uint32Array; colIdx: Uint32Array },
  count: number,
) {
  const cells = Array.from({ length: rows * cols }, (_, k) => [Math.floor(k / cols), k % cols]);
  const taken = (row: number, col: number) => colIdx.subarray(rowPtr[row], rowPtr[row + 1]).includes(col);
  const chosen = cells.filter(([row, col]) => !taken(row, col)).slice(0, count);
  return { rowIdx: Uint32Array.from(chosen, ([row]) => row), colIdx: Uint32Array.from(chosen, ([, col]) => col) };
}

/** Where an object of each kind stands in the options. */
const PLACES: Readonly<Record<string, (piece: unknown) => object>> = {
  optimiser: (optimizer) => ({ optimizer }),
  activation: (activation) => ({ activation }),
  loss: (loss) => ({ loss }),
  pruner: (prune) => ({ evolution: { prune } }),
  grower: (grow) => ({ evolution: { grow } }),
  allocator: (allocate) => ({ evolution: { allocate } }),
  scorer: (score) => ({ evolution: { removal: { score } } }),
  method: (method) => ({ method }),
  "learning rate schedule": (schedule) => ({ lr: { schedule } }),
  metric: (metric) => ({ metrics: [metric] }),
  task: (task) => ({ task }),
};

const run = async (options: object) => {
  const saved: SavedModel[] = [];
  const onCheckpoint = (model: SavedModel) => void saved.push(model);
  const model = await train(DATA, {
    ...BASE,
    ...(options as TrainOptions),
    device: createCpuDevice({ threads: 1 }),
    onCheckpoint,
  });
  const { network } = await model.save();
  await model.dispose();
  return { network, saved, config: model.config };
};

describe("pieces of every kind in one run", () => {
  const pieces = Object.values(PIECES);
  const removal = { amount: 0.3, first: 1, last: 3 };
  const learnt = { loss: "mine", task: "mine", metrics: ["mine"] };
  const named = {
    method: "mine",
    optimizer: "mine",
    activation: "mine",
    ...learnt,
    lr: { schedule: "mine" },
    evolution: { removal },
    pieces,
  };
  const { optimiser, activation, loss, method, task, metric } = PIECES;
  const objects = { method, optimizer: optimiser, activation, loss, task, metrics: [metric] };
  const lr = { schedule: PIECES["learning rate schedule"] };
  const given = { ...objects, lr, evolution: { removal }, pieces: pieces.slice(3, 7) };

  test("are found by their names, and are the same as objects in their places", async () => {
    const [byName, asObjects] = [await run(named), await run(given)];
    expect(byName.network).toEqual(asObjects.network);
    expect(JSON.parse(JSON.stringify(byName.config))).toMatchObject({
      method: "mine",
      metrics: ["mine"],
      lr: { schedule: "mine" },
      network: { task: "mine", activation: "mine", loss: "mine", optimizer: { name: "mine" } },
      evolution: { prune: "mine", grow: "mine", allocate: "mine", removal: { score: "mine" } },
    });
  });

  test("are named by a checkpoint, which is read and gone on with where they are handed in", async () => {
    const whole = await run(named);
    const file = encodeCheckpoint(whole.saved[1]);
    expect(() => decodeCheckpoint(file)).toThrow(
      /^checkpoint: task: "mine" is unknown; .* hand it in by pieces \(--pieces FILE\.js\)$/,
    );
    const resume = decodeCheckpoint(file, "checkpoint", pieces);
    expect((await run({ ...named, resume })).network).toEqual(whole.network);
    const { evolution, ...others } = named;
    await expect(run({ ...others, evolution: { ...evolution, grow: "random" }, resume })).rejects.toThrow(
      `resume: grower: "mine" is not built in (${Object.keys(GROWERS).join(", ")}); hand it in as evolution.grow, an object of that name`,
    );
  });
});

describe.each(Object.keys(PIECES))("own pieces: %s", (kind) => {
  const place = PLACES[kind];
  const piece = PIECES[kind] as OwnPiece & Record<string, unknown>;

  test("a faulty one is refused by its field, in its place and in `pieces`", async () => {
    const WRONG_NAMES = [undefined, null, 5, "", "two words", "ä", "a/b", "1st"];
    const faults = [...WRONG_NAMES.map((name) => ({ name })), ...(FAULTS[kind] ?? []), { misspelt: 1 }];
    for (const fault of faults) {
      const wrong = { ...piece, ...fault };
      const field = Object.keys(fault)[0];
      await expect(run(place(wrong)), JSON.stringify(fault)).rejects.toThrow(new RegExp(field));
      await expect(run({ pieces: [wrong] }), JSON.stringify(fault)).rejects.toThrow(/^pieces: item 0: /);
    }
  });

  test("the name of a built-in one is refused, and so are two of one name", async () => {
    const taken = { ...piece, name: BUILT_IN[kind] };
    await expect(run(place(taken))).rejects.toThrow(`"${BUILT_IN[kind]}" is the name of a built-in ${kind}; take another`);
    await expect(run({ pieces: [piece, { ...piece }] })).rejects.toThrow(`pieces: item 1: ${kind} "mine" is listed twice`);
    expect(() => decodeCheckpoint(new Uint8Array(8), "file", [taken])).toThrow("decodeCheckpoint: pieces: item 0: ");
  });

  test("one that nobody handed in is unknown", async () => {
    await expect(run(place("nmie"))).rejects.toThrow("if it is your own, hand it in by pieces (--pieces FILE.js)");
  });
});

const BUILT_IN: Readonly<Record<string, string>> = {
  optimiser: "adam",
  activation: "tanh",
  loss: "mse",
  pruner: "set",
  grower: "random",
  allocator: "constant",
  scorer: "degree",
  method: "npset",
  "learning rate schedule": "cosine",
  metric: "accuracy",
  task: "classification",
};

/** Faults that would else go wrong without a word, or where nobody would look for them. */
const FAULTS: Readonly<Record<string, readonly object[]>> = {
  optimiser: [
    ...[null, 0, "ab", {}, ["a", "b", "c"], [1], ["m", "m"], ["a.b"]].map((state) => ({ state })),
    ...[...WRONG.object, { a: null }, { a: { default: "1" } }, { a: { default: 1, least: 0 } }].map((hyper) => ({ hyper })),
    ...[{ name: { default: 1 } }, { decay: { default: 1 } }, { "a b": { default: 1 } }].map((hyper) => ({ hyper })),
    { hyper: Object.fromEntries(["a", "b", "c", "d"].map((key) => [key, { default: 1 }])) },
    ...[() => [1, 2, 3, 4], () => [Number.NaN], () => 1].map((corrections) => ({ corrections })),
    ...[...WRONG.text, "fn other() {}"].map((wgsl) => ({ wgsl })),
    ...WRONG.function.map((step) => ({ step })),
    ...[{ rate: 0 }, { decay: -1 }, { exact: "some" }, { simd: 4 }, { rule: 1 }],
  ],
  activation: [
    ...["bias", "values", "Upper", "with-dash"].map((name) => ({ name })),
    ...[null, 0, "x", {}, () => "x"].map((needs) => ({ needs })),
    ...[...WRONG.text, "fn activate() {}"].map((wgsl) => ({ wgsl })),
    ...WRONG.function.flatMap((value) => [{ f: value }, { df: value }, { slope: value }]),
    ...[null, 0, "a", {}, [], [null], [{ name: "a" }], Array(5).fill({ name: "a", init: 0 })].map((parameters) => ({
      parameters,
    })),
    ...[{ alpha: 2 }, { simd: 1 }],
  ],
  loss: [...[...WRONG.text, "fn f() {}"].map((wgsl) => ({ wgsl })), ...WRONG.function.map((sample) => ({ sample }))],
  "learning rate schedule": WRONG.function.map((factor) => ({ factor })),
  pruner: [{ scope: "all" }, { count: 5 }, { key: "w" }],
  grower: [{ gradients: "bach" }],
  allocator: [{ gradients: true }],
  scorer: [{ dispatches: 5 }],
  method: [
    ...[{}, { sparse: true, hidden: true }, { ...METHODS.set.layout, sparse: 1 }].map((layout) => ({ layout })),
    ...[{ prune: 5 }, { grow: { name: "x" } }, { remove: {} }, { allocate: [] }, { growFirst: 1 }],
  ],
  metric: [
    ...[{ name: "loss" }, { name: "Upper" }, { better: "most" }, { fraction: 1 }, { of: 2 }],
    ...WRONG.function.map((over) => ({ over })),
  ],
  task: [
    ...[null, [], ["nmie"], "mse"].map((losses) => ({ losses })),
    ...[null, [], ["accuracy", 5], {}].map((metrics) => ({ metrics })),
    ...WRONG.function.flatMap((value) => [{ outputs: value }, { width: value }, { targets: value }]),
    ...[{ align: 1 }, { answers: 1 }, { answer: undefined }, { measures: 1 }, { onnx: 1 }],
  ],
};

test("what is no list of pieces, or no piece, is refused", async () => {
  for (const pieces of [null, {}, "mine"]) await expect(run({ pieces })).rejects.toThrow("is no list of pieces");
  for (const piece of [null, 5, "mine", {}, { name: "mine" }, [], () => 1]) {
    await expect(run({ pieces: [piece] })).rejects.toThrow(/^pieces: item 0: .* is none of these: method, pruner, grower/);
  }
});
