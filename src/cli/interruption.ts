import { fstatSync, readFileSync, readlinkSync, writeSync } from "node:fs";
import { basename } from "node:path";
import type { Terminal } from "./terminal.js";

/** A process's terminal, and how the process ends. */
export interface Watch {
  readonly terminal: Terminal;
  /** The process's exit code where the command's was `code`; says the command's last word elsewhere where stderr could not take it. */
  conclude(code: number): number;
}

/** Signals by which a process is told to end, and the words for it. */
const SIGNALS = { SIGINT: "interrupted", SIGTERM: "interrupted by SIGTERM", SIGHUP: "interrupted by SIGHUP" } as const;

/**
 * The terminal of this process. Its signal is aborted when the process is told to end, or when stdout or stderr cannot be written: the reader has gone, the
 * disk is full. A command that is not `orderly` ends at once when it is told to, and so does any that is told twice.
 */
export function watchProcess(orderly: boolean): Watch {
  const interruption = new AbortController();
  const lost = { out: undefined as NodeJS.ErrnoException | undefined, err: undefined as NodeJS.ErrnoException | undefined };
  let last = "";
  const end = (reason: string) => {
    if (!orderly || interruption.signal.aborted) {
      if (process.stderr.isTTY) writeSync(2, "\x1b[?25h"); // a bar may have hidden the cursor
      process.exit(1);
    }
    interruption.abort(new Interruption(reason));
  };
  for (const [signal, reason] of Object.entries(SIGNALS)) {
    if (signal !== "SIGHUP" || !ignoresHangup()) process.on(signal, () => end(reason));
    else process.on(signal, () => {}); // Node forgets that whoever started it had it ignored
  }
  const lose = (stream: keyof typeof lost, name: string) => (error: NodeJS.ErrnoException) => {
    if (lost[stream]) return;
    lost[stream] = error;
    interruption.abort(new Interruption(`${name} cannot be written (${error.message})`));
  };
  process.stdout.on("error", lose("out", "stdout"));
  process.stderr.on("error", lose("err", "stderr"));
  const terminal: Terminal = {
    out: (text) => (lost.out ? undefined : new Promise((resolve) => void process.stdout.write(text, () => resolve()))),
    err(text) {
      last = text;
      if (!lost.err) process.stderr.write(text);
    },
    live: process.stderr.isTTY ? process.stderr : null,
    env: process.env,
    signal: interruption.signal,
  };
  /** A reader that has seen enough (| head) is no failure, any other loss of output is one. */
  const failed = () =>
    (lost.out !== undefined && lost.out.code !== "EPIPE") || (lost.err !== undefined && (orderly || lost.err.code !== "EPIPE"));
  const say = (name: string, error: NodeJS.ErrnoException) =>
    terminal.err(`coppice: ${name} cannot be written (${error.message})\n`);
  let told = false;
  const settle = (code: number): number => {
    const worst = Math.max(code, failed() ? 1 : 0);
    if (told || worst === 0) return worst;
    if (lost.out && lost.out.code !== "EPIPE" && !lost.err) {
      told = true;
      if (!last.includes("stdout cannot be written")) say("stdout", lost.out);
    }
    if (lost.err && !lost.out) {
      told = true;
      process.stdout.write(last.startsWith("coppice: ") ? last : `coppice: stderr cannot be written (${lost.err.message})\n`);
    }
    return worst;
  };
  return {
    terminal,
    conclude(code) {
      // what was written last fails after this
      process.once("beforeExit", () => {
        process.exitCode = settle(code);
      });
      return settle(code);
    },
  };
}

/** Why a command was interrupted, in words that go before ": what is left". */
export class Interruption extends Error {}

/** The words for an interruption. */
export function interruptionOf(signal: AbortSignal | undefined): string {
  return signal?.reason instanceof Interruption ? signal.reason.message : "interrupted";
}

/**
 * Whether whoever started this process had SIGHUP ignored, as nohup has. Node sets it back before any script runs, so this goes by traces: the
 * shell's variable, a parent that ignores it, and what nohup does to streams that were a terminal.
 */
function ignoresHangup(): boolean {
  if (basename(process.env._ ?? "") === "nohup") return true;
  try {
    const ignored = /^SigIgn:\s*([0-9a-f]+)/m.exec(readFileSync(`/proc/${process.ppid}/status`, "utf8"));
    if (ignored && (Number.parseInt(ignored[1].slice(-1), 16) & 1) === 1) return true;
    const flags = /^flags:\s*([0-7]+)/m.exec(readFileSync("/proc/self/fdinfo/0", "utf8"));
    const writeOnly = flags !== null && (Number.parseInt(flags[1], 8) & 3) === 1;
    if (writeOnly && readlinkSync("/proc/self/fd/0") === "/dev/null") return true;
    return [1, 2].some((fd) => fstatSync(fd).isFile() && basename(readlinkSync(`/proc/self/fd/${fd}`)) === "nohup.out");
  } catch {
    return false; // there is no /proc here
  }
}
