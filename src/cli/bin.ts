#!/usr/bin/env node
import { main } from "./main.js";
import { processTerminal } from "./terminal.js";

const interruption = new AbortController();
process.on("SIGINT", () => {
  if (interruption.signal.aborted) process.exit(1); // asked twice: at once
  interruption.abort(new Error("interrupted"));
});

// a reader that has seen enough (| head) is no failure
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
  process.exit();
});

process.exitCode = await main(process.argv.slice(2), processTerminal(interruption.signal));
