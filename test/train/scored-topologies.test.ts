import { expect, test } from "vitest";
import { createCpuDevice } from "../../src/device/cpu/device.js";
import { connectBy } from "../../src/methods/topologies/connect.js";
import { TOPOLOGIES, type TopologyName } from "../../src/methods/topologies/index.js";
import type { SampleQuestion } from "../../src/methods/topologies/rule.js";
import { networkConfig } from "../../src/nn/config.js";
import type { NetworkState } from "../../src/nn/state.js";
import { type Topology, validateTopology } from "../../src/sparse/topology.js";
import { trainConfig } from "../../src/train/config.js";
import { train } from "../../src/train/train.js";
import { hash4 } from "../../src/util/counter-random.js";
import { random } from "../../src/util/random.js";
import { BASE, DATA, trainEvolved } from "../extend/trained.js";
import { matrixTest } from "../matrix.js";
import { blobs } from "./blobs.js";

// First connections that go by samples of the training part.

const SIZES = [6, 7, 5, 3];
const set = blobs({ samples: 30, features: 6, classes: 3 });
const about = (more: Partial<SampleQuestion> = {}): SampleQuestion => {
  const network = networkConfig({ activation: "tanh" });
  return { sizes: SIZES, network, seed: 9, set: { ...set, x: Float32Array.from(set.x) }, targets: set.y, ...more };
};

/** The layer that a rule makes with `count` connections. */
function made(name: TopologyName, question: SampleQuestion, layer: number, count: number): Topology {
  const [cols, rows] = question.sizes.slice(layer);
  const topology = connectBy(TOPOLOGIES[name], () => question)?.(rows, cols, count / (rows * cols), random(1, "fill"), layer);
  validateTopology(topology as Topology);
  expect(topology?.nnz).toBe(count);
  return topology as Topology;
}

/** The cells of a layer, as row cols + col. */
const cellsOf = ({ rows, cols, rowPtr, colIdx }: Topology) =>
  Array.from({ length: rows }, (_, row) =>
    [...colIdx.subarray(rowPtr[row], rowPtr[row + 1])].map((col) => row * cols + col),
  ).flat();

/** The places of the largest scores, or null where the last of them and the first of the others are too near. */
function bestOf(scores: readonly number[], count: number): number[] | null {
  const order = [...scores.keys()].sort((a, b) => scores[b] - scores[a]);
  const close = scores[order[count - 1]] - scores[order[count]] < 1e-5 * scores[order[0]];
  return close ? null : order.slice(0, count).sort((a, b) => a - b);
}

test("snip keeps the cells of the largest |w dLoss/dw|, by finite differences of a dense network", () => {
  const question = about();
  const stream = random(9, "snip weights").uint32();
  const weights = SIZES.slice(1).map((rows, i) =>
    Float64Array.from({ length: rows * SIZES[i] }, (_, cell) => {
      const [row, col] = [Math.floor(cell / SIZES[i]), cell % SIZES[i]];
      return Math.sqrt(6 / SIZES[i]) * ((hash4(stream, i, row, col) + 0.5) / 2 ** 31 - 1);
    }),
  );
  const lossOf = () => {
    let total = 0;
    for (let n = 0; n < set.samples; n++) {
      let y = Float64Array.from(set.x.subarray(n * 6, n * 6 + 6));
      for (const [i, w] of weights.entries()) {
        const z = Float64Array.from({ length: SIZES[i + 1] }, (_, row) =>
          y.reduce((sum, x, col) => sum + w[row * y.length + col] * x, 0),
        );
        y = i < 2 ? z.map(Math.tanh) : z;
      }
      total += Math.log(y.reduce((sum, z) => sum + Math.exp(z), 0)) - y[set.y[n]];
    }
    return total / set.samples;
  };
  for (const [i, w] of weights.entries()) {
    const scores = Array.from(w, (value, cell) => {
      const loss = [1e-5, -1e-5].map((step) => {
        w[cell] = value + step;
        return lossOf();
      });
      w[cell] = value;
      return Math.abs((value * (loss[0] - loss[1])) / 2e-5);
    });
    let compared = 0;
    for (const count of [1, 4, 9]) {
      const expected = bestOf(scores, count);
      if (!expected) continue;
      compared++;
      expect(cellsOf(made("snip", question, i, count))).toEqual(expected);
    }
    expect(compared).toBeGreaterThan(1);
  }
  expect(made("snip", question, 0, 9)).toEqual(made("snip", about(), 0, 9));
});

