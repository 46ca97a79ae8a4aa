#!/usr/bin/env node
import { main } from "./main.js";
import { processTerminal } from "./terminal.js";

const interruption = new AbortController();
process.on("SIGINT", () => {
  if (interruption.signal.aborted) process.exit(130); // asked twice: at once
  interruption.abort(new Error("interrupted"));
});

process.exitCode = await main(process.argv.slice(2), processTerminal(interruption.signal));
