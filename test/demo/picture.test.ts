import { afterAll, expect, test } from "vitest";
import { compose, NEVER } from "../../demo/worker/drawing/picture.js";
import { createCpuDevice, type LayerView, type NetworkView } from "../../src/api/index.js";
import { fromCoo } from "../../src/api/sparse.js";

// What of a network is shown, before anything is drawn: which connections and neurons stay, come and leave.

const device = createCpuDevice();
afterAll(() => device.dispose());

/** A layer of `out` neurons with the given cells, as a view shows it. */
function layerOf(inputs: number, neurons: number[], cells: [row: number, col: number][]): LayerView {
  const { topology } = fromCoo({
    rows: neurons.length,
    cols: inputs,
    rowIdx: Uint32Array.from(cells, ([row]) => row),
    colIdx: Uint32Array.from(cells, ([, col]) => col),
  });
  return { in: inputs, out: neurons.length, topology, neurons: Uint32Array.from(neurons), blocks: [], members: null };
}

test("connections are told apart by original ids: those that stay are known again, others come and leave", () => {
  const view = (...layers: LayerView[]): NetworkView => ({ device, layers, valid: true });
  const first = view(
    layerOf(
      3,
      [0, 1, 2],
      [
        [0, 0],
        [1, 1],
        [2, 2],
      ],
    ),
    layerOf(
      3,
      [0, 1],
      [
        [0, 0],
        [0, 2],
        [1, 1],
      ],
    ),
  );
  // neuron 1 of the first layer leaves, so that neuron 2 is now numbered 1; input 1 grows a connection to it
  const second = view(
    layerOf(
      3,
      [0, 2],
      [
        [0, 0],
        [1, 1],
        [1, 2],
      ],
    ),
    layerOf(
      2,
      [0, 1],
      [
        [0, 0],
        [0, 1],
        [1, 1],
      ],
    ),
  );
  const a = compose(first, null, null, 5, 1, 20_000);
  const b = compose(second, null, a, 10, 1, 20_000);
  const cells = (links: readonly { start: number; end: number }[]) => links.map(({ start, end }) => [start, end]);
  const place = (plane: number, id: number) => [0, 3, 6][plane] + id;
  expect(cells(b.links[0].live)).toEqual([
    [0, place(1, 0)],
    [1, place(1, 2)],
    [2, place(1, 2)],
  ]);
  expect(b.links[0].live.map(({ since }) => since)).toEqual([-NEVER, 10, -NEVER]);
  expect(cells(b.links[0].leaving)).toEqual([[1, place(1, 1)]]);
  expect(cells(b.links[1].live)).toEqual([
    [place(1, 0), place(2, 0)],
    [place(1, 2), place(2, 0)],
    [place(1, 2), place(2, 1)],
  ]);
  expect(cells(b.links[1].leaving)).toEqual([[place(1, 1), place(2, 1)]]);
  expect(b.dots[1].leaving.map((dot) => [dot.place, dot.until])).toEqual([[place(1, 1), 10]]);
  const c = compose(second, null, b, 12, 1, 20_000); // after the fade
  expect([c.links[0].leaving, c.links[1].leaving, c.dots[1].leaving]).toEqual([[], [], []]);
  const again = compose(first, null, c, 20, 1, 20_000); // neuron 1 cannot come back: this is another run
  expect(again.links[0].live.map(({ since }) => since)).toEqual([-NEVER, -NEVER, -NEVER]);
});

test("of a large layer a sample is drawn, of the same connections after others have gone", () => {
  const wide = (cells: [number, number][]): NetworkView => ({
    device,
    valid: true,
    layers: [
      layerOf(
        400,
        Array.from({ length: 400 }, (_, id) => id),
        cells,
      ),
    ],
  });
  const cells = Array.from({ length: 160_000 }, (_, k): [number, number] => [Math.floor(k / 400), k % 400]);
  const a = compose(wide(cells), null, null, 0, 1, 20_000);
  const drawn = a.links[0].live;
  expect(a.links[0].every).toBe(8);
  expect(Math.abs(drawn.length - 20_000)).toBeLessThan(4 * Math.sqrt(20_000));
  const b = compose(wide(cells.filter((_, k) => k % 3 !== 0)), null, a, 9, 1, 20_000);
  const keys = (links: readonly { cell: number }[]) => links.map(({ cell }) => cell);
  expect(keys(b.links[0].live)).toEqual(keys(drawn.filter(({ slot }) => slot % 3 !== 0)));
  expect(keys(b.links[0].leaving)).toEqual(keys(drawn.filter(({ slot }) => slot % 3 === 0)));
});
