import { describe, expect, it, vi } from "vitest";
import { encodeCheckpoint } from "../../src/io/formats/checkpoint/checkpoint.js";
import { decodeScipy } from "../../src/io/formats/scipy/decode.js";
import { encodeScipy } from "../../src/io/formats/scipy/encode.js";
import { encodeNpz } from "../../src/io/formats/scipy/npz.js";
import type { SavedModel } from "../../src/io/saved-model.js";
import { CoppiceError } from "../../src/util/check.js";
import { madeModel } from "./models.js";
import { floats, ints, layer, shape, text } from "./scipy-layer.js";

/** What `work` makes, and the longest array of 32-bit words that it asks for by its length; beyond a million none is made. */
async function countingWords(work: () => Promise<SavedModel>): Promise<{ model: SavedModel; allocated: number }> {
  let allocated = 0;
  const counted = new Proxy(Uint32Array, {
    construct(target, values, newTarget) {
      if (typeof values[0] === "number") allocated = Math.max(allocated, values[0]);
      if (allocated > 1e6) throw new Error(`asks for ${allocated} words`);
      return Reflect.construct(target, values, newTarget);
    },
  });
  vi.stubGlobal("Uint32Array", counted);
  try {
    return { model: await work(), allocated };
  } finally {
    vi.unstubAllGlobals();
  }
}

