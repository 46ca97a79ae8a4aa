import type { Host } from "../experiment/queue/connect.js";
import { gatherText, jsonParts } from "./text-parts.js";

/** What a command may touch of the process it runs in: tests give their own. */
export interface Terminal {
  /** Results. Much of it is given in parts, each after what the last returned. */
  out(text: string): void | Promise<void>;
  /** Progress and errors. */
  err(text: string): void;
  /** The stream of `err` when it is a terminal that can redraw a line, else null. */
  readonly live: NodeJS.WriteStream | null;
  /** What is read of `-`; default: the process's standard input. */
  readonly input?: AsyncIterable<Uint8Array>;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Aborted when the user interrupts, or when what is said reaches nobody any more. */
  readonly signal?: AbortSignal;
}

/** What a terminal acts on instead of showing it, or what changes the order of what is beside it: C0 but tab and newline, DEL, C1, marks of direction. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const CODES = /[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

/** A text with the codes that steer a terminal shown, as \x1b or \u202e: names, labels and messages may come from anyone. */
export function visible(text: string): string {
  return text.replace(CODES, (code) => {
    const hex = code.charCodeAt(0).toString(16);
    return hex.length > 2 ? `\\u${hex.padStart(4, "0")}` : `\\x${hex.padStart(2, "0")}`;
  });
}

/**
 * Prints a command's one JSON document, of any size; what JSON leaves as it is of codes that steer a terminal is escaped too, to the same values.
 * Lists may be given as other iterables, whose items are made when they are printed.
 */
export async function printJson(terminal: Terminal, document: unknown): Promise<void> {
  await printParts(terminal, escaped(jsonParts(document)));
  await terminal.out("\n");
}

function* escaped(parts: Iterable<string>): Generator<string> {
  for (const text of parts) yield text.replace(CODES, (code) => `\\u${code.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** Prints text that is made part after part, until nobody wants more of it. */
export async function printParts(terminal: Terminal, parts: Iterable<string>): Promise<void> {
  for (const text of gatherText(parts)) {
    if (terminal.signal?.aborted) return;
    await terminal.out(text);
  }
}

/** Prints lines of results. */
export function print(terminal: Terminal, ...lines: string[]): void {
  for (const line of lines) terminal.out(`${visible(line)}\n`);
}

/** What the queue takes of a terminal. A progress bar is cleared for a line: it is drawn anew. */
export function hostOf(terminal: Terminal): Host {
  const { env, live } = terminal;
  return {
    env,
    tell(line) {
      if (live) terminal.err("\r\x1b[2K");
      say(terminal, line);
    },
  };
}

/** Prints lines of progress. */
export function say(terminal: Terminal, ...lines: string[]): void {
  for (const line of lines) terminal.err(`${visible(line)}\n`);
}
