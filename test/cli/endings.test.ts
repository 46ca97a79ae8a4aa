import { mkdirSync, readFileSync } from "node:fs";
import fc from "fast-check";
import { afterEach, expect, it, vi } from "vitest";
import { printParts } from "../../src/cli/terminal.js";
import { encodeParts, jsonParts } from "../../src/cli/text-parts.js";
import { createCpuDevice } from "../../src/device/cpu/device.js";
import { namedDatasets } from "../../src/files/datasets.js";
import { takeNotes } from "../../src/files/notes.js";
import { writeAtomically } from "../../src/files/write.js";
import { train } from "../../src/train/train.js";
import { blobs } from "../train/blobs.js";
import { useFolder } from "./harness.js";

const disk = vi.hoisted(() => ({ fsync: "", readdir: "" }));
vi.mock("node:fs", async (original) => {
  const fs = await original<typeof import("node:fs")>();
  const fail = (code: string, syscall: string): never => {
    throw Object.assign(new Error(`${code}: no, ${syscall}`), { code, syscall });
  };
  return {
    ...fs,
    fsyncSync: (file: number) => (disk.fsync && fs.fstatSync(file).isDirectory() ? fail(disk.fsync, "fsync") : undefined),
    readdirSync: (path: string, options: never) =>
      disk.readdir && path.endsWith(disk.readdir) ? fail("EACCES", "scandir") : fs.readdirSync(path, options),
  };
});
afterEach(() => {
  Object.assign(disk, { fsync: "", readdir: "" });
  takeNotes();
});
const folder = useFolder();

it("JSON in pieces is what JSON.stringify gives, lists that are made on the way included", () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      expect([...jsonParts(value)].join("")).toBe(JSON.stringify(value, null, 2));
    }),
  );
  const given = { a: undefined, b: new Set([1, { c: Number.NaN }]).values(), d: [undefined] };
  expect([...jsonParts(given)].join("")).toBe(JSON.stringify({ b: [1, { c: null }], d: [null] }, null, 2));
});

it("text longer than a string can be is printed and written, a piece at a time, until nobody wants more", async () => {
  let made = 0;
  const pieces = function* () {
    for (; made < 9000; made++) yield "x".repeat(2 ** 16); // 590 MB
  };
  let printed = 0;
  const terminal = { err: () => {}, live: null, env: {} };
  await printParts(
    {
      ...terminal,
      out: (text) => {
        printed += text.length;
      },
    },
    pieces(),
  );
  expect(printed).toBe(9000 * 2 ** 16);
  const enough = new AbortController();
  made = 0;
  await printParts({ ...terminal, out: () => enough.abort(), signal: enough.signal }, pieces());
  expect(made).toBeLessThan(4);
  const written = encodeParts(["a", "é", "x".repeat(2 ** 17), "b"]);
  writeAtomically(folder.path("text"), written);
  expect(readFileSync(folder.path("text"), "utf8")).toBe(`aé${"x".repeat(2 ** 17)}b`);
});

it.each(["EINVAL", "EPERM", "ENOTSUP", "EACCES"])("a folder that cannot be flushed (%s) is a note, told once", (code) => {
  disk.fsync = code;
  for (const name of ["a", "b"]) writeAtomically(folder.path(name), name);
  expect(readFileSync(folder.path("b"), "utf8")).toBe("b");
  expect(takeNotes()).toEqual([expect.stringMatching(`cannot be flushed to disk \\(${code}: no, fsync\\)`)]);
  expect(takeNotes()).toEqual([]);
});

it("a folder that cannot be flushed for a broken disk is a failure", () => {
  disk.fsync = "EIO";
  expect(() => writeAtomically(folder.path("a"), "a")).toThrow("a: cannot be written (EIO: no, fsync)");
});

it("a subfolder of the data that cannot be read is passed over with a note", () => {
  mkdirSync(folder.path("private"));
  disk.readdir = "private";
  expect([...namedDatasets(folder.path()).keys()]).toContain("digits");
  expect(takeNotes()).toEqual([expect.stringMatching(/private is passed over: it cannot be read \(EACCES/)]);
});

it("a last update that ruins the network is divergence, though every step's loss was finite", async () => {
  const data = blobs();
  const one = { epochs: 1, batch: data.samples, hidden: [8], device: createCpuDevice(), method: "dense" } as const;
  for (const lr of [1e20, 1e25, 1e30]) {
    const checkpoints: unknown[] = [];
    const run = train({ train: data }, { ...one, lr, onCheckpoint: (saved) => void checkpoints.push(saved) });
    await expect(run).rejects.toMatchObject({ code: "diverged", kind: "failure" });
    expect(checkpoints).toEqual([]);
  }
});
