import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { release } from "node:os";
import { describe, expect, it } from "vitest";
import { commitOf, nodePlatform } from "../../bench/node/platform.js";
import { useFolder } from "../cli/harness.js";

const folder = useFolder();

function git(...args: string[]): string {
  const who = ["-c", "user.name=a", "-c", "user.email=a@b", "-c", "commit.gpgsign=false"];
  return execFileSync("git", ["-C", folder.path(), ...who, ...args], { encoding: "utf8" }).trim();
}

/** A repository with one commit of src/index.ts. */
function repository(): string {
  mkdirSync(folder.path("src"));
  writeFileSync(folder.path("src/index.ts"), "1");
  git("init", "-q");
  git("add", ".");
  git("commit", "-q", "-m", "one");
  return git("rev-parse", "--short", "HEAD");
}

// Among the long tests since a newcomer's machine may have no git.
describe("the commit of a run", () => {
  it("is that of the clone, with + where its sources differ", () => {
    const commit = repository();
    expect(commitOf(folder.path())).toBe(commit);
    writeFileSync(folder.path("src/index.ts"), "2");
    expect(commitOf(folder.path())).toBe(`${commit}+`);
  });

  it("is not that of the repository into whose node_modules the package is installed", () => {
    repository();
    mkdirSync(folder.path("node_modules/coppice"), { recursive: true });
    expect(commitOf(folder.path("node_modules/coppice"))).toBeNull();
  });

  it("is null outside of repositories", () => {
    expect(commitOf(folder.path())).toBeNull();
  });
});

it("a run tells the operating system, not the kernel's release", () => {
  const { platform } = nodePlatform([]).machine;
  expect(platform).toBe(`${process.platform} ${process.arch}`);
  expect(platform).not.toContain(release());
});
