import { check, isRecord } from "../../../util/check.js";
import { crc32c } from "../../../util/crc32.js";
import type { OwnBytes } from "../../../util/types.js";
import { fromJson, type Json, toJson } from "../../checkpoint-config.js";
import type { TrainingState } from "../../saved-model.js";

type Records = Pick<TrainingState, "history" | "evolutions">;

/** Epochs whose records make a block: what the config holds of a history is one block's at most, and a hundred blocks tell of 20,000 epochs. */
export const BLOCK_EPOCHS = 200;

/** The records of `BLOCK_EPOCHS` epochs as they lie in a file: JSON in UTF-8, padded with spaces to a multiple of 8 bytes. */
export interface RecordBlock {
  readonly bytes: OwnBytes;
  readonly crc32c: number;
}

/** The blocks that a history of so many epochs has: the last epoch is in none. */
export function countBlocks(epochs: number): number {
  return Math.max(0, Math.ceil(epochs / BLOCK_EPOCHS) - 1);
}

/**
 * Records parted into blocks of epochs that are over, and the rest. Records are made once and never change, so a block is encoded once: as long
 * as the records are the same objects, the same bytes come back. An evolution belongs to the block of the epoch it followed.
 */
export function partRecords({ history, evolutions }: Records): { readonly blocks: RecordBlock[]; readonly rest: Records } {
  let taken = 0;
  const blocks = Array.from({ length: countBlocks(history.length) }, (_, k) => {
    const end = (k + 1) * BLOCK_EPOCHS;
    const from = taken;
    while (taken < evolutions.length && epochOf(evolutions[taken]) <= end) taken++;
    return blockOf({ history: history.slice(end - BLOCK_EPOCHS, end), evolutions: evolutions.slice(from, taken) });
  });
  return { blocks, rest: { history: history.slice(blocks.length * BLOCK_EPOCHS), evolutions: evolutions.slice(taken) } };
}

function epochOf(record: unknown): number {
  return isRecord(record) && typeof record.epoch === "number" ? record.epoch : Number.NaN;
}

/** Blocks by their first epoch's record. */
const encoded = new WeakMap<object, { readonly of: Records; readonly block: RecordBlock }>();

function blockOf(records: Records): RecordBlock {
  const [first] = records.history;
  const known = isRecord(first) ? encoded.get(first) : undefined;
  if (known && sameItems(known.of.history, records.history) && sameItems(known.of.evolutions, records.evolutions))
    return known.block;
  const text = JSON.stringify({ history: records.history.map(toJson), evolutions: records.evolutions });
  const json = new TextEncoder().encode(text);
  const bytes = new Uint8Array(8 * Math.ceil(json.length / 8)).fill(0x20);
  bytes.set(json);
  const block = { bytes, crc32c: crc32c(bytes) };
  if (isRecord(first)) encoded.set(first, { of: records, block });
  return block;
}

function sameItems(a: readonly unknown[], b: readonly unknown[]): boolean {
  return a.length === b.length && a.every((item, i) => item === b[i]);
}

/** The records of a block's bytes. Throws when they are none. */
export function readBlock(bytes: Uint8Array, where: string): Records {
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (error) {
    check(false, where, () => `is not JSON (${(error as Error).message})`);
  }
  const { history, evolutions } = (isRecord(json) ? json : {}) as Json;
  check(Array.isArray(history) && Array.isArray(evolutions), where, () => "has no history and evolutions");
  return { history: history.map(fromJson), evolutions };
}
