import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { strToU8, zipSync } from "fflate";
import { describe, expect, it } from "vitest";
import { openNpz } from "../../src/data/formats/numpy/npz.js";
import { isZip, listZip, unzip } from "../../src/data/formats/numpy/zip.js";
import { decodeNpz } from "../decode-npz.js";

// written by numpy: test/fixtures/npy/make.py
const fixture = (name: string) =>
  new Uint8Array(readFileSync(fileURLToPath(new URL(`../fixtures/npy/${name}.npz`, import.meta.url))));
const text = strToU8("what is in it ".repeat(20));

/** A copy with `change` made at the first record of this signature. */
function patched(zip: Uint8Array, signature: number, change: (view: DataView, at: number) => void): Uint8Array {
  const bytes = zip.slice();
  const view = new DataView(bytes.buffer);
  let at = 0;
  while (view.getUint32(at, true) !== signature) at++;
  change(view, at);
  return bytes;
}
const [LOCAL, CENTRAL, END] = [0x04034b50, 0x02014b50, 0x06054b50];
const all = async (bytes: Uint8Array, maxBytes?: number) =>
  Promise.all(listZip(bytes, "toy.zip").map((entry) => unzip(entry, "toy.zip", maxBytes)));

describe("zip", () => {
  it("reads stored and deflated files of an archive that another library wrote", async () => {
    for (const level of [0, 9] as const) {
      const zip = zipSync({ "a.txt": text, "b/c.txt": strToU8("") }, { level });
      expect(isZip(zip)).toBe(true);
      expect(listZip(zip, "toy.zip").map(({ name }) => name)).toEqual(["a.txt", "b/c.txt"]);
      expect(await all(zip)).toEqual([text, new Uint8Array(0)]);
    }
    expect(listZip(zipSync({}), "toy.zip")).toEqual([]);
    expect(listZip(zipSync({ a: text }, { comment: "a comment at its end" }), "toy.zip")).toHaveLength(1);
  });

  const zip = zipSync({ "a.txt": text, "b.txt": text }, { level: 9 });
  const stored = zipSync({ "a.txt": text }, { level: 0 });
  const named = (name: string) => zipSync({ [name]: text });
  const u16 = (offset: number, value: number) => (view: DataView, at: number) => view.setUint16(at + offset, value, true);
  const u32 = (offset: number, value: number) => (view: DataView, at: number) => view.setUint32(at + offset, value, true);
  it.each([
    ["no archive", text, "no zip archive, or truncated: no end record"],
    ["a truncated one", zip.subarray(0, -1), "no zip archive, or truncated"],
    ["bytes in front", Uint8Array.from([0, ...zip]), "but the end record follows at byte"],
    ["several disks", patched(zip, END, u16(4, 1)), "several disks or zip64"],
    ["more entries than there are", patched(zip, END, u32(8, 0x00030003)), "directory entry 3 at byte"],
    ["fewer entries than there are", patched(zip, END, u32(8, 0x00010001)), "1 entries end at byte"],
    ["a directory elsewhere", patched(zip, END, u32(16, 4)), "the directory at byte 4 claims"],
    ["a name that passes the directory", patched(zip, CENTRAL, u16(28, 60_000)), "directory entry 1 at byte"],
    ["an encrypted file", patched(zip, CENTRAL, u16(8, 1)), '"a.txt" is encrypted'],
    ["another method", patched(zip, CENTRAL, u16(10, 14)), "packed by method 14"],
    ["no local header", patched(zip, CENTRAL, u32(42, 9)), "no local header at byte 9"],
    [
      "another name in the local header",
      patched(zip, LOCAL, (view, at) => view.setUint8(at + 30, 0x7a)),
      'is "z.txt" in its local header at byte 0',
    ],
    ["a packed size beyond the directory", patched(zip, CENTRAL, u32(20, 2 ** 31)), "claims 2147483648 bytes from byte 35"],
    ["stored sizes that differ", patched(stored, CENTRAL, u32(24, 5)), "is stored, but claims 280 bytes for 5"],
    [
      "a claim of 4 GB",
      patched(zip, CENTRAL, u32(24, 2 ** 32 - 1)),
      "is 4294967295 bytes when unpacked, above the limit of 1073741824 bytes",
    ],
    ["more than is claimed", patched(zip, CENTRAL, u32(24, 9)), "inflate to more than the limit of 9 bytes"],
    ["less than is claimed", patched(zip, CENTRAL, u32(24, 281)), "inflates to 280 bytes, the directory claims 281"],
    ["a wrong CRC", patched(zip, CENTRAL, u32(16, 7)), "is damaged: its CRC is"],
    [
      "a damaged stream",
      patched(zip, LOCAL, (view, at) => view.setUint8(at + 35, 0xff)),
      "(deflate-raw) are truncated or damaged",
    ],
    ["a path up", named("../a.npy"), 'the name "../a.npy" is no path inside an archive'],
    ["a path up in the middle", named("a/../../b.npy"), "is no path inside an archive"],
    ["an absolute path", named("/etc/passwd"), "is no path inside an archive"],
    ["a drive", named("C:a.npy"), "is no path inside an archive"],
    ["a backslash", named("..\\a.npy"), "is no path inside an archive"],
  ])("refuses %s", async (_, bytes, message) => {
    await expect((async () => all(bytes))()).rejects.toThrow(message);
  });

  it("refuses entries that share bytes, so that a small archive cannot inflate to much", () => {
    // both directory entries point at the same file
    const twice = zip.slice();
    const view = new DataView(twice.buffer);
    const at = view.getUint32(twice.length - 22 + 16, true);
    const second = at + 46 + 5;
    view.setUint32(second + 42, 0, true);
    view.setUint8(second + 46, 0x61);
    expect(() => listZip(twice, "toy.zip")).toThrow('the name "a.txt" occurs twice');
    // a file inside another's bytes
    const inner = zipSync({ "b.txt": text }, { level: 0 });
    const outer = zipSync({ "a.bin": inner, "b.txt": text }, { level: 0 });
    const nested = new DataView(outer.buffer);
    const directory = nested.getUint32(outer.length - 22 + 16, true);
    nested.setUint32(directory + 46 + 5 + 42, 35, true);
    expect(() => listZip(outer, "toy.zip")).toThrow('"a.bin" and "b.txt" overlap at byte 70');
  });

  it("stops a bomb at the limit", async () => {
    const bomb = zipSync({ "a.npy": new Uint8Array(10_000_000) }, { level: 9 });
    expect(bomb.length).toBeLessThan(20_000);
    await expect(decodeNpz(bomb, "bomb.npz", 1_000_000)).rejects.toThrow(
      'bomb.npz: "a.npy" at byte 35 is 10000000 bytes when unpacked, above the limit of 1000000 bytes',
    );
  });
});

describe("npz", () => {
  it("lists arrays by name, reads the one asked for, and all of them", async () => {
    const plain = openNpz(fixture("plain"), "plain.npz");
    expect(plain.names).toEqual(["X", "y"]);
    expect((await plain.read("y")).data).toEqual(Float64Array.of(1, 2, 3, 1, 2, 3, 1));
    await expect(plain.read("labels")).rejects.toThrow('plain.npz: no array "labels"; it holds X, y');
    const packed = await decodeNpz(fixture("packed"), "packed.npz");
    expect(packed.get("y")?.data).toEqual([..."abcabca"]);
    expect(packed.get("X")?.shape).toEqual([7, 5]);
  });

  it("counts what is unpacked of all arrays against one limit", async () => {
    await expect(decodeNpz(fixture("plain"), "plain.npz", 300)).rejects.toThrow("above the limit of 32 bytes");
  });

  it("refuses an archive with anything but arrays, naming it", () => {
    expect(() => openNpz(zipSync({ "readme.txt": text }), "toy.npz")).toThrow('it holds "readme.txt" at byte 40');
  });
});
