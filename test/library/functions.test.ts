import { expect, it } from "vitest";
import * as data from "../../src/api/data.js";
import * as experiment from "../../src/api/experiment.js";
import * as extend from "../../src/api/extend.js";
import * as main from "../../src/api/index.js";
import * as io from "../../src/api/io.js";
import * as metrics from "../../src/api/metrics.js";
import * as sparse from "../../src/api/sparse.js";
import { OF_DATA } from "./rows/data.js";
import { OF_EXPERIMENT } from "./rows/experiment.js";
import { OF_EXTEND } from "./rows/extend.js";
import { OF_IO } from "./rows/io.js";
import { OF_MAIN } from "./rows/main.js";
import { OF_METRICS } from "./rows/metrics.js";
import { DATASET, device, file, left, matrix, type Rows, rng, STORAGE, saved, set, x } from "./rows/right.js";
import { OF_SPARSE } from "./rows/sparse.js";
import { expectRefused, nameOf, WRONG } from "./wrong.js";

const coppice = { ...main, ...data, ...experiment, ...extend, ...io, ...metrics, ...sparse };
type Any = (...args: never[]) => unknown;

const TABLE: Rows = { ...OF_MAIN, ...OF_DATA, ...OF_SPARSE, ...OF_IO, ...OF_EXPERIMENT, ...OF_METRICS, ...OF_EXTEND };

/** Functions with tests of their own: `train` in train.test.ts; errors are made, not asked. */
const ELSEWHERE = ["train", "fit", "CoppiceError"];

it("has a row for every exported function", () => {
  const functions = Object.entries(coppice).filter(([, value]) => typeof value === "function");
  expect(functions.map(([name]) => name).sort()).toEqual([...Object.keys(TABLE), ...ELSEWHERE].sort());
});

async function free(made: unknown): Promise<void> {
  const { dispose } = Object(made) as { dispose?: () => Promise<void> };
  await dispose?.call(made);
}

const NO_GPU = ["createWebgpuDevice"]; // opened in tests of its own

it.each(Object.entries(TABLE))(
  "%s takes what is right, refuses all else in one CoppiceError, and leaves nothing on the device",
  async (name, { args, wrong }) => {
    const call = (coppice as unknown as Record<string, Any>)[name];
    const ask = async (given: readonly unknown[]) => await call(...(given as never[]));
    if (!NO_GPU.includes(name)) await free(await ask(args));
    expect(left()).toBe(0);
    for (const [i, values] of wrong.entries()) {
      const given = (value: unknown) => args.map((arg, k) => (k === i ? value : arg)).concat(i >= args.length ? [value] : []);
      if (Array.isArray(values)) {
        for (const value of values) await expectRefused(() => ask(given(value)), `${name}, argument ${i}: ${nameOf(value)}`);
      } else {
        const whole = Object(args[i] ?? {}) as object;
        for (const value of [null, 5, true, "x", Symbol("s"), () => 1, []])
          await expectRefused(() => ask(given(value)), `${name}, argument ${i}: ${nameOf(value)}`);
        for (const [key, list] of Object.entries(values as Readonly<Record<string, readonly unknown[]>>))
          for (const value of list)
            await expectRefused(() => ask(given({ ...whole, [key]: value })), `${name}, argument ${i}, ${key}: ${nameOf(value)}`);
      }
      expect(left(), `${name}, argument ${i}`).toBe(0);
    }
  },
);

