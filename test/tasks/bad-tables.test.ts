import { writeFileSync } from "node:fs";
import { afterAll, expect, test } from "vitest";
import { createCpuDevice, readDataset, train } from "../../src/api/index.js";
import { run, useFolder } from "../cli/harness.js";
import { BAD_TABLES } from "./bad-tables.js";

// The page refuses the same tables: test/page/bad-tables.test.ts.

const folder = useFolder();
const device = createCpuDevice();
afterAll(() => device.dispose());

test.each(BAD_TABLES)("$what gets one clear line, and nothing is written", async ({ csv, task, read, message }) => {
  const inLibrary = async () => {
    const set = await readDataset([{ name: "bad.csv", bytes: new TextEncoder().encode(csv) }], read);
    await train({ train: set }, { task, hidden: [4], epochs: 1, device });
  };
  await expect(inLibrary()).rejects.toMatchObject({ kind: "usage", message: expect.stringMatching(message) });

  writeFileSync(folder.path("bad.csv"), csv);
  const columns = Object.entries(read).flatMap(([name, value]) => [
    `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`,
    Array.isArray(value) ? value.join(",") : String(value),
  ]);
  const words = ["train", "--data", folder.path("bad.csv"), "--task", task, ...columns, "--device", "cpu"];
  const told = await run([...words, "--out", folder.path("run")]);
  expect(told).toEqual({ code: 2, out: "", err: expect.stringMatching(/^coppice: [^\n]*\n$/) });
  expect(told.err).toMatch(message);
  expect(folder.list()).toEqual(["bad.csv"]);
});
