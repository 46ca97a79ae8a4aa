import { beforeEach, describe, expect, it } from "vitest";
import { averageBlocks } from "../../demo/page/see/blocks.js";
import { binned, wiringAt, wiringInfo } from "../../demo/worker/see/wiring.js";
import { forgetWiring, MOST_BYTES, MOST_EPOCHS, rememberWiring, wirings } from "../../demo/worker/wiring.js";
import { fromCoo } from "../../src/sparse/topology.js";

const topologyOf = (rows: number, cols: number, cells: readonly (readonly [number, number])[]) =>
  fromCoo({ rows, cols, rowIdx: Uint32Array.from(cells, ([r]) => r), colIdx: Uint32Array.from(cells, ([, c]) => c) }, "test")
    .topology;

describe("the connections of the epochs", () => {
  beforeEach(forgetWiring);
  const layers = [{ in: 3, out: 2, topology: topologyOf(2, 3, [[0, 0], [0, 2], [1, 2]]) }]; // biome-ignore format: a line

  it("are remembered evenly, at most so many, with the first and the newest", () => {
    for (let epoch = 0; epoch <= 1000; epoch++) rememberWiring(epoch, layers);
    const { epochs } = wiringInfo();
    expect(epochs.length).toBeLessThanOrEqual(MOST_EPOCHS);
    expect([epochs[0], epochs.at(-1)]).toEqual([0, 1000]);
    const steps = epochs.slice(1, -1).map((epoch, i) => epoch - epochs[i]);
    expect(new Set(steps)).toEqual(new Set([16]));
    expect(epochs.length).toBeGreaterThan(MOST_EPOCHS / 2 - 1);
  });

  it("take no more memory than is said, but of the first and the newest", () => {
    const large = { in: 1, out: 1, topology: { ...layers[0].topology, nnz: MOST_BYTES / 8 } };
    for (let epoch = 0; epoch < 9; epoch++) rememberWiring(epoch, [large]);
    expect(wirings().map(({ epoch }) => epoch)).toEqual([0, 8]);
  });

  it("are a picture of shares, and neurons by their connections", () => {
    rememberWiring(0, [{ in: 3, out: 2, topology: null }]);
    rememberWiring(1, layers);
    const view = wiringAt(1, 0);
    expect([view.rows, view.cols, view.connections, [...view.shape], [...view.shares]]).toEqual([
      2,
      3,
      3,
      [2, 3],
      [1, 0, 1, 0, 0, 1],
    ]);
    expect(view.fanIn.bins).toEqual([{ from: 1, to: 2, neurons: 1 }, { from: 2, to: 3, neurons: 1 }]); // biome-ignore format: a line
    expect(view.fanOut.bins.map(({ neurons }) => neurons)).toEqual([1, 1]); // the one without a connection is in none
    expect([view.first.epoch, view.first.fanIn.bins.at(-1)]).toEqual([0, { from: 3, to: 4, neurons: 2 }]);
    expect(() => wiringAt(7, 0)).toThrow("the connections after epoch 7 are not remembered");
  });

  it("fall into bins that lose no neuron", () => {
    const degrees = Uint32Array.from({ length: 500 }, (_, k) => k % 97);
    const { bins } = binned(degrees);
    for (const { from, to, neurons } of bins)
      expect(neurons).toBe(degrees.filter((degree) => degree >= from && degree < to).length);
    expect(bins.reduce((sum, { neurons }) => sum + neurons, 0)).toBe(degrees.filter((degree) => degree > 0).length);
  });

  it("of a large layer are shares of parts", () => {
    const cells = Array.from({ length: 200 }, (_, k) => [k, k % 100] as const);
    rememberWiring(0, [{ in: 100, out: 200, topology: topologyOf(200, 100, cells) }]);
    const { shares, shape, connections } = wiringAt(0, 0);
    expect([[...shape], connections]).toEqual([[64, 64], 200]);
    expect(Math.max(...shares)).toBeLessThanOrEqual(1);
  });
});

it("strokes are averaged to the points of a picture", () => {
  const rgba = new Uint8Array(4 * 16); // 4 x 4 pixels, 2 x 2 points
  for (const pixel of [0, 1, 4, 5, 2]) rgba[4 * pixel + 3] = 255;
  rgba[4 * 15 + 3] = 51;
  const ink = new Float32Array(4);
  averageBlocks(rgba, ink, 2, 2);
  expect([...ink].map((value) => Number(value.toFixed(3)))).toEqual([1, 0.25, 0, 0.05]);
});