test("where the loss says nothing of a cell, snip draws", () => {
  const x = new Float32Array(set.x.length); // every input is 0
  const topology = made("snip", about({ set: { ...set, x } }), 0, 20);
  expect(topology.nnz).toBe(20);
});

test("correlation connects the features that correlate most, a neuron standing for a feature", () => {
  const features = 6;
  for (const sizes of [SIZES, [6, 12, 4, 3]]) {
    const x = Float32Array.from(set.x, (value, k) => (k % features === 4 ? 3 : value)); // a constant feature
    const column = (j: number) => Array.from({ length: set.samples }, (_, n) => x[n * features + j]);
    const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;
    const pearson = (a: readonly number[], b: readonly number[]) => {
      const [ma, mb] = [mean(a), mean(b)];
      const over = (f: (i: number) => number) => a.reduce((sum, _, i) => sum + f(i), 0);
      const spread = Math.sqrt(over((i) => (a[i] - ma) ** 2) * over((i) => (b[i] - mb) ** 2));
      return spread > 1e-9 ? over((i) => (a[i] - ma) * (b[i] - mb)) / spread : 0;
    };
    const standsFor = (n: number, size: number) => (size < features ? Math.floor((n * features) / size) : n % features);
    for (const layer of [0, 1]) {
      const [cols, rows] = sizes.slice(layer);
      const scores = Array.from({ length: rows * cols }, (_, cell) => {
        const [a, b] = [standsFor(Math.floor(cell / cols), rows), standsFor(cell % cols, cols)];
        return a === b ? 0 : Math.abs(pearson(column(a), column(b)));
      });
      const count = 8;
      const found = cellsOf(made("correlation", about({ sizes, set: { ...set, x } }), layer, count)).map((cell) => scores[cell]);
      const best = [...scores].sort((a, b) => b - a).slice(0, count); // cells of equal pairs are as good
      for (const [i, score] of found.sort((a, b) => b - a).entries()) expect(score).toBeCloseTo(best[i], 5);
    }
    expect(made("correlation", about({ sizes }), 2, 5).nnz).toBe(5); // drawn
  }
});

matrixTest("training begins with them, members of an ensemble with saliencies of their own, and is resumed", async () => {
  const device = createCpuDevice({ threads: 1 });
  for (const topology of ["snip", "correlation"] as const) {
    const layersOf = async (seed: number, members?: number): Promise<NetworkState[]> => {
      const model = await train(DATA, { ...BASE, method: "static", epochs: 1, topology, seed, members, device });
      const saved = await model.save();
      await model.dispose();
      return saved.members ? [...saved.members] : [saved.network];
    };
    const connections = ({ layers }: NetworkState) => layers.map(({ topology: t }) => t && cellsOf(t));
    const [alone] = await layersOf(3);
    const [first, second] = await layersOf(3, 2);
    expect(connections(first)).toEqual(connections(alone));
    if (topology === "snip") expect(connections(second)).not.toEqual(connections(first));
    await trainEvolved(device, { method: "set", topology });
  }
  await device.dispose();
});

matrixTest("every task has saliencies, and layers of one's own refuse them", async () => {
  const device = createCpuDevice({ threads: 1 });
  const model = await train(DATA, {
    ...BASE,
    method: "static",
    task: "reconstruct",
    inputDropout: 0.1,
    epochs: 1,
    topology: "snip",
    device,
  });
  await model.dispose();
  await device.dispose();
  const kind = { name: "same", params: [], forward: () => [], backward: () => [] };
  const hidden = [9, kind, 8] as unknown as number[];
  const config = () => trainConfig({ method: "set", hidden, topology: "snip" }, { features: 6, classes: 3, samples: 30 });
  expect(config).toThrow("topology: snip goes by samples through built-in layers alone");
});
