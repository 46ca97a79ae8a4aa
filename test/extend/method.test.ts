import { expect, test } from "vitest";
import type { LayoutRule, Method } from "../../src/api/extend.js";
import { createCpuDevice, train } from "../../src/api/index.js";
import { BASE, DATA, EVERY_DEVICE, expectHandedIn, trainEvolved } from "./trained.js";

/** Every layer has a quarter of its cells. */
const quarter: LayoutRule = {
  sparse: true,
  hidden: true,
  layout: ({ inputs, hidden, classes }) => ({
    sizes: [inputs, ...hidden, classes],
    densities: [...hidden, classes].map(() => 1 / 4),
  }),
};

/** RigL with GSE's order, and with neurons that leave: named pieces beside own ones. */
const method: Method = {
  name: "own",
  layout: quarter,
  prune: "magnitude",
  grow: {
    name: "steepest",
    gradients: "set",
    grow: async ({ layer, kept, count, probe, place }) => place(await probe.largest(layer, kept, count)),
  },
  remove: "degree",
  allocate: {
    name: "thinner",
    counts: (layers) => layers.map(({ left, before, cells }) => Math.max(left, Math.min(cells, Math.floor(0.9 * before)))),
  },
  growFirst: true,
};

const evolution = { zeta: 0.2, removal: { amount: 0.3, schedule: "linear", first: 1, last: 3 } } as const;

test.each(EVERY_DEVICE)("a method of own and built-in pieces trains on %s", async (_, open) => {
  const device = await open();
  const evolved = await trainEvolved(device, { method, evolution });
  const { after } = evolved[evolved.length - 1];
  const left = after.layers.map(({ out }) => out);
  expect(left[0]).toBeLessThanOrEqual(14 - 4); // those that lost all their connections leave, too
  expect(left[1]).toBeLessThanOrEqual(10 - 3);
  for (const { before, after } of evolved) {
    for (const [
      i,
      {
        params: { values },
      },
    ] of before.layers.entries())
      expect(after.layers[i].params.values.length).toBeLessThan(values.length);
  }
  await device.dispose();
});

test("a layout of one's own is what training starts with", async () => {
  const model = await train(DATA, { ...BASE, method, epochs: 1, device: createCpuDevice() });
  expect(model.layers.map(({ nnz }) => nnz)).toEqual([(12 * 14) / 4, (14 * 10) / 4, Math.round((10 * 3) / 4)]);
  await model.dispose();
});

test("a checkpoint of a method is read where it is handed in", async () => {
  await expectHandedIn(
    createCpuDevice(),
    { method, evolution },
    { method: "set" },
    "hand it in as method, an object of that name",
  );
});

test("a layout that is no network for the data is refused by the method's name", async () => {
  const run = (sizes: unknown, densities: unknown) => {
    const layout = { ...quarter, layout: () => ({ sizes, densities }) as never };
    return train(DATA, { ...BASE, method: { name: "odd", layout }, device: createCpuDevice() });
  };
  await expect(run([12, 0, 3], [0.5, 0.5])).rejects.toThrow("method odd: layout: sizes[1]: 0 is not an integer of at least 1");
  await expect(run([12, 5, 3], [2, 0.5])).rejects.toThrow("method odd: layout: densities[0]: 2 is not a finite number above 0");
  await expect(run([12, 5, 3], [0.5])).rejects.toThrow("gives sizes 12-5-3 and 1 densities; expected 12 inputs, 3 classes");
  await expect(run([11, 5, 3], [1, 1])).rejects.toThrow("expected 12 inputs");
  await expect(run(undefined, [])).rejects.toThrow("method odd: layout: sizes: ");
});
