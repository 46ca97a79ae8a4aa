import { PbfWriter } from "pbf";
import { check, checkFloats, checkInteger, checkNumber, checkObject, isList } from "../util/check.js";
import { crc32c } from "../util/crc32.js";
import { joinArrays } from "../util/join-arrays.js";
import { shown } from "../util/shown.js";
import type { FloatArray } from "../util/types.js";

/** Bars of a histogram of weights, of equal widths; TensorBoard draws about half as many. */
const BUCKETS = 64;

/**
 * A histogram as TensorBoard has it. Bucket i counts the values from limits[i - 1] to below limits[i].
 * The last bucket also counts values that are limits[i].
 */
export interface Histogram {
  readonly min: number;
  readonly max: number;
  readonly num: number;
  readonly sum: number;
  readonly sumSquares: number;
  readonly limits: readonly number[];
  readonly counts: readonly number[];
}

/** What one event tells: of a file's start, of numbers, or of distributions, by tag. */
export type TensorboardEvent = { readonly wallTime: number; readonly step: number } & (
  | { readonly scalars: Readonly<Record<string, number>> }
  | { readonly histograms: Readonly<Record<string, Histogram>> }
);

/** The histogram of finite values, at least one: 64 buckets from the least to the largest value, one where all are equal. O(n). */
export function histogram(values: FloatArray): Histogram {
  checkFloats(values, "histogram");
  check(values.length > 0, "histogram", () => "it is of no values; give at least one");
  const odd = values.findIndex((value) => !Number.isFinite(value));
  check(odd < 0, "histogram", () => `value ${odd + 1} is ${values[odd]}; all must be finite`);
  let [min, max, sum, sumSquares] = [Infinity, -Infinity, 0, 0];
  for (const value of values) {
    min = Math.min(min, value);
    max = Math.max(max, value);
    sum += value;
    sumSquares += value * value;
  }
  const buckets = min < max ? BUCKETS : 1;
  const width = (max - min) / buckets;
  const limits = Array.from({ length: buckets }, (_, i) => (i < buckets - 1 ? min + width * (i + 1) : max));
  const counts = new Array<number>(buckets).fill(0);
  for (const value of values) {
    let i = buckets > 1 ? Math.min(buckets - 1, Math.floor((value - min) / width)) : 0;
    while (i > 0 && value < limits[i - 1]) i--; // the quotient may be rounded to the other side of a limit
    while (i < buckets - 1 && value >= limits[i]) i++;
    counts[i]++;
  }
  return { min, max, num: values.length, sum, sumSquares, limits, counts };
}

/**
 * The first records of an event file (a TFRecord file whose name holds "tfevents"): the format's version and a session's start.
 * TensorBoard then forgets what earlier files of the folder said from `step` on. `wallTime` is in seconds since 1970.
 */
export function encodeEventStart(wallTime: number, step: number): Uint8Array {
  checkTime({ wallTime, step });
  const version = event({ wallTime, step: 0 }, (pbf) => pbf.writeStringField(3, "brain.Event:2"));
  const session = event({ wallTime, step }, (pbf) =>
    pbf.writeMessage(7, (started: number, to) => to.writeVarintField(1, started), 1),
  );
  return joinArrays([version, session]);
}

/** A record of an event file: append it to the file. */
export function encodeEvent(told: TensorboardEvent): Uint8Array {
  checkEvent(told);
  return event(told, (pbf) => pbf.writeMessage(5, writeSummary, told));
}

function checkTime({ wallTime, step }: { wallTime: number; step: number }): void {
  checkNumber(wallTime, "event: wallTime", 0);
  checkInteger(step, "event: step", 0);
}

function checkEvent(told: TensorboardEvent): void {
  checkObject(told, "event");
  checkTime(told);
  const { scalars, histograms } = told as { scalars?: Record<string, number>; histograms?: Record<string, Histogram> };
  check((scalars === undefined) !== (histograms === undefined), "event", () => "give either scalars or histograms");
  checkObject((scalars === undefined ? histograms : scalars) as object, "event: by tag");
  for (const [tag, value] of Object.entries(scalars ?? {}))
    check(typeof value === "number", `event: ${tag}`, () => `${shown(value)} is no number`);
  for (const [tag, value] of Object.entries(histograms ?? {})) {
    checkObject(value, `event: ${tag}`, "histogram");
    check(isList(value.limits) && isList(value.counts), `event: ${tag}`, () => "it is no histogram: histogram() makes one");
    for (const key of ["min", "max", "num", "sum", "sumSquares"] as const)
      check(typeof value[key] === "number", `event: ${tag}`, () => `${key} is ${shown(value[key])}, no number`);
  }
}

// Field numbers: tensorflow/core/util/event.proto and tensorflow/core/framework/summary.proto.
function event({ wallTime, step }: { wallTime: number; step: number }, write: (pbf: PbfWriter) => void): Uint8Array {
  const pbf = new PbfWriter();
  pbf.writeDoubleField(1, wallTime);
  pbf.writeVarintField(2, step);
  write(pbf);
  return frame(pbf.finish());
}

function writeSummary(told: TensorboardEvent, pbf: PbfWriter): void {
  if ("scalars" in told) for (const entry of Object.entries(told.scalars)) pbf.writeMessage(1, writeScalar, entry);
  else for (const entry of Object.entries(told.histograms)) pbf.writeMessage(1, writeHistogram, entry);
}

function writeScalar([tag, value]: [string, number], pbf: PbfWriter): void {
  pbf.writeStringField(1, tag);
  pbf.writeFloatField(2, value);
}

function writeHistogram([tag, value]: [string, Histogram], pbf: PbfWriter): void {
  pbf.writeStringField(1, tag);
  pbf.writeMessage(
    5,
    ({ min, max, num, sum, sumSquares, limits, counts }: Histogram, to) => {
      for (const [i, number] of [min, max, num, sum, sumSquares].entries()) to.writeDoubleField(i + 1, number);
      to.writePackedDouble(6, [...limits]);
      to.writePackedDouble(7, [...counts]);
    },
    value,
  );
}

/** A TFRecord: the length in 8 bytes, its masked CRC, the data, their masked CRC; little-endian. */
function frame(data: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(data.length + 16);
  const view = new DataView(bytes.buffer);
  view.setBigUint64(0, BigInt(data.length), true);
  view.setUint32(8, maskedCrc(bytes.subarray(0, 8)), true);
  bytes.set(data, 12);
  view.setUint32(12 + data.length, maskedCrc(data), true);
  return bytes;
}

/** CRC-32C, rotated right by 15 bits, plus a constant (tsl/lib/hash/crc32c.h), so that a CRC over a CRC is none that breaks. */
function maskedCrc(bytes: Uint8Array): number {
  const crc = crc32c(bytes);
  return (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;
}
