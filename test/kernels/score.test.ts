import { describe, expect, test } from "vitest";
import type { TypedData } from "../../src/device/device.js";
import { placesTable } from "../../src/device/place.js";
import { score } from "../../src/kernels/score.js";
import { toCsc } from "../../src/sparse/topology.js";
import { random } from "../../src/util/random.js";
import { matrixTest } from "../matrix.js";
import type { TestDevice } from "./harness.js";
import { bound, concat, devices, expectEqual, expectEqualBits, expectWithin, integers, normals, runKernel } from "./harness.js";
import { stackPlaces, stackTopology } from "./members.js";
import { PROBLEMS, randomTopology } from "./problems.js";

const all = await devices();
const rng = random(1, "score");
const topology = randomTopology(rng, 45, 70, 0.3, { rows: [0, 7, 44], cols: [0, 69] });
const csc = toCsc(topology);
const masks = Uint32Array.from({ length: Math.ceil(topology.nnz / 32) }, () => rng.below(2 ** 32));
const survives = (slot: number) => Math.floor(masks[slot >> 5] / 2 ** (slot % 32)) % 2;
const none = { length: 0, side: 0, valueStart: 0, maskShift: 0 };

/** Sums over each neuron's slots in f64. */
function reference(starts: Uint32Array, slotAt: (k: number) => number, amount: (slot: number) => number): Float64Array {
  return Float64Array.from({ length: starts.length - 1 }, (_, i) => {
    let sum = 0;
    for (let k = starts[i]; k < starts[i + 1]; k++) sum += amount(slotAt(k));
    return sum;
  });
}

describe.each(all)("score on $name", ({ device }) => {
  const values = integers(rng, topology.nnz);

  test("adds up the absolute values of each row's surviving connections exactly where they are integers", async () => {
    const arrays = { starts: topology.rowPtr, perm: null, values, survivors: masks, scores: 45, places: null };
    const { scores } = await runKernel(device, score, { params: { neurons: 45, rowStart: 0, ...none }, arrays });
    const expected = reference(
      topology.rowPtr,
      (k) => k,
      (k) => survives(k) * Math.abs(values[k]),
    );
    expectEqual(scores, expected, "scores");
  });

  test("adds up each column's through perm, behind the block's first neuron", async () => {
    const arrays = {
      starts: csc.colPtr,
      perm: csc.perm,
      values,
      survivors: masks,
      scores: new Float32Array(80).fill(5),
      places: null,
    };
    const constants = { PERM: 1 };
    const { scores } = await runKernel(device, score, { params: { neurons: 70, rowStart: 9, ...none }, arrays, constants });
    const expected = reference(
      csc.colPtr,
      (k) => csc.perm[k],
      (k) => survives(k) * Math.abs(values[k]),
    );
    expectEqual(scores, [...new Array(9).fill(5), ...expected, 5], "scores");
  });

  test("counts connections when DEGREE is 1, and adds to the scores when ADD is 1", async () => {
    const arrays = {
      starts: csc.colPtr,
      perm: csc.perm,
      values: null,
      survivors: masks,
      scores: new Float32Array(70).fill(3),
      places: null,
    };
    const constants = { PERM: 1, DEGREE: 1, ADD: 1 };
    const { scores } = await runKernel(device, score, {
      params: { neurons: 70, rowStart: 0, ...none },
      arrays,
      constants,
      times: 2,
    });
    const expected = reference(csc.colPtr, (k) => csc.perm[k], survives).map((degree) => 3 + 2 * degree);
    expectEqual(scores, expected, "scores");
  });

  test("takes every connection when USE_MASK is 0", async () => {
    const arrays = { starts: topology.rowPtr, perm: null, values, survivors: null, scores: 45, places: null };
    const constants = { USE_MASK: 0 };
    const { scores } = await runKernel(device, score, { params: { neurons: 45, rowStart: 0, ...none }, arrays, constants });
    expectEqual(
      scores,
      reference(
        topology.rowPtr,
        (k) => k,
        (k) => Math.abs(values[k]),
      ),
      "scores",
    );
  });

  test.each([
    { what: "rows", side: 0, neurons: 11, length: 67, strideI: 67, strideJ: 1 },
    { what: "columns", side: 1, neurons: 67, length: 11, strideI: 1, strideJ: 67 },
  ])("adds up the $what of a dense matrix", async ({ side, neurons, length, strideI, strideJ }) => {
    const matrix = integers(rng, 11 * 67);
    const arrays = { starts: null, perm: null, values: matrix, survivors: null, scores: neurons, places: null };
    const params = { ...none, neurons, rowStart: 0, length, side };
    for (const DEGREE of [0, 1]) {
      const { scores } = await runKernel(device, score, { params, arrays, constants: { DENSE: 1, USE_MASK: 0, DEGREE } });
      const expected = Array.from({ length: neurons }, (_, i) => {
        let sum = 0;
        for (let j = 0; j < length; j++) sum += DEGREE ? 1 : Math.abs(matrix[i * strideI + j * strideJ]);
        return sum;
      });
      expectEqual(scores, expected, "scores");
    }
  });

  describe("of several members", () => {
    const own = [
      [9, 40],
      [2, 3],
      [30, 21],
    ].map(([rows, cols]) => {
      const topology = randomTopology(rng, rows, cols, 0.6);
      const survivors = Uint32Array.from({ length: Math.ceil(topology.nnz / 32) }, () => rng.below(2 ** 32));
      return { topology, csc: toCsc(topology), survivors, values: normals(rng, rows * cols), before: normals(rng, rows + cols) };
    });
    const of = (DENSE: number) => {
      const places = stackPlaces(
        own.map(({ topology: t }) => ({ rows: t.rows, cols: t.cols, slots: DENSE ? t.rows * t.cols : t.nnz })),
      );
      const values = concat(own.map((member, j) => member.values.subarray(0, places[j].slots)));
      return { places, values };
    };
    const stack = stackTopology(
      own.map((member) => member.topology),
      of(0).places,
    );
    const columns = toCsc(stack);

    test.each([
      { what: "rows", side: 0, constants: { PERM: 0, ADD: 0, DENSE: 0, USE_MASK: 1 } },
      { what: "columns", side: 1, constants: { PERM: 1, ADD: 1, DENSE: 0, USE_MASK: 1 } },
      { what: "dense rows", side: 0, constants: { PERM: 0, ADD: 1, DENSE: 1, USE_MASK: 0 } },
      { what: "dense columns", side: 1, constants: { PERM: 0, ADD: 1, DENSE: 1, USE_MASK: 0 } },
    ])("the scores of $what are those of each alone, to the bit", async ({ side, constants }) => {
      const { DENSE, USE_MASK } = constants;
      const { places, values } = of(DENSE);
      const survivors = new Uint32Array(Math.floor(stack.nnz / 32) + 3);
      const neuronsOf = ({ rows, cols }: { rows: number; cols: number }) => (side ? cols : rows);
      const alone: TypedData[] = [];
      for (const [j, member] of own.entries()) {
        if (USE_MASK) survivors.set(member.survivors, Math.floor(places[j].slotStart / 32) + j);
        const { rows, cols } = member.topology;
        const { scores } = await runKernel(device, score, {
          params: { ...none, neurons: neuronsOf(places[j]), rowStart: 0, length: side ? rows : cols, side },
          arrays: {
            starts: DENSE ? null : side ? member.csc.colPtr : member.topology.rowPtr,
            perm: constants.PERM ? member.csc.perm : null,
            values: member.values,
            survivors: USE_MASK ? member.survivors : null,
            scores: member.before.slice(0, neuronsOf(places[j])),
            places: null,
          },
          constants,
        });
        alone.push(scores);
      }
      const { scores } = await runKernel(device, score, {
        params: { ...none, neurons: Math.max(...places.map(neuronsOf)), rowStart: 0, side },
        arrays: {
          starts: DENSE ? null : side ? columns.colPtr : stack.rowPtr,
          perm: constants.PERM ? columns.perm : null,
          values,
          survivors: USE_MASK ? survivors : null,
          scores: concat(own.map(({ before }, j) => before.slice(0, neuronsOf(places[j])))),
          places: placesTable(places),
        },
        constants: { ...constants, MEMBERS: 3 },
      });
      expectEqualBits(scores, concat(alone as Float32Array[]), "scores");
    });
  });

  test("counts subnormal weights as 0", async () => {
    const starts = Uint32Array.of(0, 2, 5);
    const weights = Float32Array.of(1e-39, -1e-45, -1e-39, 2 ** -126, 2 ** -126);
    const arrays = { starts, perm: null, values: weights, survivors: null, scores: 2, places: null };
    const constants = { USE_MASK: 0 };
    const { scores } = await runKernel(device, score, { params: { neurons: 2, rowStart: 0, ...none }, arrays, constants });
    expectEqual(scores, [0, 2 ** -125], "scores");
  });
});

