import { expect, test } from "vitest";
import { defineKernel, type Scorer } from "../../src/api/extend.js";
import { createCpuDevice } from "../../src/api/index.js";
import { connectionsOf, DEVICES, expectHandedIn, trainEvolved } from "./trained.js";

/** scores[rowStart + r] = the sum of w^2 over the connections of row r. */
const sumSquares = defineKernel({
  name: "sum-squares",
  wgsl: `
override WG: u32 = 64;
struct Params { rows: u32, rowStart: u32 }
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> rowPtr: array<u32>;
@group(0) @binding(2) var<storage, read> values: array<f32>;
@group(0) @binding(3) var<storage, read_write> scores: array<f32>;
@compute @workgroup_size(WG)
fn main(@builtin(workgroup_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>, @builtin(local_invocation_index) local: u32) {
  let row = (id.y * groups.x + id.x) * WG + local;
  if (row >= params.rows) { return; }
  var sum = 0.0;
  for (var k = rowPtr[row]; k < rowPtr[row + 1u]; k++) { sum += values[k] * values[k]; }
  scores[params.rowStart + row] = sum;
}`,
  params: { rows: "u32", rowStart: "u32" },
  bindings: { rowPtr: "read u32", values: "read f32", scores: "readWrite f32" },
  constants: { WG: 64 },
  workgroups: ({ rows }, { WG }) => Math.ceil(rows / WG),
  twin({ rows, rowStart }, { rowPtr, values, scores }) {
    for (let row = 0; row < rows; row++) {
      let sum = 0;
      for (let k = rowPtr[row]; k < rowPtr[row + 1]; k++) sum += values[k] * values[k];
      scores[rowStart + row] = sum;
    }
  },
});

/** The sum of squares of the weights that lead to a neuron. */
const squares: Scorer = {
  name: "squares",
  dispatches: ({ incoming, scores }) =>
    incoming.layer.blocks.map(({ rows, rowStart, rowPtr, w }) =>
      sumSquares.on({ params: { rows, rowStart }, buffers: { rowPtr, values: w, scores } }),
    ),
};

/** The last neurons go first. */
const age: Scorer = { name: "age", draw: (neurons) => Array.from({ length: neurons }, (_, n) => -n) };
/** Two neurons of each hidden layer at a time. */
const removal = { amount: 0.5, schedule: "linear", first: 0, last: 3 } as const;

test.each(DEVICES)("neurons of the least sum of squares leave, or the last ones, on %s", async (_, open) => {
  const device = await open();
  for (const score of [squares, age]) {
    const evolved = await trainEvolved(device, { method: "static-np", evolution: { removal: { ...removal, score } } });
    for (const { before, after, records } of evolved) {
      for (const i of [0, 1]) {
        const { neurons } = before.layers[i];
        const [ins, outs] = [connectionsOf(before, i), connectionsOf(before, i + 1)];
        const scoreOf = (id: number, n: number) =>
          score === age ? -n : [...ins].reduce((sum, [cell, [w]]) => sum + (Number(cell.split(",")[0]) === id ? w * w : 0), 0);
        const connected = (id: number) =>
          [...ins.keys()].some((cell) => Number(cell.split(",")[0]) === id) &&
          [...outs.keys()].some((cell) => Number(cell.split(",")[1]) === id);
        const ranked = [...neurons].map((id, n) => ({ id, alive: connected(id), score: scoreOf(id, n) }));
        ranked.sort((a, b) => Number(a.alive) - Number(b.alive) || a.score - b.score);
        const staying = ranked.slice(records[i].removedNeurons).map(({ id }) => id);
        expect(records[i].removedNeurons).toBeGreaterThan(0);
        expect([...after.layers[i].neurons]).toEqual(staying.sort((a, b) => a - b));
      }
    }
  }
  await device.dispose();
});

test("a checkpoint of a scorer is read where it is handed in", async () => {
  const method = "npset";
  await expectHandedIn(
    createCpuDevice(),
    { method, evolution: { removal: { ...removal, score: squares } } },
    { method, evolution: { removal } },
    'resume: scorer: "squares" is not built in (strength, strength-in, strength-out, degree, random, ablation, dormant); hand it in as evolution.removal.score',
  );
});

test("scores that are too few or no numbers, and dispatches that are none, are refused by the scorer's name", async () => {
  const device = createCpuDevice({ threads: 1 });
  const run = (score: Omit<Scorer, "name">) =>
    trainEvolved(device, { method: "static-np", evolution: { removal: { ...removal, score: { name: "odd", ...score } } } });
  await expect(run({ draw: () => [1, 2] })).rejects.toThrow("scorer odd, layer 0: gives [1, 2], expected 14 scores");
  await expect(run({ draw: (neurons) => Array(neurons).fill(Number.NaN) })).rejects.toThrow("the score of neuron 0 is NaN");
  await expect(run({ dispatches: () => [] })).rejects.toThrow("scorer odd, layer 0: gives [] as dispatches");
  await expect(run({})).rejects.toThrow("it needs a function dispatches, a function draw or a function measure, one of them");
  await device.dispose();
});
