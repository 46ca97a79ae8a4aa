import { mkdtempSync, openAsBlob, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { deflateSync, gzipSync } from "node:zlib";
import { expect, it } from "vitest";
import { openFile } from "../../src/data/formats/file.js";
import { inflate, inflateChunks, isGzip } from "../../src/data/formats/gunzip.js";

const raw = Uint8Array.from({ length: 300_000 }, (_, i) => (i * i) >> 7);
const packed = { gzip: new Uint8Array(gzipSync(raw)), deflate: new Uint8Array(deflateSync(raw)) };
const formats = ["gzip", "deflate"] as const;

it("inflates what zlib packs", async () => {
  for (const format of formats) expect(Buffer.compare(await inflate(packed[format], format, "toy"), raw)).toBe(0);
});

it("stops at the bytes asked for", async () => {
  expect(Buffer.compare(await inflate(packed.gzip, "gzip", "toy", { atMost: 1000 }), raw.subarray(0, 1000))).toBe(0);
});

it("refuses a stream that is truncated anywhere, empty or damaged", async () => {
  for (const format of formats) {
    const whole = packed[format];
    for (const length of [0, 1, 5, 12, whole.length >> 1, whole.length - 4, whole.length - 1]) {
      await expect(inflate(whole.subarray(0, length), format, "toy")).rejects.toThrow(`toy: its ${length} compressed bytes`);
    }
    const flipped = whole.slice();
    flipped[whole.length - 3] ^= 1; // in the checksum or the length
    await expect(inflate(flipped, format, "toy")).rejects.toThrow("truncated or damaged");
  }
});

it("refuses a bomb with the numbers, without inflating it all", async () => {
  const bomb = new Uint8Array(gzipSync(new Uint8Array(20_000_000)));
  const message = `toy: ${bomb.length} compressed bytes inflate to more than the limit of 1000000 bytes`;
  await expect(inflate(bomb, "gzip", "toy", { maxBytes: 1_000_000 })).rejects.toThrow(message);
});

it("knows gzip by its magic", () => {
  expect([packed.gzip, packed.deflate, new Uint8Array(1)].map(isGzip)).toEqual([true, false, false]);
});

it("inflates a Blob block by block, to the same bytes and errors", async () => {
  const blob = new Blob([packed.gzip]);
  const chunks: Uint8Array[] = [];
  for await (const block of inflateChunks(blob, "gzip", "toy")) chunks.push(block);
  expect(chunks.length).toBeGreaterThan(1);
  expect(Buffer.compare(Buffer.concat(chunks), raw)).toBe(0);
  expect(Buffer.compare(await inflate(blob, "gzip", "toy"), raw)).toBe(0);
  const cut = blob.slice(0, blob.size - 1);
  await expect(inflate(cut, "gzip", "toy")).rejects.toThrow(`toy: its ${cut.size} compressed bytes (gzip) are truncated`);
  await expect(inflate(blob, "gzip", "toy", { maxBytes: 1000 })).rejects.toThrow("the limit of 1000 bytes");
});

it("says of a file that is no longer as it was that it cannot be read, not that it is damaged", async () => {
  const folder = mkdtempSync(join(tmpdir(), "coppice-blob-"));
  const path = join(folder, "toy.gz");
  writeFileSync(path, packed.gzip);
  const blob = await openAsBlob(path);
  writeFileSync(path, "another file");
  try {
    const message = `toy: its ${packed.gzip.length} bytes cannot be read from byte 0 on`;
    await expect(inflate(blob, "gzip", "toy")).rejects.toThrow(message);
    await expect(openFile({ name: "toy", bytes: blob })).rejects.toThrow(message);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
