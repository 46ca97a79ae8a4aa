import { afterAll, describe, expect, test } from "vitest";
import { ACTIVATIONS } from "../../src/activations/index.js";
import { createCpuDevice } from "../../src/device/cpu/device.js";
import type { Device } from "../../src/device/device.js";
import type { Constants, Kernel } from "../../src/device/kernel.js";
import { candidatesOf, TUNED_KERNELS, type TunedKernel } from "../../src/kernels/candidates.js";
import { LOSSES } from "../../src/losses/index.js";
import { gradient } from "../../src/optimisers/gradient.js";
import { OPTIMISERS } from "../../src/optimisers/index.js";
import { momentum, nesterov } from "../../src/optimisers/momentum.js";
import { sgd } from "../../src/optimisers/sgd.js";
import { compareWithTwins } from "../../src/self-check/compare.js";
import { problemsOf } from "../../src/self-check/problems.js";
import type { Use } from "../../src/self-check/use.js";

// The self-check's problems by themselves: every right device passes with any constants that a network may choose, and no wrong one does.
// That it finds wrong shaders is tested in known.test.ts, and with many faults in test/long/mutants.test.ts.

const modules: Record<string, object> = import.meta.glob("../../src/kernels/*.ts", { eager: true });
const kernels = Object.values(modules)
  .flatMap((module) => Object.values(module) as unknown[])
  .filter((value): value is Kernel => typeof value === "object" && value !== null && "wgsl" in value && "twin" in value);

/** Values of the constants that decide what is computed. */
const CHOICES: Readonly<Record<string, readonly number[]>> = {
  DROPOUT: [0, 1, 2],
  SAVED_Z: [0, 1],
  SPLIT: [0, 1024],
  JOIN: [0, 1],
  ADD: [0, 1],
  LAST: [0, 1],
  SIGNED: [0, 1],
  DEGREE: [0, 1],
  DENSE: [0, 1],
  PERM: [0, 1],
  USE_MASK: [0, 1],
  MEMBERS: [1, 3],
  FIRST: [0, 1],
  STACKED: [0, 1],
  GAMMA: [0, 1],
  RUNNING: [0, 1],
  PACKED: [0, 1],
  FACTOR: [0, 1],
  SPARSE: [0, 1],
  SWAP: [0, 1],
};

const RULES = [sgd, momentum, nesterov, OPTIMISERS.adam, OPTIMISERS.rmsprop, OPTIMISERS.lion, OPTIMISERS.adabelief, gradient];

/** The defaults, with one choice after the other, and with some that go together. */
function usesOf(kernel: Kernel): Use[] {
  const own = Object.entries(CHOICES).filter(([name]) => name in kernel.constants);
  const single = own.flatMap(([name, values]) => values.map((value) => ({ [name]: value })));
  const together: Constants[] = [
    { SPLIT: 1024, JOIN: 1 },
    { SAVED_Z: 1, DROPOUT: 1 },
    { SAVED_Z: 1, SPLIT: 1024, JOIN: 1 },
    { PERM: 1, ADD: 1 },
    { DENSE: 1, USE_MASK: 0 },
    { PERM: 1, ADD: 1, MEMBERS: 3 },
    { DENSE: 1, USE_MASK: 0, MEMBERS: 3 },
    { DENSE: 1, USE_MASK: 0, PERM: 1, MEMBERS: 3 },
  ];
  const fits = together.filter((constants) => Object.keys(constants).every((name) => name in kernel.constants));
  return [{}, ...single, ...fits]
    .filter((constants) => !("JOIN" in constants) || constants.JOIN === 0 || "SPLIT" in constants)
    .map((constants) => ({ kernel, constants: { ...kernel.constants, ...constants } as Constants, pieces: kernel.pieces }))
    .flatMap((use) => {
      const { pieces = {} } = kernel;
      const optimisers = "optimiser" in pieces ? RULES.map((optimiser) => ({ optimiser })) : [{}];
      const plain = Object.values(ACTIVATIONS).filter((activation) => !("scaleIn" in kernel.bindings && activation.parameters));
      const known = kernel.name === "activation-update" ? [ACTIVATIONS.srelu] : plain;
      const activations = "activation" in pieces ? known.map((activation) => ({ activation })) : [{}];
      const losses = "loss" in pieces ? Object.values(LOSSES).map((loss) => ({ ...pieces, loss })) : [{}];
      return optimisers.flatMap((o) => activations.flatMap((a) => losses.map((l) => ({ ...use, pieces: { ...o, ...a, ...l } }))));
    });
}

const devices = [createCpuDevice({ simd: false }), createCpuDevice({ threads: 2 })];
afterAll(() => Promise.all(devices.map((device) => device.dispose())));

test("there are problems for all kernels, of their parameters and bindings", () => {
  expect(kernels.length).toBeGreaterThan(15);
  for (const kernel of kernels) {
    const problems = problemsOf({ kernel, constants: kernel.constants });
    expect(problems.length).toBeGreaterThan(0);
    for (const { arrays, params } of problems) {
      expect(Object.keys(params).sort()).toEqual(Object.keys(kernel.params).sort());
      for (const name of Object.keys(arrays)) expect(Object.keys(kernel.bindings)).toContain(name);
    }
  }
});

describe.each(devices)("%#: f32", (device) => {
  test.each(kernels.map((kernel) => [kernel.name, kernel] as const))(
    "%s passes whatever it is to compute",
    async (_name, kernel) => {
      for (const use of usesOf(kernel)) await compareWithTwins(device, [use]);
    },
  );
});

test.each(TUNED_KERNELS)("%s has a problem for every candidate", async (name) => {
  const kernel = kernels.find((other) => other.name === name) as Kernel;
  const sizes = [1, 8, 33, 128].flatMap((quads) => [8, 4000].map((rows) => ({ rows, cols: 700, nnz: 30 * rows, quads })));
  const shapes = sizes.flatMap((size) => [true, false].map((software) => ({ ...size, software })));
  const variants = shapes.flatMap((shape) => candidatesOf(name as TunedKernel, shape));
  for (const variant of variants)
    await compareWithTwins(devices[0], [{ kernel, constants: { ...kernel.constants, ...variant } }]);
});

/** A device that returns what it read with one element of `output` changed. */
function off(device: Device, change: (value: number) => number, at: (length: number) => number): Device {
  return {
    ...device,
    async read(buffers) {
      const contents = await device.read(buffers);
      for (const content of contents) content[at(content.length)] = change(content[at(content.length)]);
      return contents;
    },
  };
}

test.each(kernels.map((kernel) => [kernel.name, kernel] as const))(
  "%s is found wrong where an element is off, and named",
  async (name, kernel) => {
    const [device] = devices;
    const use = { kernel, constants: kernel.constants };
    for (const at of [() => 0, (length: number) => length - 1, (length: number) => length >> 1]) {
      const failing = compareWithTwins(
        off(device, (value) => value + 1, at),
        [use],
      );
      await expect(failing).rejects.toMatchObject({ kind: "failure", code: "wrong-kernel" });
      await expect(failing).rejects.toThrow(
        new RegExp(`kernel ${name}: .* computes it wrong: .*\\[\\d+\\] is .*, expected .*\\(--device cpu\\)`),
      );
    }
  },
);
