import { describe, expect, it } from "vitest";
import { checkpointParts, decodeCheckpoint, encodeCheckpoint } from "../../src/io/formats/checkpoint/checkpoint.js";
import { decodeSafetensors, type Tensor } from "../../src/io/formats/checkpoint/safetensors.js";
import type { TrainingState } from "../../src/io/saved-model.js";
import { encodeSafetensors } from "./encode-safetensors.js";
import { sample } from "./trained-sample.js";

describe("records of epochs in a checkpoint", () => {
  it("keeps the history of any number of epochs, all but the last 200 at most in tensors of their own", () => {
    const { training, ...model } = sample();
    const history = Array.from({ length: 1001 }, (_, i) => ({
      epoch: i + 1,
      trainLoss: [Math.sin(i), Number.NaN, -Infinity, null][i % 4],
      neurons: [6, 5, 2],
      seconds: { total: i / 3, train: 0 },
    }));
    const evolutions = Array.from({ length: 500 }, (_, i) => ({ epoch: 2 * i + 2, layers: [{ pruned: i }], seconds: 0.1 }));
    for (const epoch of [0, 1, 199, 200, 201, 400, 401, 1000, 1001]) {
      const state = {
        ...(training as TrainingState),
        epoch,
        history: history.slice(0, epoch),
        evolutions: evolutions.filter((one) => one.epoch <= epoch),
      };
      const bytes = encodeCheckpoint({ ...model, training: state });
      expect(decodeCheckpoint(bytes).training, `${epoch}`).toEqual(state);
      const { tensors, metadata } = decodeSafetensors(bytes, "sample");
      const blocks = [...tensors.keys()].filter((name) => name.startsWith("training.records."));
      expect(blocks.length).toBe(Math.max(0, Math.ceil(epoch / 200) - 1));
      expect(JSON.parse(metadata.get("config") ?? "").training.history.length).toBe(epoch - 200 * blocks.length);
      blocks.forEach((name, k) => {
        const { data } = tensors.get(name) as Tensor;
        const block = JSON.parse(new TextDecoder().decode(data as Uint8Array));
        expect(block.history.map((record: { epoch: number }) => record.epoch)).toEqual(
          history.slice(200 * k, 200 * (k + 1)).map((record) => record.epoch),
        );
        expect(block.evolutions.length).toBe(100);
      });
    }
  });

  it("encodes the records of earlier epochs once, and anew where they are others", () => {
    const { training, ...model } = sample();
    const records = Array.from({ length: 401 }, (_, i) => ({ epoch: i + 1 }));
    const blocks = (history: object[]) =>
      checkpointParts({ ...model, training: { ...(training as TrainingState), history } }).slice(1, 3);
    const [first, second] = blocks(records);
    const again = blocks([...records, { epoch: 402 }]);
    expect([again[0] === first, again[1] === second]).toEqual([true, true]);
    const other = blocks(records.map((record) => (record.epoch === 300 ? { epoch: 300, odd: true } : record)));
    expect(other[0] === first).toBe(true);
    expect(new TextDecoder().decode(other[1])).toContain('{"epoch":300,"odd":true}');
  });

  it("is refused with a damaged block of records, and with one that holds none", () => {
    const { training, ...model } = sample();
    const history = Array.from({ length: 201 }, (_, i) => ({ epoch: i + 1 }));
    const saved = { ...model, training: { ...(training as TrainingState), history } };
    const { tensors, metadata } = decodeSafetensors(encodeCheckpoint(saved), "sample");
    const withBlock = (data: Tensor["data"], checksums: boolean) =>
      encodeSafetensors({
        tensors: new Map([...tensors, ["training.records.0", { shape: [data.length], data }]]),
        metadata: new Map([...metadata].filter(([name]) => checksums || name !== "crc32c")),
      });
    const text = (json: string) => new TextEncoder().encode(json);
    const read = (bytes: Uint8Array) => () => decodeCheckpoint(bytes, "m");
    expect(read(withBlock(text("{}"), true))).toThrow(/^m: tensor training.records.0: its checksum is/);
    expect(read(withBlock(text("{}"), false))).toThrow(/^m: tensor training.records.0: has no history and evolutions/);
    expect(read(withBlock(text("[1"), false))).toThrow(/^m: tensor training.records.0: is not JSON/);
    expect(read(withBlock(new Float32Array(2), false))).toThrow(/^m: tensor training.records.0: is not of U8/);
  });
});
