import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { afterEach, beforeEach } from "vitest";
import { main } from "../../src/cli/main.js";

/** A fresh folder for every test, removed after it. */
export function useFolder(): { path(name?: string): string; list(): string[] } {
  let folder = "";
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "coppice-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));
  return { path: (name = "") => join(folder, name), list: () => (readdirSync(folder, { recursive: true }) as string[]).sort() };
}

export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

interface RunOptions {
  env?: Record<string, string>;
  signal?: AbortSignal;
  onErr?: (text: string) => void;
  /** Standard input. */
  input?: Uint8Array;
}

/** Runs `coppice` in this process. `onErr` sees what goes to stderr, e.g. to interrupt. */
export async function coppice(argv: string, options: RunOptions = {}): Promise<Ran> {
  return run(argv.split(/ +/), options);
}

export async function run(argv: string[], { env = {}, signal, onErr, input }: RunOptions = {}): Promise<Ran> {
  let [out, err] = ["", ""];
  const code = await main(argv, {
    out: (text) => {
      out += text;
    },
    err: (text) => {
      err += text;
      onErr?.(text);
    },
    live: null,
    env,
    signal,
    ...(input && { input: Readable.from([input]) }),
  });
  return { code, out, err };
}

/** A small network on the bundled digits that learns in a second. */
export const SMALL = "--data digits --hidden 40,30 --epsilon 8 --epochs 3 --batch 100 --lr 0.05 --device cpu";

/** `SMALL` with these options in the place of its own. */
export function small(options: string): string {
  const given: readonly string[] = options.match(/--[\w-]+/g) ?? [];
  return `${SMALL.replace(/(--[\w-]+) \S+ ?/g, (one, name: string) => (given.includes(name) ? "" : one)).trimEnd()} ${options}`;
}
