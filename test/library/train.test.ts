import { afterEach, expect, it } from "vitest";
import type { Dataset } from "../../src/data/dataset.js";
import { split } from "../../src/data/split.js";
import type { RunOptions } from "../../src/train/run-options.js";
import { train } from "../../src/train/train.js";
import type { Model } from "../../src/train/trained.js";
import { blobs } from "../train/blobs.js";
import { countingDevice, detached, expectRefused, nameOf, proxied, WRONG } from "./wrong.js";

const { device, left } = countingDevice();
const set = blobs({ samples: 24, features: 4, classes: 3 });
const data = { train: set, validation: blobs({ samples: 9, features: 4, classes: 3, seed: 2 }) };
const small = { hidden: [4], epochs: 2, batch: 8, device, epsilon: 2 } as const;
/** Trains without types. */
const start = (options: object, given: unknown = data) =>
  train(given as typeof data, { ...small, ...options } as RunOptions) as Promise<Model>;

afterEach(() => expect(left(), "buffers and recordings left on the device").toBe(0));

/** The kind of every option, and of the parts of those that have parts; more wrong values where the kind's are not all. */
const OPTIONS: Record<string, readonly [kind: string, ...more: unknown[]]> = {
  method: ["name", { name: "own" }, { name: "npset", layout: { layout() {} } }],
  hidden: ["object", {}, [0], [1.5], ["4"], [null]],
  epsilon: ["number", 0, Infinity],
  output: ["name"],
  init: ["name"],
  evolution: ["object", { zta: 1 }],
  "evolution.prune": ["name", { name: "own", scope: "all" }, { name: "set", scope: "sign" }],
  "evolution.grow": ["name", { name: "own" }, { name: "own", grow() {}, gradients: "all" }],
  "evolution.allocate": ["name", { name: "own" }, { name: "", counts() {} }],
  "evolution.growFirst": ["boolean"],
  "evolution.percolate": ["boolean"],
  "evolution.exploration": ["boolean"],
  "evolution.densityStart": ["number", 0, 1],
  "evolution.until": ["number", 0, 1.5],
  "evolution.zeta": ["number", 1],
  "evolution.zetaSchedule": ["name"],
  "evolution.period": ["count", 0, "0steps", "10 steps"],
  "evolution.regrowInit": ["name"],
  "evolution.removal": ["object", { ammount: 1 }],
  "evolution.removal.score": ["name", { name: "own" }, { name: "own", draw: 1 }],
  "evolution.removal.amount": ["number", 0, 1],
  "evolution.removal.schedule": ["name"],
  "evolution.removal.first": ["count", 100],
  "evolution.removal.last": ["count", 0],
  "evolution.removal.every": ["count", 0],
  "evolution.removal.budget": ["name"],
  "evolution.removal.floor": ["count", 0],
  activation: ["name"],
  alpha: ["number", 2, Infinity],
  dropout: ["number", 1, 1.5, Infinity],
  dropoutStyle: ["name", "gaussian", "none"],
  loss: ["name"],
  labelSmoothing: ["number", 1],
  clipNorm: ["number", -1, Infinity],
  maxNorm: ["number", -1, Infinity],
  ema: ["number", 1],
  optimizer: ["object", "nonsense", { nme: "adam" }],
  "optimizer.name": ["name"],
  "optimizer.momentum": ["number", 1],
  "optimizer.nesterov": ["boolean"],
  "optimizer.decay": ["number", Infinity],
  "optimizer.beta1": ["number", 1],
  "optimizer.beta2": ["number", 1],
  "optimizer.eps": ["number", 0],
  lr: ["object", 0, -1, Infinity, { rte: 1 }],
  "lr.rate": ["number", 0],
  "lr.schedule": ["name"],
  "lr.warmup": ["number", Infinity],
  "lr.gamma": ["number", 0, 2],
  "lr.stepEpochs": ["count", 0],
  epochs: ["count", 0],
  batch: ["count", 0, 5000],
  dropLast: ["boolean"],
  seed: ["count", 2 ** 32],
  inputs: ["name"],
  patience: ["count", 0],
  evaluateEvery: ["count", 0],
  device: ["device", "gpu"],
  plan: ["object", {}, { version: 1, device: "cpu", adapter: "" }, { version: "0", device: "tpu", adapter: "" }],
  tune: ["name"],
  tuneMs: ["number"],
  until: ["count", 0],
  tuning: ["object", {}, { load() {} }],
  memoryBytes: ["bytes"],
  hostMemoryBytes: ["bytes"],
  dataBytes: ["bytes", 1.5],
  signal: ["object", {}, { aborted: false }],
  resume: ["object", {}, { network: { layers: [] } }],
  start: ["object", {}, { network: { layers: [{}] } }],
  best: ["object", {}],
  onStart: ["function"],
  onEpoch: ["function"],
  onEvolution: ["function"],
  onNetwork: ["function"],
  onCheckpoint: ["function"],
  checkpointEvery: ["count", 0],
  onBest: ["function"],
  onDeviceLost: ["function"],
};

