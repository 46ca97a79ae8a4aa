import { createHash } from "node:crypto";
import {
  closeSync,
  constants,
  createReadStream,
  existsSync,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { dirname } from "node:path";
import { pipeline } from "node:stream/promises";
import { setTimeout as wait } from "node:timers/promises";
import { createGunzip } from "node:zlib";
import { CoppiceError, check } from "../util/check.js";
import { interruptionOf } from "./interruption.js";
import { Broken, network, triesFor } from "./network.js";

/** What is to be had: an address and what is known of its content. */
export interface Remote {
  readonly url: string;
  /** Where nobody knows it, what the server announces. */
  readonly bytes?: number;
  /** None: any content is taken, and a download is gone on with if the server tells by a tag that the file is the same. */
  readonly sha256?: string;
}

/** What is known of a transfer so far. */
interface Transfer {
  readonly url: string;
  /** The length that was known beforehand; `bytes` may be what the server announced. */
  readonly expected?: number;
  bytes?: number;
  /** By which the server tells whether the file is still the same: its tag, or its date. */
  validator?: string;
  /** Whether nothing told where the last answer ends: neither its length nor chunks. */
  endless?: boolean;
}

/** The most bytes of a file whose length nobody tells. */
const MOST = 2 ** 36;

export interface DownloadOptions {
  /** Give up on a connection after so long without a byte; default 30 s. */
  readonly stallMs?: number;
  /** Tries after one that got no further than any before it; default 4. */
  readonly retries?: number;
  /** Pause before the first of them, doubled before each next; default 1 s. */
  readonly retryMs?: number;
  readonly signal?: AbortSignal;
  /** Bytes of the file that are on disk, of all that there are to be. */
  readonly onBytes?: (done: number, of: number | undefined) => void;
  /** Troubles on the way, as text. */
  readonly onNote?: (note: string) => void;
}

/**
 * Downloads to `path`.part, going on where an earlier download ended, checks length and SHA-256, which it returns, and only then renames it to
 * `path`: there is never a part of a file under that name. What is to be said of it stays beside it: see `noteOn`. Throws a failure, keeping the part, when the server cannot be reached,
 * says no, or breaks off again and again; deleting it, when its content is not the one expected.
 */
export async function download(remote: Remote, path: string, options: DownloadOptions = {}): Promise<string> {
  const { sha256, url } = remote;
  const transfer: Transfer = { url, expected: remote.bytes, bytes: remote.bytes };
  const part = `${path}.part`;
  mkdirSync(dirname(path), { recursive: true });
  checkPart(part);
  const tag = `${part}-tag`;
  if (sha256 === undefined) transfer.validator = existsSync(tag) ? readFileSync(tag, "utf8") : undefined;
  const goesOn = sha256 !== undefined || transfer.validator !== undefined;
  if (sizeOf(part) > (remote.bytes ?? MOST) || !goesOn) rmSync(part, { force: true }); // of another version of the file
  try {
    await fill(part, transfer, options);
  } catch (error) {
    if (!options.signal?.aborted) throw error;
    throw new CoppiceError(`${interruptionOf(options.signal)}; ${sayKept(part, transfer)}`, "failure");
  }
  const unsure = transfer.endless && sha256 === undefined;
  if (unsure) options.onNote?.(ENDLESS);
  const found = await sha256Of(part);
  if (sha256 !== undefined && found !== sha256) {
    for (const kept of [part, tag]) rmSync(kept, { force: true });
    throw new CoppiceError(`${url}: sha256 is ${found}, expected ${sha256}; it was deleted, nothing is at ${path}`, "failure");
  }
  rmSync(tag, { force: true });
  if (unsure) writeFileSync(`${path}-note`, ENDLESS);
  else rmSync(`${path}-note`, { force: true });
  renameSync(part, path);
  return found;
}

const ENDLESS = "the server told no length; it may not be whole";

/** What was to be said of a file that was downloaded to `path` without a sum; "" where there was nothing. */
export function noteOn(path: string): string {
  return existsSync(`${path}-note`) ? readFileSync(`${path}-note`, "utf8") : "";
}

/** Tries until the part has all bytes, or `retries` more tries than one got no further. */
async function fill(part: string, transfer: Transfer, options: DownloadOptions): Promise<void> {
  const { retries = 4, retryMs = 1000, signal, onNote } = options;
  let furthest = sizeOf(part);
  let vain = 0;
  while (sizeOf(part) < (transfer.bytes ?? MOST)) {
    try {
      await receive(part, transfer, options);
    } catch (error) {
      if (!(error instanceof Broken)) throw error;
      const size = sizeOf(part);
      vain = size > furthest ? 0 : vain + 1;
      furthest = Math.max(furthest, size);
      if (vain > triesFor(error.code, retries)) {
        throw new CoppiceError(
          `${transfer.url}: ${error.message}; gave up after ${vain} vain ${vain === 1 ? "try" : "tries"}; ${sayKept(part, transfer)}; ${byHand(part)}`,
          "failure",
        );
      }
      const pause = retryMs * 2 ** Math.max(0, vain - 1);
      onNote?.(`${error.message}; trying again in ${pause / 1000} s`);
      await wait(pause, undefined, { signal });
    }
  }
}

/** One request for what the part lacks, written to it as it arrives. */
async function receive(part: string, transfer: Transfer, options: DownloadOptions): Promise<void> {
  const { stallMs = 30_000, signal, onBytes, onNote } = options;
  const stall = new AbortController();
  const timer = setTimeout(() => stall.abort(new Broken(`nothing arrived for ${stallMs / 1000} s`)), stallMs);
  const signals = signal ? [stall.signal, signal] : [stall.signal];
  try {
    const size = sizeOf(part);
    // a packed transfer could not be resumed
    const unchanged = transfer.validator !== undefined && { "if-range": transfer.validator };
    const headers = { "accept-encoding": "identity", ...(size > 0 && { range: `bytes=${size}-`, ...unchanged }) };
    const response = await network(fetch(transfer.url, { headers, signal: AbortSignal.any(signals) }));
    const { bytes } = transfer;
    const changed = isOtherVersion(response, transfer);
    const start = firstByte(response, part, size, transfer);
    const why = changed || isOther(bytes, transfer.bytes) ? "the file has changed on the server" : "the server does not resume";
    if (start < size) onNote?.(`${why}: starting at the beginning`);
    transfer.validator = validatorOf(response);
    // fetch rejects what ends before its announced length, or before the last of its chunks
    transfer.endless =
      transfer.bytes === undefined && !/content-length|transfer-encoding/.test([...response.headers.keys()].join());
    if (transfer.validator) writeFileSync(`${part}-tag`, transfer.validator);
    await save(response, part, start, transfer, (done) => {
      timer.refresh();
      onBytes?.(done, transfer.bytes);
    });
  } finally {
    clearTimeout(timer);
    stall.abort(); // whatever is still to come is not wanted
  }
}

/** By which a server tells whether a file is still the same: a strong tag, else its date. */
function validatorOf({ headers }: Response): string | undefined {
  const etag = headers.get("etag");
  return etag?.startsWith('"') ? etag : (headers.get("last-modified") ?? undefined);
}

/** Whether an answer says that the file is another than the one that the transfer began with; a tag and a date tell nothing of one another. */
function isOtherVersion(response: Response, { validator }: Transfer): boolean {
  const now = validatorOf(response);
  return isOther(validator, now) && validator?.startsWith('"') === now?.startsWith('"');
}

/** Whether two answers contradict one another: what only one of them tells does not. */
const isOther = <T>(before: T | undefined, now: T | undefined): boolean =>
  before !== undefined && now !== undefined && before !== now;

/** Where in the file the answer's body begins: where the part ends, or 0. */
function firstByte(response: Response, part: string, size: number, transfer: Transfer): number {
  const { status, statusText, headers } = response;
  const { url, expected, bytes } = transfer;
  if (status === 200) {
    const length = headers.has("content-encoding") ? null : headers.get("content-length");
    if (length !== null && isOther(expected, Number(length)))
      throw new Broken(`the server announces ${length} bytes, expected ${expected}`);
    if (length !== null) transfer.bytes = Number(length);
    else if (isOtherVersion(response, transfer)) transfer.bytes = expected;
    return 0;
  }
  if (status === 206) {
    const [, start, total] = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(headers.get("content-range") ?? "") ?? [];
    const same = !isOtherVersion(response, transfer);
    if (Number(start) === size && same && (total === "*" || !isOther(bytes, Number(total)))) {
      if (total !== "*") transfer.bytes = Number(total);
      return size;
    }
  }
  if (status === 206 || status === 416) {
    rmSync(part, { force: true });
    Object.assign(transfer, { bytes: expected, validator: undefined }); // the next answer may be of another version
    const range = headers.get("content-range") ?? "none";
    throw new Broken(
      `asked to go on at byte ${size}${bytes === undefined ? "" : ` of ${bytes}`}, the server answers ${status} with range "${range}"; its part is dropped`,
    );
  }
  const answer = `HTTP ${status} ${statusText}`.trimEnd();
  if (status === 408 || status === 429 || status >= 500) throw new Broken(answer);
  throw new CoppiceError(`${url}: ${answer}; ${sayKept(part, transfer)}; ${byHand(part)}`, "failure");
}

/** Appends the body to the part from `start` on and flushes it; throws when it is shorter or longer than what is lacking. */
async function save(
  response: Response,
  part: string,
  start: number,
  transfer: Transfer,
  onBytes: (done: number) => void,
): Promise<void> {
  if (!response.body) throw new Broken("the answer has no body");
  const reader = response.body.getReader();
  if (start === 0) rmSync(part, { force: true });
  const { O_WRONLY, O_APPEND, O_CREAT, O_EXCL, O_NOFOLLOW = 0 } = constants;
  const file = openSync(part, start > 0 ? O_WRONLY | O_APPEND | O_NOFOLLOW : O_WRONLY | O_CREAT | O_EXCL, 0o666);
  let done = start;
  try {
    for (let { value } = await network(reader.read()); value; { value } = await network(reader.read())) {
      if (done + value.length > (transfer.bytes ?? MOST)) throw tooLong(part, transfer);
      for (let at = 0; at < value.length; ) at += writeSync(file, value, at);
      done += value.length;
      onBytes(done);
    }
  } finally {
    fsyncSync(file);
    closeSync(file);
  }
  transfer.bytes ??= done; // the body's end is the file's, as nobody told its length
  if (done < transfer.bytes) throw new Broken(`the connection ended after ${done} of ${transfer.bytes} bytes`);
}

function tooLong(part: string, { url, bytes = MOST }: Transfer): CoppiceError {
  rmSync(part);
  return new CoppiceError(
    `${url}: more than the expected ${bytes} bytes arrive; they were deleted: this is another file`,
    "failure",
  );
}

function sayKept(part: string, { bytes }: Transfer): string {
  const size = sizeOf(part);
  return size > 0
    ? `${size}${bytes === undefined ? "" : ` of ${bytes}`} bytes are kept in ${part}: the same command goes on from there`
    : "nothing was kept";
}

function byHand(part: string): string {
  return `the file can also be placed by hand at ${part.replace(/\.part$/, "")}`;
}

/** A part has a name that is known beforehand, to go on with: a link that waits there is not followed. */
function checkPart(part: string): void {
  const found = lstatSync(part, { throwIfNoEntry: false });
  check(!found || found.isFile(), part, () => "is no plain file, so it is no part of a download; move it away");
}

function sizeOf(path: string): number {
  return lstatSync(path, { throwIfNoEntry: false })?.size ?? 0;
}

/** SHA-256 of a file in hex, or of what is packed in a gzip file. Throws what reading or unpacking throws. */
export async function sha256Of(path: string, unpack = false): Promise<string> {
  const hash = createHash("sha256");
  if (unpack) await pipeline(createReadStream(path), createGunzip(), hash);
  else await pipeline(createReadStream(path), hash);
  return hash.digest("hex");
}
