import fc from "fast-check";
import { expect, it } from "vitest";
import { createCpuDevice } from "../../src/device/cpu/device.js";
import { encodeCheckpoint } from "../../src/io/formats/checkpoint/checkpoint.js";
import { checkSavable } from "../../src/io/limits.js";
import { networkConfig } from "../../src/nn/config.js";
import { initialState } from "../../src/nn/state.js";
import { train } from "../../src/train/train.js";
import { matrixTest, numRuns } from "../matrix.js";
import { blobs } from "../train/blobs.js";

const NONE = { sizes: [1, 2], densities: [null], classes: [] };

it("names count as they lie in a file, to the byte", () => {
  const { layers } = initialState({ sizes: [1, 1], densities: [1], init: "heUniform", seed: 1 });
  const header = (name: string) => {
    const saved = { network: { layers }, config: networkConfig({}), features: 1, classes: [name], input: null };
    const bytes = encodeCheckpoint(saved);
    return new TextDecoder().decode(bytes.subarray(8, 8 + Number(new DataView(bytes.buffer).getBigUint64(0, true)))).trimEnd();
  };
  const bytes = (text: string) => new TextEncoder().encode(text).length;
  const unnamed = bytes(header("")) - bytes('"[\\"\\"]"');
  // fast-check's own unit of every character lists a million of them first
  const code = fc.oneof(fc.nat(0x7f), fc.nat(0xd7ff), fc.integer({ min: 0xe000, max: 0x10ffff }));
  const names = fc.array(code, { maxLength: 20 }).map((codes) => String.fromCodePoint(...codes));
  fc.assert(
    fc.property(names, (name) => {
      const added = bytes(header(name)) - unnamed;
      expect(() => checkSavable({ ...NONE, classes: [name] }, added)).not.toThrow();
      expect(() => checkSavable({ ...NONE, classes: [name] }, added - 1)).toThrow(
        `names: those of 0 features take 0 bytes in a model's file, the labels of 1 classes ${added}; together at most ${added - 1} may be`,
      );
    }),
    numRuns(100),
  );
});

it("names of features and classes add up, however many there are", () => {
  const names = Array.from({ length: 250_001 }, (_, i) => `f${i}`);
  const exact = new TextEncoder().encode(JSON.stringify(JSON.stringify(names))).length;
  const message =
    /names: those of 250001 features take (\d+) bytes in a model's file, the labels of 250001 classes (\d+); together/;
  const error = (() => {
    try {
      checkSavable({ ...NONE, featureNames: names, classes: names }, 2 * exact - 100);
    } catch (thrown) {
      return (thrown as Error).message;
    }
    return "";
  })();
  const [, features, classes] = message.exec(error) ?? [];
  expect(features).toBe(classes);
  expect(Math.abs(Number(features) - exact)).toBeLessThan(20); // quotes and brackets of parts
});

it("2^31 connections of a sparse layer are refused, one fewer is not; a dense layer's are not counted", () => {
  const of = (connections: number) => ({ sizes: [2 ** 16, 2 ** 16], densities: [connections / 2 ** 32], classes: [] });
  expect(() => checkSavable(of(2 ** 31 - 1))).not.toThrow();
  expect(() => checkSavable(of(2 ** 31))).toThrow(
    "layer 0: 65536 x 65536 at density 0.5 are 2147483648 connections, a model's file holds at most 2147483647 a layer",
  );
  expect(() => checkSavable({ ...of(0), densities: [null] })).not.toThrow();
});

matrixTest("train refuses names that no model's file could hold before it opens a device", async () => {
  const { features, ...data } = blobs();
  const long = "\u0001".repeat(13e6 / features); // 7 bytes each in JSON within JSON
  const featureNames = Array.from({ length: features }, (_, i) => `${long}${i}`);
  const compute = () => expect.fail("the device was used");
  const device = Object.assign(createCpuDevice(), { createBuffer: compute, record: compute });
  await expect(train({ train: { ...data, features, featureNames } }, { device })).rejects.toThrow(
    /^names: those of \d+ features/,
  );
});
