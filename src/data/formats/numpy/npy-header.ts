import { check } from "../../../util/check.js";

/** What a .npy file says of its array. */
export interface NpyHeader {
  /** numpy's name of the element type, e.g. "<f8". */
  readonly descr: string;
  /** Whether the first index varies fastest in the file. */
  readonly fortranOrder: boolean;
  readonly shape: readonly number[];
  /** The byte its values start at. */
  readonly dataAt: number;
}

const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];
/** numpy's own limit on headers of files that it does not trust. */
const MAX_HEADER = 10_000;
const MAX_DIMS = 32;

/** Whether `bytes` start with numpy's magic, \x93NUMPY. */
export function isNpy(bytes: Uint8Array): boolean {
  return MAGIC.every((byte, i) => bytes[i] === byte);
}

/**
 * Reads the header of versions 1.0, 2.0 and 3.0: the magic, the version, the length of a Python dict of `descr`, `fortran_order` and
 * `shape`, and the dict. It is matched, never evaluated. Throws, with the byte and the field, on anything else.
 */
export function readNpyHeader(bytes: Uint8Array, where: string): NpyHeader {
  check(isNpy(bytes), where, () => {
    return `not a .npy file: it starts with bytes ${[...bytes.subarray(0, 6)].join(" ") || "(none)"}, expected ${MAGIC.join(" ")} at byte 0`;
  });
  const [major, minor] = [bytes[6], bytes[7]];
  check(major >= 1 && major <= 3 && minor === 0, where, () => {
    return `version ${major ?? "(none)"}.${minor ?? "(none)"} at byte 6, read are 1.0, 2.0 and 3.0`;
  });
  const at = major === 1 ? 10 : 12;
  check(bytes.length >= at, where, () => `truncated: ${bytes.length} bytes, the header's length at byte 8 needs ${at - 8}`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = major === 1 ? view.getUint16(8, true) : view.getUint32(8, true);
  check(length <= MAX_HEADER, where, () => `its header at byte 8 claims ${length} bytes, at most ${MAX_HEADER} are read`);
  const dataAt = at + length;
  check(dataAt <= bytes.length, where, () => {
    return `truncated: its header at byte 8 claims ${length} bytes, ${bytes.length - at} are left`;
  });
  const text = new TextDecoder(major === 3 ? "utf-8" : "latin1").decode(bytes.subarray(at, dataAt));
  return { ...readDict(text, `${where}: header at byte ${at}`), dataAt };
}

// one entry of the dict: a key, then a string, a truth value, a tuple of numbers or a list (of fields, refused later), then a comma or the end
const ENTRY = /\s*(?:'(\w*)'|"(\w*)")\s*:\s*('[^']*'|"[^"]*"|True|False|\([\d\s,L]*\)|\[.*\])\s*(?:,|(?=\}))\s*/y;

function readDict(text: string, where: string): Omit<NpyHeader, "dataAt"> {
  const fields = new Map<string, string>();
  const start = /^\s*\{\s*/.exec(text)?.[0].length;
  check(start !== undefined, where, () => "it is no dict of descr, fortran_order and shape");
  ENTRY.lastIndex = start;
  let end = start;
  for (let entry = ENTRY.exec(text); entry; entry = ENTRY.exec(text)) {
    const name = entry[1] ?? entry[2];
    check(!fields.has(name), where, () => `it names ${name} twice`);
    fields.set(name, entry[3]);
    end = ENTRY.lastIndex;
  }
  check(/^\}\s*$/.test(text.slice(end)), where, () => {
    return `"${text.slice(end, end + 40).trim()}" is no entry of a dict of descr, fortran_order and shape`;
  });
  const field = (name: string) => {
    const value = fields.get(name);
    check(value !== undefined, where, () => `${name} is missing`);
    return value;
  };
  const [descr, order] = [field("descr"), field("fortran_order")];
  check(/^['"]/.test(descr), where, () => "descr is a list of fields; save plain arrays of numbers, not structured ones");
  check(order === "True" || order === "False", where, () => `fortran_order is ${order.slice(0, 40)}, expected True or False`);
  return { descr: descr.slice(1, -1), fortranOrder: order === "True", shape: readShape(field("shape"), where) };
}

function readShape(text: string, where: string): number[] {
  const parts = /^\(\s*(.*?)\s*,?\s*\)$/s.exec(text)?.[1];
  const shape =
    parts === undefined ? undefined : parts === "" ? [] : parts.split(",").map((part) => part.trim().replace(/L$/, ""));
  const plain = shape?.every((size) => /^\d+$/.test(size)) && (shape.length !== 1 || /,\s*\)$/.test(text)); // (3) is no tuple
  check(shape !== undefined && plain === true, where, () => `shape is ${text.slice(0, 80)}, expected a tuple of sizes`);
  check(shape.length <= MAX_DIMS, where, () => `shape has ${shape.length} dimensions, at most ${MAX_DIMS} are read`);
  const sizes = shape.map(Number);
  check(sizes.every(Number.isSafeInteger), where, () => `shape is ${text.slice(0, 80)}; sizes are below 2^53`);
  return sizes;
}
