import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { CoppiceError } from "../../src/util/check.js";
import { parseBench } from "../record.js";
import type { Offspring } from "../suites/suite.js";

/** Largest output of a child: its bench.json. */
const MOST_OUTPUT = 64 * 2 ** 20;

/** Runs `coppice bench` with other options as a process of its own, so that a live GPU device or its memory does not weigh on what it measures. */
export function createOffspring(program = join(import.meta.dirname, "cli.js")): Offspring {
  return async (options) => {
    try {
      const argv = [program, "bench", ...options, "--json"];
      const { stdout } = await promisify(execFile)(process.execPath, argv, { maxBuffer: MOST_OUTPUT });
      return parseBench(stdout, `coppice bench ${options.join(" ")}`);
    } catch (error) {
      const { stderr = "" } = error as { stderr?: string };
      const last = stderr.trim().split("\n").at(-1);
      throw new CoppiceError(`coppice bench ${options.join(" ")}: ${last || (error as Error).message}`, "failure");
    }
  };
}
