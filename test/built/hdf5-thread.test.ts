import { execFile } from "node:child_process";
import { openAsBlob, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";

// Files of HDF5 are read in a thread, of which only the built package has the script.
const path = (relative: string) => fileURLToPath(new URL(`../../${relative}`, import.meta.url));
type Apart = typeof import("../../src/data/formats/hdf5/apart-node.js");
const { inThread, readApart }: Apart = await import(path("dist/hdf5-node.js"));
const FIXTURE = path("test/fixtures/hdf5/dense.h5ad");
const options = { name: "cells", maxBytes: 2 ** 20, label: "cell_type" };
const script = (text: string) => new URL(`data:text/javascript,${text}`);

test("a file is read in a thread, from the disk or from memory, which stays the caller's", async () => {
  const bytes = new Uint8Array(readFileSync(FIXTURE));
  const fromMemory = await readApart({ name: "dense.h5ad", bytes }, options);
  expect(bytes.length).toBeGreaterThan(0);
  expect(await readApart({ name: "dense.h5ad", bytes: await openAsBlob(FIXTURE) }, options)).toEqual(fromMemory);
  expect(fromMemory.samples.shape[0]).toBe(fromMemory.ids?.length);
  await expect(readApart({ name: "dense.h5ad", bytes }, { ...options, label: "nothing" })).rejects.toMatchObject({
    name: "CoppiceError",
    message: expect.stringContaining('dense.h5ad: no label column "nothing"'),
  });
});

test("a thread whose library does not return is ended, and one that ends early is told", async () => {
  const call = 'import { parentPort } from "node:worker_threads"; parentPort.postMessage({ call: "x.h5: /X" });';
  const file = { name: "x.h5", bytes: new Uint8Array(8) };
  await expect(inThread(script(`${call} for (;;);`), file, options, 100)).rejects.toMatchObject({
    kind: "failure",
    message: "x.h5: /X was still being read after 0.1 s, and was stopped: the file is damaged, or made to do harm",
  });
  await expect(inThread(script(""), file, options)).rejects.toThrow("x.h5: the thread that read it ended early");
});

test("where Node may start no thread, files are read in the same one, and a note says so", async () => {
  const program = `import { readDataset } from "${path("dist/index.js")}"; import { readFileSync } from "node:fs";
    const bytes = new Uint8Array(readFileSync("${FIXTURE}"));
    console.log((await readDataset([{ name: "dense.h5ad", bytes }], { label: "cell_type" })).notes.join());`;
  const allowed = ["--experimental-permission", "--allow-fs-read=*", "--input-type=module", "-e", program];
  const { stdout } = await promisify(execFile)(process.execPath, allowed);
  expect(stdout).toContain("read in this thread, as Node's permissions forbid others");
});