describe("score on all devices", () => {
  const scoresOf = async ({ device }: TestDevice, starts: Uint32Array, values: Float32Array, WG: number) => {
    const neurons = starts.length - 1;
    const arrays = { starts, perm: null, values, survivors: null, scores: neurons, places: null };
    const constants = { USE_MASK: 0, WG };
    const { scores } = await runKernel(device, score, { params: { neurons, rowStart: 0, ...none }, arrays, constants });
    return scores;
  };

  for (const { topology: t, WG, reason } of PROBLEMS) {
    (/000/.test(reason) ? matrixTest : test)(`gives the same bits, within the bound of the true sums: ${reason}`, async () => {
      const values = normals(random(2, "score"), t.nnz);
      const expected = reference(
        t.rowPtr,
        (k) => k,
        (k) => Math.abs(values[k]),
      );
      const bounds = expected.map((sum, r) => bound(t.rowPtr[r + 1] - t.rowPtr[r], sum));
      // One neuron a workgroup where the problem is about the grid.
      const results = await Promise.all(all.map((on) => scoresOf(on, t.rowPtr, values, WG ? 32 : 64)));
      results.forEach((scores, i) => {
        expectWithin(scores, expected, bounds, all[i].name);
        expectEqual(scores, results[0], all[i].name);
      });
    });
  }

  test("the order of summation shows in the bits of a row of 50,000", async () => {
    const values = normals(random(3, "score"), 50_000);
    const [scores] = await Promise.all(all.map((on) => scoresOf(on, Uint32Array.of(0, 50_000), values, 64)));
    const inTurn = values.reduce((sum, w) => Math.fround(sum + Math.abs(w)), 0);
    expect(scores[0]).not.toBe(inTurn);
  });
});
