import { check, isRecord } from "../../../util/check.js";
import { crc32c } from "../../../util/crc32.js";
import { parseJson } from "../../../util/parse-json.js";
import type { OwnBytes } from "../../../util/types.js";
import type { Json } from "../../json.js";
import { fromJson, toJson } from "../../model-json.js";
import type { TrainingState } from "../../saved-model.js";

type Records = Pick<TrainingState, "history" | "evolutions">;

/** Epochs whose records make a part: what the config holds of a history is one part's at most, and a hundred parts tell of 20,000 epochs. */
const PART_EPOCHS = 200;

/** The records of `PART_EPOCHS` epochs as they lie in a file: JSON in UTF-8, padded with spaces to a multiple of 8 bytes. */
export interface RecordPart {
  readonly bytes: OwnBytes;
  readonly crc32c: number;
}

/** The parts that a history of so many epochs has: the last epoch is in none. */
export function countRecordParts(epochs: number): number {
  return Math.max(0, Math.ceil(epochs / PART_EPOCHS) - 1);
}

/**
 * Records in parts of epochs that are over, and the rest. Records are made once and never change, so a part is encoded once: as long
 * as the records are the same objects, the same bytes come back. An evolution belongs to the part of the epoch it followed.
 */
export function partRecords({ history, evolutions }: Records): { readonly parts: RecordPart[]; readonly rest: Records } {
  let taken = 0;
  const parts = Array.from({ length: countRecordParts(history.length) }, (_, k) => {
    const end = (k + 1) * PART_EPOCHS;
    const from = taken;
    while (taken < evolutions.length && epochOf(evolutions[taken]) <= end) taken++;
    return partOf({ history: history.slice(end - PART_EPOCHS, end), evolutions: evolutions.slice(from, taken) });
  });
  return { parts, rest: { history: history.slice(parts.length * PART_EPOCHS), evolutions: evolutions.slice(taken) } };
}

function epochOf(record: unknown): number {
  return isRecord(record) && typeof record.epoch === "number" ? record.epoch : Number.NaN;
}

/** Parts by their first epoch's record. */
const encoded = new WeakMap<object, { readonly of: Records; readonly part: RecordPart }>();

function partOf(records: Records): RecordPart {
  const [first] = records.history;
  const known = isRecord(first) ? encoded.get(first) : undefined;
  if (known && sameItems(known.of.history, records.history) && sameItems(known.of.evolutions, records.evolutions))
    return known.part;
  const text = JSON.stringify({ history: records.history.map(toJson), evolutions: records.evolutions });
  const json = new TextEncoder().encode(text);
  const bytes = new Uint8Array(8 * Math.ceil(json.length / 8)).fill(0x20);
  bytes.set(json);
  const part = { bytes, crc32c: crc32c(bytes) };
  if (isRecord(first)) encoded.set(first, { of: records, part });
  return part;
}

function sameItems(a: readonly unknown[], b: readonly unknown[]): boolean {
  return a.length === b.length && a.every((item, i) => item === b[i]);
}

/** The records of a part's bytes. Throws when they are none. */
export function readRecordPart(bytes: Uint8Array, where: string): Records {
  const json = parseJson(bytes, where);
  const { history, evolutions } = (isRecord(json) ? json : {}) as Json;
  check(Array.isArray(history) && Array.isArray(evolutions), where, () => "has no history and evolutions");
  return { history: history.map(fromJson), evolutions };
}
