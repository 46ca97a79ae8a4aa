import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Redis } from "ioredis";
import { afterEach, beforeEach } from "vitest";
import type { RunResult } from "../../src/experiment/run/records.js";
import { readStore } from "../../src/experiment/store/store.js";

/** A program under test: what it said so far, and how it ended. */
export interface Program {
  readonly pid: number;
  said(): string;
  /** Resolves when it has said a text that matches; rejects where it ends before. */
  says(pattern: RegExp): Promise<void>;
  kill(signal: NodeJS.Signals): void;
  /** Its exit code, or the signal that ended it. */
  readonly ended: Promise<number | string>;
}

/** No program of these tests runs longer, in ms; one that does is told with what it said. */
const LONGEST = 300_000;

/** Waits for something that happens; throws where it does not. */
export async function until(happens: () => boolean | Promise<boolean>): Promise<void> {
  const last = Date.now() + LONGEST;
  while (!(await happens())) {
    if (Date.now() > last) throw new Error(`after ${LONGEST / 1000} s it is still not so: ${happens}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** A Redis server, a folder, and programs for every test; all end with it. */
export function useQueue() {
  const programs = new Map<ChildProcess, string>();
  const clients: Redis[] = [];
  let folder = "";
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "coppice-queue-"));
  });
  afterEach(async () => {
    for (const client of clients.splice(0)) client.disconnect();
    for (const child of programs.keys()) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      child.kill("SIGKILL");
      await once(child, "exit");
    }
    programs.clear();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  });
  const path = (name: string) => join(folder, name);

  const start = (command: string, words: readonly string[], env: Record<string, string> = {}): Program => {
    const child = spawn(command, words, { cwd: folder, env: { ...process.env, ...env }, stdio: ["ignore", "pipe", "pipe"] });
    programs.set(child, "");
    const listeners = new Set<() => void>();
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text: string) => {
        programs.set(child, (programs.get(child) ?? "") + text);
        for (const listen of listeners) listen();
      });
    }
    const said = () => programs.get(child) ?? "";
    const ended = new Promise<number | string>((resolve, reject) => {
      const hung = () => reject(new Error(`${words.join(" ")} still runs after ${LONGEST / 1000} s; it said: ${said()}`));
      setTimeout(hung, LONGEST).unref();
      child.on("error", (error) => reject(new Error(`${command} cannot be started (${error.message}); install it`)));
      child.on("close", (code, signal) => resolve(code ?? signal ?? "?"));
    });
    ended.catch(() => {}); // told by the test that waits for it
    const says = async (pattern: RegExp) => {
      const found = new Promise<true>((resolve) => {
        const listen = () => pattern.test(said()) && resolve(true);
        listeners.add(listen);
        listen();
      });
      const end = await Promise.race([found, ended]);
      if (end !== true && !pattern.test(said())) throw new Error(`${words.join(" ")} ended (${end}) and said only: ${said()}`);
    };
    return { pid: child.pid ?? 0, said, says, kill: (signal) => void child.kill(signal), ended };
  };

  return {
    path,
    /** Starts redis-server; resolves with its port when it answers. */
    async redis(words: readonly string[] = [], port?: number): Promise<{ port: number; server: Program }> {
      const at = port ?? (await freePort());
      const tls = words.includes("--tls-port");
      const listen = tls ? ["--port", "0"] : ["--port", String(at)];
      const given = words.map((word) => (word === "PORT" ? String(at) : word));
      const server = start("redis-server", ["--bind", "127.0.0.1", "--dir", folder, "--save", "", ...listen, ...given]);
      await server.says(/Ready to accept connections/);
      return { port: at, server };
    },
    /** A client to look inside. */
    client(port: number, password?: string): Redis {
      const client = new Redis({ host: "127.0.0.1", port, password, maxRetriesPerRequest: null });
      client.on("error", () => {});
      clients.push(client);
      return client;
    },
    /** Starts a built coppice. */
    coppice: (words: string, env?: Record<string, string>, cli = join(process.cwd(), "dist/cli.js")) =>
      start(process.execPath, [cli, ...words.split(" ")], env),
    /** Writes a suite of small runs on digits, four in all. */
    suite(changes: object = {}, name = "tiny.json"): string {
      const settings = { hidden: [20, 20], epsilon: 4, epochs: 2, splits: 2, lrs: [0.01, 0.05], methods: ["npset", "dense"] };
      writeFileSync(path(name), JSON.stringify({ datasets: ["digits"], ...settings, ...changes }));
      return path(name);
    },
    /** A table of 60 samples in a folder of the test's. */
    table(where: string, shift = 0): void {
      mkdirSync(path(where), { recursive: true });
      const rows = Array.from({ length: 60 }, (_, i) =>
        [0, 1, 2, 3].map((j) => Math.sin(7 * i + j) + (i % 3) + shift).concat([i % 3]),
      );
      writeFileSync(path(`${where}/mine.csv`), rows.map((row) => `${row.join(",")}\n`).join(""));
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}

/** The results of a folder, apart from times and the command, which names the suite's file. */
export function timeless(out: string): object[] {
  return readStore(out).results.map(({ seconds, command, ...rest }: RunResult) => rest);
}

/** How often each run was done, as workers tell. */
export function doneBy(...workers: Program[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const worker of workers) {
    for (const [, key] of worker.said().matchAll(/^(\S+): done in /gm)) counts[key] = (counts[key] ?? 0) + 1;
  }
  return counts;
}
