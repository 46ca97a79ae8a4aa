import { expect, test } from "vitest";
import { createCpuDevice } from "../../src/device/cpu/device.js";
import { membersOf } from "../../src/io/saved-model.js";
import { train } from "../../src/train/train.js";
import { DATA, RUNS } from "../train/bits.js";

const device = createCpuDevice();

test.each(["method npset", "method dense"])("%s: a view of an ensemble says where each member's weights lie", async (name) => {
  const model = await train(DATA, { ...RUNS[name], members: 3, device });
  const { layers } = model.view;
  for (const [j, network] of membersOf(await model.save()).entries()) {
    for (const [i, { params, topology, neurons, in: inputs, out }] of network.layers.entries()) {
      const [values] = await device.read([layers[i].blocks[0].values]);
      const part = layers[i].members?.[j] as NonNullable<(typeof layers)[number]["members"]>[number];
      const { rowStart, rows, colStart, cols, slotStart, slots } = part;
      expect({ rows, cols }).toEqual({ rows: out, cols: inputs });
      expect(values.slice(slotStart, slotStart + slots)).toEqual(params.values);
      expect(layers[i].neurons.slice(rowStart, rowStart + rows)).toEqual(neurons);
      const colIdx = layers[i].topology?.colIdx.slice(slotStart, slotStart + slots);
      expect(colIdx?.map((col) => col - colStart)).toEqual(topology?.colIdx);
    }
  }
  await model.dispose();
});

test("a view of a single network has no members", async () => {
  const model = await train(DATA, { ...RUNS["method set"], device });
  expect(model.view.layers.map(({ members }) => members)).toEqual(model.view.layers.map(() => null));
  await model.dispose();
});
