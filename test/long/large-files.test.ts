import { expect, it } from "vitest";
import { decodeSafetensors, encodeSafetensors } from "../../src/io/safetensors.js";

// Files at the limits of what is written and read.

it("every header that is written is read, up to the format's limit of 100 MB; a larger one is not written", () => {
  const withText = (text: string) =>
    encodeSafetensors({ tensors: new Map([["a", { shape: [1], data: Int32Array.of(7) }]]), metadata: new Map([["k", text]]) });
  const longest = "x".repeat(1e8 - (withText("").length - 8 - 4));
  const { tensors, metadata } = decodeSafetensors(withText(longest), "x");
  expect(metadata.get("k") === longest).toBe(true);
  expect(tensors.get("a")?.data).toEqual(Int32Array.of(7));
  expect(() => withText(`${longest}xxxxxxxx`)).toThrow(
    /^safetensors: the header takes 1000000\d\d bytes, the format allows 100000000; /,
  );
});
