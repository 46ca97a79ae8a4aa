import { execFileSync } from "node:child_process";
import { createRequire } from "node:module";
import { arch, availableParallelism, cpus, platform, release, totalmem } from "node:os";
import { shellCommand } from "../../src/cli/format.js";
import { version } from "../../src/util/version.js";
import type { Platform } from "../run.js";
import { createOffspring } from "./offspring.js";
import { createPeers } from "./peers.js";

/** This machine, and Node's ways. `command` are the words after `coppice`. */
export function nodePlatform(command: readonly string[]): Platform {
  return {
    machine: {
      platform: `${platform()} ${release()} ${arch()}`,
      cpu: cpus()[0]?.model ?? "",
      cores: availableParallelism(),
      memoryBytes: totalmem(),
    },
    versions: { coppice: version, node: process.versions.node, ...dawnVersion() },
    commit: commit(),
    command: `coppice ${shellCommand(command)}`,
    offspring: createOffspring(),
    peers: createPeers(),
    peakBytes: () => 1024 * process.resourceUsage().maxRSS,
  };
}

/** The version of the package that carries Dawn, where it is installed. */
function dawnVersion(): Record<string, string> {
  try {
    return { webgpu: (createRequire(import.meta.url)("webgpu/package.json") as { version: string }).version };
  } catch {
    return {}; // not installed: then nothing ran on it
  }
}

/** The commit of a clone, with "+" where files differ from it; null elsewhere. */
function commit(): string | null {
  const git = (...args: string[]) =>
    execFileSync("git", args, {
      cwd: new URL(".", import.meta.url),
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    }).trim();
  try {
    return git("rev-parse", "--short", "HEAD") + (git("status", "--porcelain", "--", ":/src", ":/shaders", ":/bench") ? "+" : "");
  } catch {
    return null; // no clone, or no git
  }
}
