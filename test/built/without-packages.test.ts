import { spawnSync } from "node:child_process";
import { cpSync, writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { useFolder } from "../cli/harness.js";

const folder = useFolder();

test("without the packages, --queue says what to install, and nothing else needs them", () => {
  cpSync("dist", folder.path("dist"), { recursive: true, filter: (name) => !name.endsWith(".map") });
  cpSync("package.json", folder.path("package.json"));
  const run = (...words: string[]) =>
    spawnSync(process.execPath, [folder.path("dist/cli.js"), ...words], { cwd: folder.path(), encoding: "utf8" });
  for (const words of [["worker"], ["experiment", "suite.json", "--out", "out"]]) {
    writeFileSync(folder.path("suite.json"), '{"datasets": ["digits"]}');
    const { status, stderr } = run(...words, "--queue", "redis://127.0.0.1:1");
    expect(stderr).toBe(
      "coppice: --queue: needs the packages bullmq and ioredis, which are not installed: npm install bullmq ioredis\n",
    );
    expect(status).toBe(2);
  }
  expect(folder.list()).not.toContain("out");
  expect(run("worker", "--help").stdout).toContain("coppice worker --queue redis://host");
});