it("methods refuse what is wrong, and all of them after the end", async () => {
  const on = coppice.createCpuDevice({ threads: 1, memoryBytes: 1000 });
  const buffer = on.createBuffer("a", "f32", 4);
  const recording = await on.record([]);
  const wrong: (() => unknown)[] = [
    ...WRONG.text.map((label) => () => on.createBuffer(label as string, "f32", 4)),
    ...WRONG.name.map((type) => () => on.createBuffer("b", type as "f32", 4)),
    ...[null, "4", -1, 1.5, Number.NaN, [1], {}].map((initial) => () => on.createBuffer("b", "f32", initial as number)),
    ...[null, {}, { ...buffer }].map((other) => () => on.write(other as typeof buffer, x)),
    ...[null, [1], "a", new Uint8Array(2)].map((data) => () => on.write(buffer, data as never)),
    ...[-1, 1.5, "0", null].map((offset) => () => on.write(buffer, new Float32Array(1), offset as number)),
    () => on.write(buffer, new Float32Array(5)),
    () => on.read(null as never),
    () => on.read([null as never]),
    () => on.destroyBuffers(5 as never),
    () => on.record(null as never),
    () => on.run({} as never),
    () => on.run(recording, -1),
    () => on.run(recording, 1, { signal: {} as never }),
    () => rng.below(0),
    () => rng.fillBelow(5, [1] as never),
    () => rng.shuffle(5 as never),
  ];
  for (const [i, call] of wrong.entries()) await expectRefused(call, `call ${i}`);
  expect(await expectRefused(() => on.createBuffer("big", "f32", 1000), "a full device")).toMatchObject({
    kind: "failure",
    code: "out-of-memory",
  });
  const plain = coppice.createCpuDevice({ simd: false });
  for (const one of [on, coppice.createCpuDevice({ threads: 1, memoryBytes: Infinity }), plain]) {
    const error = await expectRefused(() => one.createBuffer("huge", "f32", 2 ** 40), "more than there is");
    expect(error).toMatchObject({ kind: "failure", code: "out-of-memory" });
  }
  await on.dispose();
  await on.dispose();
  for (const call of [
    () => on.createBuffer("b", "f32", 1),
    () => on.write(buffer, x),
    () => on.read([buffer]),
    () => on.run(recording),
  ])
    expect((await expectRefused(call, "after dispose")).message).toContain("disposed of");

  const product = await coppice.prepareSpmm(device, matrix, 2);
  for (const value of [...WRONG.floats, new Float32Array(5)])
    await expectRefused(() => product.compute(value as Float32Array), nameOf(value));
  product.dispose();
  product.dispose();
  await expectRefused(() => product.compute(x), "compute after dispose");
  await expectRefused(() => product.run(), "run after dispose");

  const model = coppice.loadModel(device, saved);
  for (const value of [...DATASET.x, new Float32Array(5), new Float32Array(0)])
    await expectRefused(() => model.predict(value as Float32Array), nameOf(value));
  for (const value of [...WRONG.object, {}, { ...set, classes: [] }])
    await expectRefused(() => model.evaluate(value as typeof set), nameOf(value));
  await model.dispose();
  await model[Symbol.asyncDispose]();
  await expectRefused(() => model.predict(set.x), "predict after dispose");

  const store = coppice.storageTuning(STORAGE);
  for (const value of [null, 5, {}, [{}]]) await expectRefused(() => store.save(value as never), nameOf(value));
  expect(left()).toBe(0);
});

it("inputs are those of the call: buffers may be used again at once", async () => {
  for (const batch of [2, 4]) {
    const own = Float32Array.from({ length: 3 * batch }, (_, i) => i + 1);
    const right = await coppice.spmm(device, matrix, own.slice(), batch);
    const product = await coppice.prepareSpmm(device, matrix, batch);
    const values = matrix.values.slice();
    const calls = [coppice.spmm(device, { ...matrix, values }, own, batch), product.compute(own), product.compute(own)];
    own.fill(Number.NaN);
    values.fill(Number.NaN);
    for (const call of calls) expect(await call).toEqual(right);
    product.dispose();
  }
});

it("reads a File as a browser gives it, alone and as the table of labels", async () => {
  const table = new File([file.bytes], "t.csv");
  expect((await coppice.readDataset([table])).classes).toEqual(["x", "y"]);
  const samples = new File(["id,a,b\ns1,1,2\ns2,2,1\ns3,3,4\n"], "x.csv");
  const labels = new File(["id,class\ns1,x\ns2,y\ns3,x\n"], "y.csv");
  expect((await coppice.readDataset([samples], { labels, label: "class" })).samples).toBe(3);
  expect((await coppice.previewTable(table, table.name)).samples).toBe(4);
});