describe("a model of scipy's files from a stranger", () => {
  const description = JSON.parse(
    new TextDecoder().decode(encodeScipy(madeModel({ sizes: [3, 2], densities: [0.5], inputs: "raw" })).get("model.json")),
  );
  const nested = new TextEncoder().encode(`{"format":"coppice-npz/1","sizes":[${"[".repeat(20_000)}${"]".repeat(20_000)}]}`);
  it.each<[string, Record<string, Uint8Array>, string]>([
    ["no layer", { "input.npz": layer() }, "npz: there is no layers.0.npz"],
    [
      "a layer left out",
      { "layers.0.npz": layer(), "layers.2.npz": layer() },
      "npz: layers.2.npz is none of the files of a model of 2 layers",
    ],
    ["a file of another name", { "layers.0.npz": layer(), "weights.npz": layer() }, "npz: weights.npz is none of the files"],
    [
      "an array of another name",
      { "layers.0.npz": layer({ biases: floats(1, 2) }) },
      "layers.0.npz: holds an array biases; read are",
    ],
    [
      "a cell twice",
      { "layers.0.npz": layer({ indices: { shape: [3], data: Int32Array.of(2, 2, 1) } }) },
      "layers.0.npz: cell (0, 2) is listed twice",
    ],
    [
      "no row",
      { "layers.0.npz": layer({ shape: shape(0, 3), indptr: ints(0), indices: ints(), data: floats() }) },
      "layers.0.npz: array shape: 0 is not an integer from 1 to 2147483648",
    ],
    [
      "more columns than a checkpoint can name",
      { "layers.0.npz": layer({ shape: shape(2, 2 ** 32 - 6) }) },
      "layers.0.npz: array shape: 4294967290 is not an integer from 1 to 2147483648",
    ],
    [
      "sizes that are lists in lists",
      { "layers.0.npz": layer(), "model.json": nested },
      "model.json: sizes[0]: [[[...]]] is not an integer from 1",
    ],
    [
      "an object for a format, which cannot become text",
      { "layers.0.npz": layer(), "model.json": text({ ...description, format: { toString: 1 } }) },
      "model.json: format is {toString}, expected",
    ],
    [
      "layers that do not meet",
      { "layers.0.npz": layer(), "layers.1.npz": layer() },
      "npz: layer 1: has 3 inputs, layer 0 has 2 outputs",
    ],
    [
      "a weight that is too large for 32 bits",
      { "layers.0.npz": layer({ data: { shape: [3], data: Float64Array.of(3, -1e39, 7) } }) },
      "layers.0.npz: array data: element 1 is -1e+39, beyond the range of 32-bit floats",
    ],
    [
      "a bias that is too large for 32 bits",
      { "layers.0.npz": layer({ bias: { shape: [2], data: Float64Array.of(1e300, 0) } }) },
      "layers.0.npz: array bias: element 0 is 1e+300, beyond the range of 32-bit floats",
    ],
    ["a short bias", { "layers.0.npz": layer({ bias: floats(1) }) }, "layers.0.npz: array bias: has shape (1), expected (2)"],
    [
      "neurons that are no ids",
      { "layers.0.npz": layer({ neurons: floats(0.5, 1) }) },
      "layers.0.npz: array neurons: expected 2 ids",
    ],
    [
      "knees that nothing asks for",
      { "layers.0.npz": layer({ srelu: { shape: [4, 2], data: new Float32Array(8) } }) },
      "layers.0.npz: holds an array srelu; read are",
    ],
    [
      "statistics of another length",
      { "layers.0.npz": layer(), "input.npz": encodeNpz({ mean: floats(1), std: floats(1, 1, 1) }) },
      "input.npz: array mean: has shape (1), expected (3)",
    ],
    [
      "a deviation of 0",
      { "layers.0.npz": layer(), "input.npz": encodeNpz({ mean: floats(1, 2, 3), std: floats(1, 0, 1) }) },
      "input.npz.std: holds values that are not positive",
    ],
    [
      "an unknown statistic",
      { "layers.0.npz": layer(), "input.npz": encodeNpz({ mean: floats(1, 2, 3), std: floats(1, 1, 1), mode: floats(1) }) },
      "input.npz: holds an array mode; read are mean, std, median",
    ],
    [
      "another format",
      { "layers.0.npz": layer(), "model.json": text({ ...description, format: "coppice-npz/2" }) },
      'model.json: format is "coppice-npz/2", expected "coppice-npz/1"',
    ],
    [
      "other sizes",
      { "layers.0.npz": layer(), "model.json": text({ ...description, sizes: [3, 3] }) },
      "model.json: sizes: are [3, 3], the matrices make up a network of [3, 2]",
    ],
    [
      "an unknown activation",
      { "layers.0.npz": layer(), "model.json": text({ ...description, activation: "rleu" }) },
      'activation: "rleu" is unknown',
    ],
    [
      "a description that is no JSON",
      { "layers.0.npz": layer(), "model.json": text("x").slice(1) },
      "model.json: config: is not JSON",
    ],
  ])("is refused with %s", async (_, files, message) => {
    const decode = decodeScipy(new Map(Object.entries(files)));
    await expect(decode).rejects.toThrow(CoppiceError);
    await expect(decode).rejects.toThrow(message);
  });

  it("takes columns that are claimed for a number: with 2^31 of them nothing is made for each", async () => {
    const wide = layer({ shape: shape(2, 2 ** 31) });
    const { allocated, model } = await countingWords(() => decodeScipy(new Map([["layers.0.npz", wide]])));
    expect([model.features, model.network.layers[0].topology?.colIdx]).toEqual([2 ** 31, Uint32Array.of(0, 2, 1)]);
    expect(allocated).toBeLessThan(100);
    expect(encodeCheckpoint(model).length).toBeLessThan(2 * wide.length);
  });

  it("stops at the limit on what is unpacked, and on labels that are made", async () => {
    const files = new Map([["layers.0.npz", layer()]]);
    expect((await decodeScipy(files, { maxBytes: 2000 })).classes).toEqual(["0", "1"]);
    await expect(decodeScipy(files, { maxBytes: 500 })).rejects.toThrow(
      /layers\.0\.npz: ".*" at byte \d+ is \d+ bytes when unpacked/,
    );
    const empty = { indices: ints(), data: floats() };
    const rows = layer({ ...empty, shape: shape(1000, 3), indptr: ints(...new Array<number>(1001).fill(0)) });
    const limited = decodeScipy(new Map([["layers.0.npz", rows]]), { maxBytes: 10_000 });
    await expect(limited).rejects.toThrow("npz: labels of 1000 outputs take 64000 bytes, above the limit of 10000");
  });

  it("is refused without input.npz where its description tells of one, and the other way round", async () => {
    const files = encodeScipy(madeModel({ inputs: "standardised" }));
    const without = new Map([...files].filter(([name]) => name !== "input.npz"));
    await expect(decodeScipy(without)).rejects.toThrow(
      "model.json: standardised: is true, but input.npz is missing; put it back",
    );
    const raw = encodeScipy(madeModel({ inputs: "raw" }));
    await expect(decodeScipy(new Map([...files, ...raw]))).rejects.toThrow(
      "model.json: standardised: is false, but input.npz is there",
    );
    const said = JSON.parse(new TextDecoder().decode(files.get("model.json")));
    await expect(decodeScipy(new Map([...files, ["model.json", text({ ...said, standardised: 1 })]]))).rejects.toThrow(
      "model.json: standardised",
    );
    const { standardised, ...old } = said; // as version 0.1.0 wrote it
    expect(standardised).toBe(true);
    expect((await decodeScipy(new Map([...files, ["model.json", text(old)]]))).input).not.toBeNull();
    expect((await decodeScipy(new Map([...without, ["model.json", text(old)]]))).input).toBeNull();
  });

  it("is refused with options beside a description, which would contradict it", async () => {
    const files = new Map([
      ["layers.0.npz", layer()],
      ["model.json", text(description)],
    ]);
    await expect(decodeScipy(files, { classes: ["a", "b"] })).rejects.toThrow("model.json: says what the layers compute");
    expect((await decodeScipy(files)).classes).toEqual(description.classes);
  });
});