/** { a: { b: value } } of "a.b". */
const nested = (path: string, value: unknown): object =>
  path.split(".").reduceRight<unknown>((inner, key) => ({ [key]: inner }), value) as object;

/** What the kinds call wrong and the option takes. */
const RIGHT: Record<string, readonly unknown[]> = { "evolution.removal.first": [0], lr: [0.1] };

it("refuses every wrong value of every option before anything is on the device", async () => {
  for (const [path, [kind, ...more]] of Object.entries(OPTIONS)) {
    for (const value of [...WRONG[kind], ...more]) {
      if (path === "patience" && value === null) continue; // as config.json has it
      if (path === "evolution.removal" && value === null) continue; // refused for npset, right for set
      if (path === "hidden" && Array.isArray(value) && value.length === 0) continue;
      if (RIGHT[path]?.includes(value)) continue;
      await expectRefused(() => start(nested(path, value)), `${path}: ${nameOf(value)}`);
      expect(left(), `${path}: ${nameOf(value)}`).toBe(0);
    }
  }
  for (const options of [null, 5, "adam", [], () => 1])
    await expectRefused(() => train(data, options as RunOptions), `options ${nameOf(options)}`);
  expect((await expectRefused(() => start({ droput: 0.5 }), "a misspelt option")).message).toContain('did you mean "dropout"');
});

it("takes an optimizer by its name alone", async () => {
  const losses = [];
  for (const optimizer of ["adam", { name: "adam" }]) {
    const model = await start({ optimizer });
    expect(model.config.network.optimizer).toMatchObject({ name: "adam", beta2: 0.999 });
    losses.push(model.history[1].trainLoss);
    await model.dispose();
  }
  expect(losses[0]).toBe(losses[1]);
});

it("refuses what is no object of sets, and every wrong part of a dataset, in each set", async () => {
  for (const value of [...WRONG.object, undefined, {}, { train: null }, { train: undefined }, { train: set, tset: set }])
    await expectRefused(() => train(value as typeof data, small), `data ${nameOf(value)}`);
  expect((await expectRefused(() => start({}, set), "a dataset")).message).toContain("{ train: dataset }");
  const parts: Record<string, readonly unknown[]> = {
    name: WRONG.text,
    x: [...WRONG.floats, { rowPtr: 1 }, { ...{ rows: 24, cols: 4, rowPtr: [0], colIdx: [], values: [] } }],
    y: [...WRONG.floats, new Uint32Array(5), new Uint32Array(24).fill(7), [...set.y]],
    samples: [...WRONG.count, 0, 23],
    features: [...WRONG.count, 0, 5],
    classes: [...WRONG.texts, [], [0, 1, 2], ["a", "a", "b"], ["a"]],
    imageShape: [null, 4, "2x2", [2], [2, 2, 1], [3, 2], [-2, -2], [0.5, 8], ["2", "2"], {}],
    featureNames: [...WRONG.texts, ["a"], [1, 2, 3, 4]],
    ids: [...WRONG.texts, ["a"], Array.from({ length: 24 }, (_, i) => i)],
    groups: [...WRONG.texts, ["a"]],
    missing: [...WRONG.name, "error"],
  };
  for (const [key, values] of Object.entries(parts)) {
    for (const value of values) {
      const bad = { ...set, [key]: value } as unknown as Dataset;
      await expectRefused(() => start({}, { train: bad }), `train ${key} ${nameOf(value)}`);
      await expectRefused(() => start({}, { train: set, test: bad }), `test ${key} ${nameOf(value)}`);
    }
  }
  expect(detached().length + 24).toBe(24);
  expect(() => proxied().length).toThrow(TypeError); // why an instance alone is no proof
});

it("takes what split makes, options behind a proxy, and datasets frozen", async () => {
  const model = await train(split(Object.freeze({ ...set }), { test: 0.3, seed: 1 }), new Proxy({ ...small }, {}));
  expect(model.history.length).toBe(2);
  await model.dispose();
});

const CALLBACKS = ["onStart", "onEpoch", "onEvolution", "onNetwork", "onCheckpoint", "onBest"] as const;

