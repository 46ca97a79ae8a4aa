import { execFileSync } from "node:child_process";
import { realpathSync } from "node:fs";
import { createRequire } from "node:module";
import { arch, availableParallelism, cpus, platform, totalmem } from "node:os";
import { dirname } from "node:path";
import { shellCommand } from "../../src/report/format.js";
import { version } from "../../src/util/version.js";
import type { Platform } from "../run.js";
import { createOffspring } from "./offspring.js";
import { createPeers } from "./peers.js";

const packages = createRequire(import.meta.url);

/** This machine, and Node's ways. `command` are the words after `coppice`. */
export function nodePlatform(command: readonly string[]): Platform {
  return {
    machine: {
      platform: `${platform()} ${arch()}`,
      cpu: cpus()[0]?.model ?? "",
      cores: availableParallelism(),
      memoryBytes: totalmem(),
    },
    versions: { coppice: version, node: process.versions.node, ...dawnVersion() },
    commit: commitOf(dirname(packages.resolve("coppice/package.json"))),
    command: `coppice ${shellCommand(command)}`,
    offspring: createOffspring(),
    peers: createPeers(),
    peakBytes: () => 1024 * process.resourceUsage().maxRSS,
  };
}

/** The version of the package that carries Dawn, where it is installed. */
function dawnVersion(): Record<string, string> {
  try {
    return { webgpu: (packages("webgpu/package.json") as { version: string }).version };
  } catch {
    return {}; // not installed: then nothing ran on it
  }
}

/**
 * The commit of the clone whose root is `folder`, with "+" where files differ from it; null elsewhere: what is installed in node_modules
 * lies in its user's own repository, whose commit says nothing here.
 */
export function commitOf(folder: string): string | null {
  const git = (...args: string[]) =>
    execFileSync("git", args, { cwd: folder, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim();
  try {
    if (realpathSync(git("rev-parse", "--show-toplevel")) !== realpathSync(folder)) return null;
    return git("rev-parse", "--short", "HEAD") + (git("status", "--porcelain", "--", ":/src", ":/shaders", ":/bench") ? "+" : "");
  } catch {
    return null; // no repository, or no git
  }
}
