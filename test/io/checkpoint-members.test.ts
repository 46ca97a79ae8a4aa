import { describe, expect, it } from "vitest";
import { decodeCheckpoint, encodeCheckpoint } from "../../src/io/formats/checkpoint/checkpoint.js";
import { decodeSafetensors } from "../../src/io/formats/checkpoint/safetensors.js";
import { decodeScipy } from "../../src/io/formats/scipy/decode.js";
import { encodeScipy } from "../../src/io/formats/scipy/encode.js";
import type { SavedModel } from "../../src/io/saved-model.js";
import { expectSameState } from "../train/same-runs.js";
import { encodeSafetensors } from "./encode-safetensors.js";
import { madeModel } from "./models.js";

/** An ensemble whose members have lost neurons each by itself. */
function madeEnsemble(): SavedModel {
  const first = madeModel({ sizes: [20, 30, 24, 4] });
  const second = madeModel({ sizes: [20, 28, 21, 4], seed: 2 });
  return { ...first, members: [first.network, second.network] };
}

describe("the file of an ensemble", () => {
  it("comes back as it was, and says so in its format and the names of its tensors", () => {
    const saved = madeEnsemble();
    const bytes = encodeCheckpoint(saved);
    const { metadata, tensors } = decodeSafetensors(bytes, "file");
    expect(metadata.get("format")).toBe("coppice/2");
    expect(JSON.parse(metadata.get("config") ?? "").members).toEqual([{ sizes: [20, 30, 24, 4] }, { sizes: [20, 28, 21, 4] }]);
    expect(JSON.parse(metadata.get("config") ?? "").sizes).toBeUndefined();
    expect(
      [...tensors.keys()].filter((name) => name.includes("layers")).every((name) => /^members\.[01]\.layers\.\d\./.test(name)),
    ).toBe(true);
    const back = decodeCheckpoint(bytes);
    expect(back.members).toHaveLength(2);
    for (const [j, network] of (saved.members ?? []).entries()) expectSameState(back.members?.[j] as typeof network, network);
    expect(back.network).toBe(back.members?.[0]);
  });

  it("is refused where members do not belong together, or one is missing", () => {
    const saved = madeEnsemble();
    const change = (edit: (config: { members: { sizes: number[] }[] }) => void) => {
      const { metadata, tensors } = decodeSafetensors(encodeCheckpoint(saved), "file");
      const config = JSON.parse(metadata.get("config") ?? "");
      edit(config);
      const texts = new Map([
        ["format", metadata.get("format") ?? ""],
        ["config", JSON.stringify(config)],
      ]); // without checksums
      return () => decodeCheckpoint(encodeSafetensors({ tensors, metadata: texts }), "m.safetensors");
    };
    expect(change(({ members }) => void members[1].sizes.splice(3, 1, 5))).toThrow(
      "m.safetensors: members[1]: sizes: make up 20 inputs, 5 outputs and 3 layers, those of member 0 20 inputs, 4 outputs and 3 layers",
    );
    expect(change(({ members }) => void members.pop())).toThrow(
      /m\.safetensors: members: .*a list of at least two networks with sizes/,
    );
    expect(change(({ members }) => void members.push({ sizes: [20, 30, 24, 4] }))).toThrow("members.2.layers.0");
    expect(change(({ members }) => void members[0].sizes.splice(1, 1, 29))).toThrow("members.0.layers.0");
  });

  it("is refused where the model was put together wrongly, and as matrices", () => {
    const saved = madeEnsemble();
    const [first, second] = saved.members ?? [];
    expect(() => encodeCheckpoint({ ...saved, members: [first] })).toThrow("checkpoint: members");
    expect(() => encodeCheckpoint({ ...saved, members: [second, first] })).toThrow(
      "checkpoint: members: the first is not the model's network",
    );
    const other = madeModel({ sizes: [20, 30, 24, 5] }).network;
    expect(() => encodeCheckpoint({ ...saved, members: [first, other] })).toThrow(
      /^checkpoint: member 1: has 20 inputs, layers .* and 5 outputs, the first member 20 inputs, layers .* and 4 outputs$/,
    );
    const kinds = "sparse, dense, dense and 4 outputs, the first member 20 inputs, layers sparse, sparse, dense and 4 outputs";
    const unlike = { ...saved, members: [first, madeModel({ densities: [0.4, null, null] }).network] };
    expect(() => encodeCheckpoint(unlike)).toThrow(`checkpoint: member 1: has 20 inputs, layers ${kinds}`);
    const deeper = { ...saved, members: [first, madeModel({ sizes: [20, 30, 4], densities: [0.4, null] }).network] };
    expect(() => encodeCheckpoint(deeper)).toThrow("checkpoint: member 1: has 20 inputs, layers sparse, dense and 4 outputs");
    expect(() => encodeScipy(saved)).toThrow(
      "npz: the model is an ensemble of 2 networks, and matrices hold one; name it with member (--member), 0 to 1, or keep the model as a checkpoint",
    );
    expect(() => encodeScipy(saved, { member: 2 })).toThrow("npz: member: 2 is not an integer from 0 to 1");
  });

  it("gives the network of each member as matrices", async () => {
    const { members = [], ...saved } = { ...madeEnsemble(), temperature: 2 };
    for (const [member, network] of members.entries()) {
      const { temperature: _, ...alone } = { ...saved, network };
      expect(await decodeScipy(encodeScipy({ ...saved, members }, { member }))).toEqual(await decodeScipy(encodeScipy(alone)));
    }
  });
});
