/** What a command may touch of the process it runs in: tests give their own. */
export interface Terminal {
  /** Results. */
  out(text: string): void;
  /** Progress and errors. */
  err(text: string): void;
  /** The stream of `err` when it is a terminal that can redraw a line, else null. */
  readonly live: NodeJS.WriteStream | null;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Aborted when the user interrupts. */
  readonly signal?: AbortSignal;
}

/** The terminal of this process. */
export function processTerminal(signal?: AbortSignal): Terminal {
  return {
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
    live: process.stderr.isTTY ? process.stderr : null,
    env: process.env,
    signal,
  };
}

/** Prints a command's one JSON document. */
export function printJson(terminal: Terminal, document: unknown): void {
  terminal.out(`${JSON.stringify(document, null, 2)}\n`);
}

/** Prints lines of progress. */
export function say(terminal: Terminal, ...lines: string[]): void {
  for (const line of lines) terminal.err(`${line}\n`);
}
