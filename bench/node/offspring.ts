import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { CoppiceError } from "../../src/util/check.js";
import { parseBench } from "../record.js";
import type { Offspring } from "../suites/suite.js";

/** Largest output of a child: its bench.json. */
const MOST_OUTPUT = 64 * 2 ** 20;

/** Runs `coppice bench` with other options as a process of its own, so that a live GPU device or its memory does not weigh on what it measures. `program` is dist/cli.js. */
export function createOffspring(program = join(import.meta.dirname, "cli.js")): Offspring {
  return async (options) => {
    try {
      const argv = [program, "bench", ...options, "--json"];
      const { stdout } = await promisify(execFile)(process.execPath, argv, { maxBuffer: MOST_OUTPUT });
      return parseBench(stdout, `coppice bench ${options.join(" ")}`);
    } catch (error) {
      const { stderr = "", signal, message } = error as Error & { stderr?: string; signal?: string };
      const last = stderr.trim().split("\n").at(-1)?.trim();
      // what is killed (for want of memory, mostly) says nothing itself: its last line is of what it did before
      const cause = signal ? `ended by ${signal}${last ? ` after "${last}"` : ""}` : last || message;
      throw new CoppiceError(`coppice bench ${options.join(" ")}: ${cause}`, "failure");
    }
  };
}
