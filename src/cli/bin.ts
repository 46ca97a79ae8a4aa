#!/usr/bin/env node
import { withoutPassword } from "../experiment/queue/address.js";
import { CHILD_COMMAND } from "./experiment/slots.js";
import { watchProcess } from "./interruption.js";
import { main } from "./main.js";

const words = process.argv.slice(2);
const shownWords = words.map(withoutPassword);
if (shownWords.join(" ") !== words.join(" ")) process.title = ["coppice", ...shownWords].join(" "); // others see it in the list of processes

/** What these leave when they are told to end is whole: they end in order. A slot's process ends with the one that started it. */
const ORDERLY = ["train", "fit", "experiment", "worker", "datasets", CHILD_COMMAND];

const watch = watchProcess(ORDERLY.includes(words[0]));
process.exitCode = watch.conclude(await main(words, watch.terminal));
const QUEUED = words.some((word) => word.startsWith("--queue"));
if (QUEUED) setTimeout(() => process.exit(), 10_000).unref(); // a connection that does not close holds no command that has ended