it.each(CALLBACKS)("passes on what %s throws or rejects with, unchanged, and frees the network", async (key) => {
  const mine = new Error("mine");
  const throwing = () => {
    throw mine;
  };
  for (const callback of [throwing, async () => throwing(), () => new Promise((_, reject) => setTimeout(reject, 1, mine))]) {
    await expect(start({ [key]: callback })).rejects.toBe(mine);
    expect(left()).toBe(0);
  }
  await expect(start({ [key]: () => Promise.reject("a text") })).rejects.toBe("a text");
});

it.each(CALLBACKS)("stops with the reason of a signal that is aborted in %s", async (key) => {
  for (const reason of [new Error("enough"), "a text"]) {
    const aborter = new AbortController();
    let after = 0;
    const onEpoch = () => void after++;
    await expect(start({ onEpoch, [key]: () => aborter.abort(reason), signal: aborter.signal, epochs: 50 })).rejects.toBe(reason);
    expect(after).toBeLessThan(4);
    expect(left()).toBe(0);
  }
});

it.each(CALLBACKS)("trains again in %s, on the same device, and goes on to the same bits", async (key) => {
  const alone = await start({});
  let inner = 0;
  const again = async () => {
    if (inner++ > 0) return;
    const model = await start({ seed: 5 });
    await model.dispose();
  };
  const both = await start({ [key]: again });
  expect(inner).toBeGreaterThan(0);
  expect((await both.save()).network.layers[0].params.values).toEqual((await alone.save()).network.layers[0].params.values);
  await alone.dispose();
  await both.dispose();
});

it("starts nothing where the signal is aborted before", async () => {
  const signal = AbortSignal.abort("before");
  const onStart = () => expect.unreachable();
  for (const choice of [device, "cpu", "auto", undefined] as const)
    await expect(start({ signal, onStart, device: choice })).rejects.toBe("before");
});

it("stops during the choice of the device, while kernels are timed, and in an evaluation", async () => {
  const whenCalled = (method: "record" | "time" | "run" | "read", count: number) => {
    const aborter = new AbortController();
    let calls = 0;
    const on = { ...device, info: { ...device.info, kind: "webgpu" as const } };
    const original = device[method] as (...args: unknown[]) => unknown;
    Object.assign(on, {
      [method](...args: unknown[]) {
        if (++calls === count) aborter.abort("now");
        return original.apply(on, args);
      },
    });
    return { device: on, signal: aborter.signal, calls: () => calls };
  };
  for (const [method, count, options] of [
    ["time", 2, { tune: "force", hidden: [300] }],
    ["run", 2, { tune: "off" }],
    ["read", 2, { tune: "off" }],
  ] as const) {
    const { calls, ...run } = whenCalled(method, count);
    const onEpoch = () => expect.unreachable();
    await expect(start({ ...run, ...options, onEpoch }), method).rejects.toBe("now");
    expect(calls(), method).toBeLessThan(count + 6);
    expect(left(), method).toBe(0);
  }
  const aborter = new AbortController();
  const store = {
    load() {
      aborter.abort("now");
      return [];
    },
    save() {},
  };
  await expect(start({ device: "auto", tuning: store, signal: aborter.signal })).rejects.toBe("now");
});

it("passes on what a store of tuning throws, and refuses what it gives for entries", async () => {
  const on = { ...device, info: { ...device.info, kind: "webgpu" as const } };
  const mine = new Error("mine");
  const save = () => {};
  await expect(start({ device: on, tuning: { load: () => Promise.reject(mine), save } })).rejects.toBe(mine);
  for (const entries of [null, undefined, 5, "[]", {}, [null], [{}]])
    await expectRefused(() => start({ device: on, tuning: { load: () => entries, save } }), `entries ${nameOf(entries)}`);
});

it("answers until it is disposed of, and says so after that", async () => {
  const model = await start({});
  const before = model.predict(set.x);
  const disposed = model.dispose();
  expect((await before).labels.length).toBe(24);
  await disposed;
  await model.dispose();
  expect((await expectRefused(() => model.predict(set.x), "predict")).message).toContain("disposed of");
  expect((await expectRefused(() => model.evaluate(set), "evaluate")).message).toContain("disposed of");
  expect((await model.save()).classes).toEqual(["0", "1", "2"]);
});

it("takes the inputs of a prediction when it is called, with and without statistics", async () => {
  for (const inputs of ["raw", "standardize"]) {
    const model = await start({ inputs });
    const right = await model.predict(set.x);
    const reused = set.x.slice();
    const [first, second] = [model.predict(reused), model.evaluate({ ...set, x: reused })];
    reused.fill(Number.NaN);
    expect((await first).probabilities).toEqual(right.probabilities);
    expect((await second).loss).toBe((await model.evaluate(set)).loss);
    await model.dispose();
  }
});
