#!/usr/bin/env node
import { withoutPassword } from "./experiment/queue/address.js";
import { main } from "./main.js";
import { processTerminal } from "./terminal.js";

const words = process.argv.slice(2);
const shownWords = words.map(withoutPassword);
if (shownWords.join(" ") !== words.join(" ")) process.title = ["coppice", ...shownWords].join(" "); // others see it in the list of processes

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

process.exitCode = await main(words, processTerminal(interruption.signal));
