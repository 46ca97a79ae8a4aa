import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";
import manifest from "../../package.json" with { type: "json" };

// npx runs the file itself, not Node with it: what the last build wrote needs its run bit, which npm sets only when it installs.
test.each(Object.entries(manifest.bin))("%s, as it was built, can be run by its own name", (_name, path) => {
  expect(execFileSync(path, ["--version"], { encoding: "utf8" })).toBe(`${manifest.version}\n`);
});
