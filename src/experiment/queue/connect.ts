import type { Queue } from "bullmq";
import type { Redis } from "ioredis";
import { CoppiceError, checkInteger } from "../../util/check.js";
import type { JobDevice, Request } from "../run/job.js";
import { lineFrom, queueAddress } from "./address.js";

/** Keys in Redis begin so; then comes the queue's name, which is the device's: workers see only what is for theirs. */
const PREFIX = "coppice";

/** A job whose worker was lost so many times is failed. */
export const STALLS = 3;

/** How long finished jobs wait for the one who asked, in seconds. */
const KEPT = 30 * 24 * 3600;

/** How long connections may take to close, in ms. */
const CLOSING = 5_000;

/** Results go through the stream of events too: it is kept short. */
const EVENTS = 1000;

/** What a job's record in Redis says of how it goes. */
export interface JobProgress {
  /** Trainings done, of how many. */
  readonly training?: readonly [number, number];
  /** The last worker that did not fit. */
  readonly refused?: { readonly worker: string; readonly reason: string };
}

/** What the queue may touch of the process it runs in. */
export interface Host {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Says a line to the user. */
  readonly tell: (line: string) => void;
}

/** A connection to a queue that comes back by itself when it is lost. */
export interface QueueLink {
  readonly bullmq: typeof import("bullmq");
  readonly redis: Redis;
  readonly queue: Queue<Request>;
  /** What BullMQ's classes take: connection and prefix. */
  readonly options: { readonly connection: Redis; readonly prefix: string };
  /** For messages: without the password. */
  readonly shown: string;
  readonly lockMs: number;
  /** How many jobs are taken at a time by all workers that are there. */
  workers(): Promise<number>;
  /** What came from the queue as a line that may be told: short, and without the password. */
  line(text: string): string;
  /** Says a line once, until another is said. */
  tell(text: string): void;
  /** For "error" events of BullMQ's classes: what is not the connection's own trouble is told. */
  onError(error: Error): void;
  close(): Promise<void>;
}

/**
 * Connects to the queue of a device. Throws a usage error where bullmq or ioredis is not installed, a failure where Redis cannot be reached
 * or refuses; a connection that is lost later is told and tried again for ever.
 */
export async function connectQueue(text: string, device: JobDevice, host: Host): Promise<QueueLink> {
  const { shown, tls, ...address } = queueAddress(text, host.env);
  const lockMs = Number(host.env.COPPICE_QUEUE_LOCK_MS ?? 60_000);
  checkInteger(lockMs, "COPPICE_QUEUE_LOCK_MS", 100);
  const { bullmq, ioredis } = await loadPackages();
  let said = "";
  const tell = (text: string) => {
    if (text === said) return;
    host.tell(text);
    said = text;
  };
  const state = { connected: false, closing: false };
  const redis = new ioredis.Redis({
    ...address,
    ...(tls && { tls: {} }),
    maxRetriesPerRequest: null,
    lazyConnect: true,
    retryStrategy: (times) => (state.connected ? Math.min(500 * times, 10_000) : null),
  });
  const line = (said: string) => lineFrom(said, address);
  await connect(redis, shown, line);
  state.connected = true;
  redis.on("close", () => !state.closing && tell(`${shown}: the connection is lost; trying again until it is back`));
  redis.on("ready", () => tell(`${shown}: connected again`));
  const options = { connection: redis, prefix: PREFIX };
  const onError = (error: Error) => {
    if (redis.status === "ready" && !isConnectionError(error)) tell(`${shown}: ${line(error.message)}`);
  };
  const defaultJobOptions = { stackTraceLimit: 0, removeOnComplete: { age: KEPT }, removeOnFail: { age: KEPT } };
  const queue = new bullmq.Queue<Request>(device, { ...options, defaultJobOptions, streams: { events: { maxLen: EVENTS } } });
  queue.on("error", onError);
  return {
    bullmq,
    redis,
    queue,
    options,
    shown,
    lockMs,
    line,
    tell,
    onError,
    async workers() {
      const clients = await queue.getWorkers(); // of all databases
      return clients.filter(({ db }) => Number(db) === address.db).length;
    },
    async close() {
      state.closing = true;
      await closed(queue.close());
      redis.disconnect();
    },
  };
}

/** Waits for connections to close, though not for ever: BullMQ may wait for an end that never comes (its issue 4065). */
export async function closed(closing: Promise<unknown>): Promise<void> {
  await within(CLOSING, closing);
}

/** Resolves as the promise does, or with undefined after so many ms; leaves no timer, which would hold the process. */
export async function within<T>(ms: number, promise: Promise<T>): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(resolve, ms, undefined);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

async function loadPackages() {
  try {
    const [bullmq, ioredis] = await Promise.all([import("bullmq"), import("ioredis")]);
    return { bullmq, ioredis };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ERR_MODULE_NOT_FOUND") throw error;
    throw new CoppiceError("--queue: needs the packages bullmq and ioredis, which are not installed: npm install bullmq ioredis");
  }
}

/** Connects for the first time: what fails now is most likely the address. */
async function connect(redis: Redis, shown: string, line: (text: string) => string): Promise<void> {
  let cause: Error | undefined;
  const keep = (error: Error) => {
    cause ??= error;
  };
  redis.on("error", keep);
  try {
    await redis.connect();
    await redis.ping();
  } catch (error) {
    redis.disconnect();
    const reason = cause ?? (error as Error);
    const { code = "" } = reason as NodeJS.ErrnoException;
    const text = line(reason.message || code);
    const remedy = /^(NOAUTH|WRONGPASS|NOPERM)/.test(text)
      ? "give user and password in the address, or the password in COPPICE_QUEUE_PASSWORD"
      : /CERT|SIGNED|SIGNATURE/.test(code)
        ? "if you trust its certificate, name the one that signed it in NODE_EXTRA_CA_CERTS"
        : "is redis-server running there, and is the address right?";
    throw new CoppiceError(`${shown}: cannot be used: ${text}; ${remedy}`, "failure");
  }
  redis.off("error", keep).on("error", () => {}); // told by the event "close"
}

function isConnectionError(error: Error): boolean {
  return "syscall" in error || /Connection is closed/.test(error.message);
}
