import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";

test("the API reference is made from the docstrings without a warning", async () => {
  const tools = new URL("../../docs/tools/", import.meta.url).pathname;
  const typedoc = join(tools, "node_modules/typedoc/bin/typedoc");
  if (!existsSync(typedoc)) throw new Error("typedoc is not installed: run npm ci --prefix docs/tools");
  const out = await mkdtemp(join(tmpdir(), "coppice-reference-"));
  try {
    // docs/tools/typedoc.json makes every warning an error: an undocumented export, a broken link, a type that is not exported
    const { stderr } = await promisify(execFile)(process.execPath, [typedoc, "--out", out], { cwd: tools });
    expect(stderr).not.toMatch(/warning|error/);
    expect(await readFile(join(out, "functions/index.train.html"), "utf8")).toContain("Trains a network");
  } finally {
    await rm(out, { recursive: true, force: true });
  }
});
