// File operations that fail, or end the process, at a chosen one. Used as a mock of node:fs, and as a preload of a child process:
// node --import test/faulty-fs.mjs with FAULTY_FS={"folder", "at", "fault", "log"}.

import { appendFileSync } from "node:fs";
import { createRequire, syncBuiltinESMExports } from "node:module";
import { resolve, sep } from "node:path";

/** What saving calls. Those that take a descriptor first count when it is of a file in the folder. */
const OPERATIONS = ["mkdirSync", "openSync", "writeSync", "fsyncSync", "closeSync", "renameSync", "appendFileSync", "rmSync"];
const ERRORS = { ENOSPC: "no space left on device", EFBIG: "file too large", EIO: "i/o error" };

/**
 * `fs`'s saving operations, counted from 0 where they concern `folder`. `decide(index, name)` says what befalls one: undefined, "kill" (after it
 * `kill` is called), "torn" (`kill` after half of a write) or the code of an error that it throws, a write after half of its bytes.
 */
export function faultyFs(fs, folder, decide, kill) {
  const root = resolve(folder);
  const open = new Set();
  let count = 0;
  const ours = (path) => (typeof path === "number" ? open.has(path) : `${resolve(path)}${sep}`.startsWith(`${root}${sep}`));
  const wrap = (name) => {
    const original = fs[name];
    return (...args) => {
      if (!ours(args[0])) return original(...args);
      const fault = decide(count++, name);
      const fails = fault !== undefined && fault !== "kill";
      if (fails && name === "writeSync")
        original(args[0], args[1].subarray(args[2] ?? 0, (args[1].length + (args[2] ?? 0)) >> 1));
      if (fault === "torn") kill();
      if (fails) throw Object.assign(new Error(`${fault}: ${ERRORS[fault]}, ${name}`), { code: fault, syscall: name });
      const result = original(...args);
      if (name === "openSync") open.add(result);
      if (name === "closeSync") open.delete(args[0]);
      if (fault === "kill") kill();
      return result;
    };
  };
  return Object.fromEntries(OPERATIONS.map((name) => [name, wrap(name)]));
}

if (process.env.FAULTY_FS) {
  const { folder, at, fault, log } = JSON.parse(process.env.FAULTY_FS);
  const fs = createRequire(import.meta.url)("node:fs");
  const append = appendFileSync;
  const decide = (index, name) => {
    if (log) append(log, `${name}\n`);
    return index === at ? fault : undefined;
  };
  Object.assign(
    fs,
    faultyFs({ ...fs }, folder, decide, () => process.kill(process.pid, "SIGKILL")),
  );
  syncBuiltinESMExports();
}
