import protobuf from "protobufjs";

/** The part of TensorFlow's event.proto and summary.proto that event files here use. */
const SCHEMA = `
syntax = "proto3";
message Event { double wall_time = 1; int64 step = 2; oneof what { string file_version = 3; Summary summary = 5; SessionLog session_log = 7; } }
message SessionLog { enum SessionStatus { STATUS_UNSPECIFIED = 0; START = 1; STOP = 2; CHECKPOINT = 3; } SessionStatus status = 1; }
message Summary { message Value { string tag = 1; oneof value { float simple_value = 2; HistogramProto histo = 5; } } repeated Value value = 1; }
message HistogramProto { double min = 1; double max = 2; double num = 3; double sum = 4; double sum_squares = 5;
  repeated double bucket_limit = 6 [packed = true]; repeated double bucket = 7 [packed = true]; }
`;
const Event = protobuf.parse(SCHEMA).root.lookupType("Event");

export interface Histo {
  readonly min: number;
  readonly max: number;
  readonly num: number;
  readonly sum: number;
  readonly sumSquares: number;
  readonly bucketLimit: number[];
  readonly bucket: number[];
}

export interface ReadEvent {
  readonly wallTime: number;
  readonly step: number;
  readonly fileVersion?: string;
  readonly sessionLog?: { readonly status: string };
  readonly summary?: { readonly value: { readonly tag: string; readonly simpleValue?: number; readonly histo?: Histo }[] };
}

/** CRC-32C bit by bit, as its definition has it: what a file is checked by must not be what it was written by. */
export function crc32cByBits(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (0x82f63b78 & -(crc & 1));
  }
  return (crc ^ 0xffffffff) >>> 0;
}

function unmask(masked: number): number {
  const rotated = (masked - 0xa282ead8) >>> 0;
  return ((rotated >>> 17) | (rotated << 15)) >>> 0;
}

/** The events of a file; throws where a checksum is wrong, or a record is cut. */
export function readEvents(bytes: Uint8Array): ReadEvent[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const events: ReadEvent[] = [];
  for (let at = 0; at < bytes.length; ) {
    const length = Number(view.getBigUint64(at, true));
    const data = bytes.subarray(at + 12, at + 12 + length);
    for (const [part, crcAt] of [
      [bytes.subarray(at, at + 8), at + 8],
      [data, at + 12 + length],
    ] as const)
      if (unmask(view.getUint32(crcAt, true)) !== crc32cByBits(part)) throw new Error(`the checksum at byte ${crcAt} is wrong`);
    events.push({ step: 0, ...Event.toObject(Event.decode(data), { longs: Number, enums: String }) } as ReadEvent);
    at += length + 16;
  }
  return events;
}
