import { CoppiceError } from "../../src/util/check.js";
import { allocationsUpTo, TooMuch } from "./allocations.js";
import type { Case, Target } from "./target.js";

/** What a case came to. */
export interface Outcome {
  readonly read: boolean;
  readonly allocated: number;
  readonly ms: number;
}

/** Bytes that reading may allocate in all, copies that were dropped included: this for each byte of the file, and this beside (4 times the limit on what is packed). */
const EACH = 64;
const BESIDE = 4 * 2 ** 20;
/** No case may take longer, in ms; one that does is timed again, as others may have had the processor. */
const SLOW = 1000;

const BUILT_IN = [Object, Array, Function, String, Number, Map, Set].map(({ prototype }) => prototype as object);
const names = () => BUILT_IN.map((prototype) => Reflect.ownKeys(prototype).length).join();
const untouched = names();

/** Reads a case. Throws what is wrong about how the reader behaves: anything but a result, or a refusal that says where. */
export async function judge({ place }: Target, made: Case): Promise<Outcome> {
  let outcome = await attempt(place, made);
  for (let again = 0; outcome.ms > SLOW && again < 3; again++) outcome = await attempt(place, made);
  if (outcome.ms > SLOW) throw new Error(`takes ${outcome.ms.toFixed(0)} ms, ${SLOW} are allowed`);
  return outcome;
}

async function attempt(place: RegExp, made: Case): Promise<Outcome> {
  const started = performance.now();
  const most = EACH * made.bytes.length + BESIDE;
  const stop = allocationsUpTo(most);
  let read = false;
  let allocated = 0;
  try {
    read = await readAll(place, made);
  } finally {
    allocated = stop();
  }
  // a reader may have caught what was thrown in the place of the allocation
  if (allocated > most) throw new TooMuch(`allocates ${allocated} bytes in all, the limit is ${most}`);
  if (names() !== untouched) throw new Error("something was added to the prototypes of built-in objects");
  return { read, allocated, ms: performance.now() - started };
}

/** Reads a case in all ways; whether one of them did not refuse. */
async function readAll(place: RegExp, { ways }: Case): Promise<boolean> {
  let read = false;
  for (const way of ways) {
    try {
      checkPlain(await way());
      read = true;
    } catch (error) {
      checkRefusal(error, place);
    }
  }
  return read;
}

function checkRefusal(error: unknown, place: RegExp): void {
  if (error instanceof TooMuch || error instanceof Odd) throw error;
  if (!(error instanceof CoppiceError)) throw new Error("throws something else than a CoppiceError", { cause: error });
  if (/^option \w+: /.test(error.message)) return; // refused before any file is looked at
  if (!/^(again|fuzz|predict|labels|layers\.\d|input\.npz|model\.json|npz)/.test(error.message))
    throw new Error(`does not name the file: ${error.message}`);
  if (!place.test(error.message)) throw new Error(`names neither place nor field: ${error.message}`);
  if (error.message.length > 2000) throw new Error(`says ${error.message.length} characters: ${error.message.slice(0, 200)}`);
}

class Odd extends Error {}

/** Throws where an object of the result has a prototype that no reader gave it: one that came out of the file. */
function checkPlain(value: unknown, seen = new Set<unknown>()): void {
  if (typeof value !== "object" || value === null || ArrayBuffer.isView(value) || seen.has(value) || seen.size > 2000) return;
  seen.add(value);
  const prototype = Object.getPrototypeOf(value) as object | null;
  if (prototype !== null && !BUILT_IN.includes(prototype)) throw new Odd("an object of the result has a prototype of its own");
  const items = value instanceof Map ? value.values() : Object.values(value);
  for (const item of items) checkPlain(item, seen);
}
