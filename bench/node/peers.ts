import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { CoppiceError } from "../../src/util/check.js";
import type { Mode } from "../record.js";
import { summarize } from "../stats.js";
import type { Peers } from "../suites/suite.js";

/** Libraries and backends, as bench/peers/run.mjs names them. */
const SYSTEMS = ["jaxjs webgpu", "tfjs webgpu", "jaxjs wasm", "tfjs wasm"] as const;
/** How a mode has them measured: rounds, and seconds after which a system has had its time. */
const EFFORT: Readonly<Record<Mode, readonly string[]>> = {
  quick: ["--repeats", "2", "--steps", "1", "--limit", "20"],
  full: ["--repeats", "5", "--limit", "120"],
};
/** A child that takes this much longer than its limit hangs. */
const MOST_MS = 300_000;

/** TensorFlow.js and jax-js of bench/peers, a package of its own in a clone. */
export function createPeers(folder = join(import.meta.dirname, "../bench/peers")): Peers {
  const install = "`npm ci --prefix bench/peers` installs them";
  const missing = !existsSync(join(folder, "run.mjs"))
    ? `other libraries are measured in a clone of the repository only; there ${install}`
    : existsSync(join(folder, "node_modules"))
      ? null
      : `other libraries are not installed: ${install}`;
  return {
    missing,
    systems: SYSTEMS,
    async run(name, network, mode) {
      const [system, backend] = name.split(" ");
      const argv = [join(folder, "run.mjs"), "--system", system, "--backend", backend, "--config", network, ...EFFORT[mode]];
      try {
        const { stdout } = await promisify(execFile)(process.execPath, argv, { timeout: MOST_MS });
        const { msPerStep } = JSON.parse(stdout.trim().split("\n").at(-1) ?? "") as { msPerStep: number[] };
        return summarize(msPerStep, 1);
      } catch (error) {
        const { stderr = "", message } = error as Error & { stderr?: string };
        const cause = stderr.split("\n").find((line) => /^\w*Error\b/.test(line));
        throw new CoppiceError(cause ?? message.split("\n")[0], "failure");
      }
    },
  };
}
