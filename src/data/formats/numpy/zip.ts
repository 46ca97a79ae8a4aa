import { check } from "../../../util/check.js";
import { crc32 } from "../../../util/crc32.js";
import { inflate, MAX_INFLATED } from "../gunzip.js";
import { latin } from "../table/cells.js";

/** A file of an archive: its packed bytes and what they should inflate to. */
export interface ZipEntry {
  readonly name: string;
  readonly deflated: boolean;
  readonly packed: Uint8Array;
  readonly size: number;
  readonly crc: number;
  /** The byte of the archive that its packed bytes start at. */
  readonly at: number;
}

// Signatures and sizes of the records of PKWARE's APPNOTE 6.3, sections 4.3.7, 4.3.12 and 4.3.16.
const [LOCAL, CENTRAL, END] = [0x04034b50, 0x02014b50, 0x06054b50];
const [LOCAL_BYTES, CENTRAL_BYTES, END_BYTES] = [30, 46, 22];
const MAX_COMMENT = 65_535;
const ENCRYPTED = 1;
const [STORED, DEFLATED] = [0, 8];

/** Whether `bytes` start like a zip archive that holds a file, or is empty. */
export function isZip(bytes: Uint8Array): boolean {
  return bytes.length >= 4 && bytes[0] === 0x50 && bytes[1] === 0x4b && [3, 5].includes(bytes[2]) && bytes[3] === bytes[2] + 1;
}

/** Folders, and what macOS puts beside files. */
const ASIDE = /\/$|(^|\/)(\._[^/]*|\.DS_Store)$/;

/** The name of the first file of an archive, of which these are the first bytes; of its first entry, where no file follows in them. */
export function firstEntry(head: Uint8Array): string {
  const text = latin(head, 0, head.length);
  let first: string | undefined;
  for (let at = 0; ; ) {
    const name = at + LOCAL_BYTES;
    const entry = text.slice(name, name + head[at + 26] + 256 * head[at + 27]);
    if (!ASIDE.test(entry)) return entry;
    first ??= entry;
    at = text.indexOf("PK\x03\x04", name + entry.length); // sizes may stand behind what is packed
    if (at < 0 || at + LOCAL_BYTES > head.length) return first;
  }
}

/**
 * Lists an archive by its central directory; nothing is inflated, and nothing ever written to a disk. Own code, not a library's, because the
 * libraries at hand trust the sizes that a directory claims, check no CRC, and cannot say where a file is wrong.
 *
 * Throws, with the byte and the field, on archives of several disks or above 4 GiB (zip64), encrypted files, other packings than deflate,
 * names that are absolute, step up ("..") or occur twice, local headers that contradict the directory, and files that overlap: so no byte
 * of the archive is inflated twice.
 */
export function listZip(bytes: Uint8Array, where: string): ZipEntry[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const endAt = findEnd(view, where);
  const [disk, firstDisk, here, count] = [4, 6, 8, 10].map((field) => view.getUint16(endAt + field, true));
  const [size, start] = [view.getUint32(endAt + 12, true), view.getUint32(endAt + 16, true)];
  check(disk === 0 && firstDisk === 0 && here === count && start < 0xffffffff, where, () => {
    return `the end record at byte ${endAt} is of several disks or zip64; archives of one disk below 4 GiB are read`;
  });
  check(start + size === endAt, where, () => {
    return `the directory at byte ${start} claims ${size} bytes, but the end record follows at byte ${endAt}`;
  });
  const entries: ZipEntry[] = [];
  const names = new Set<string>();
  let at = start;
  for (let k = 0; k < count; k++) {
    const field = `directory entry ${k + 1} at byte ${at}`;
    check(at + CENTRAL_BYTES <= endAt && view.getUint32(at, true) === CENTRAL, where, () => `${field} of ${count} is missing`);
    const [nameBytes, extra, comment] = [28, 30, 32].map((offset) => view.getUint16(at + offset, true));
    const next = at + CENTRAL_BYTES + nameBytes + extra + comment;
    check(next <= endAt, where, () => `${field} claims ${next - at} bytes, ${endAt - at} are left`);
    const entry = readEntry(bytes, view, at, start, where, field);
    check(!names.has(entry.name), where, () => `${field}: the name "${entry.name}" occurs twice`);
    names.add(entry.name);
    entries.push(entry);
    at = next;
  }
  check(at === endAt, where, () => `the directory's ${count} entries end at byte ${at}, the directory at byte ${endAt}`);
  checkApart(entries, where);
  return entries;
}

function findEnd(view: DataView, where: string): number {
  const last = view.byteLength - END_BYTES;
  for (let at = last; at >= Math.max(0, last - MAX_COMMENT); at--) {
    if (view.getUint32(at, true) === END && at + END_BYTES + view.getUint16(at + 20, true) === view.byteLength) return at;
  }
  check(false, where, () => {
    return `no zip archive, or truncated: no end record in its last ${MAX_COMMENT + END_BYTES} bytes before byte ${view.byteLength}`;
  });
}

function readEntry(bytes: Uint8Array, view: DataView, at: number, limit: number, where: string, field: string): ZipEntry {
  const [flags, method] = [view.getUint16(at + 8, true), view.getUint16(at + 10, true)];
  const [crc, packedSize, size, localAt] = [16, 20, 24, 42].map((offset) => view.getUint32(at + offset, true));
  const nameOf = (from: number, length: number) => new TextDecoder().decode(bytes.subarray(from, from + length));
  const name = nameOf(at + CENTRAL_BYTES, view.getUint16(at + 28, true));
  checkName(name, where, field);
  check((flags & ENCRYPTED) === 0, where, () => `${field}: "${name}" is encrypted`);
  check(method === STORED || method === DEFLATED, where, () => {
    return `${field}: "${name}" is packed by method ${method}, read are 0 and 8 (deflate)`;
  });
  check(method === DEFLATED || size === packedSize, where, () => {
    return `${field}: "${name}" is stored, but claims ${packedSize} bytes for ${size}`;
  });
  const there = localAt + LOCAL_BYTES <= limit && view.getUint32(localAt, true) === LOCAL;
  check(there, where, () => `${field}: "${name}" has no local header at byte ${localAt}`);
  const nameBytes = view.getUint16(localAt + 26, true);
  const start = localAt + LOCAL_BYTES + nameBytes + view.getUint16(localAt + 28, true);
  const localName = nameOf(localAt + LOCAL_BYTES, nameBytes);
  check(localName === name, where, () => {
    return `${field}: "${name}" is "${localName.slice(0, 80)}" in its local header at byte ${localAt}`;
  });
  check(start + packedSize <= limit, where, () => {
    return `truncated: ${field}: "${name}" claims ${packedSize} bytes from byte ${start}, ${Math.max(0, limit - start)} are left`;
  });
  return { name, deflated: method === DEFLATED, packed: bytes.subarray(start, start + packedSize), size, crc, at: start };
}

/** Names are only looked up, never opened; what could be a path elsewhere is refused all the same. */
function checkName(name: string, where: string, field: string): void {
  const plain = name !== "" && !/^[/\\]|^[A-Za-z]:|\\|\0/.test(name) && !name.split("/").includes("..");
  check(plain, where, () => `${field}: the name ${JSON.stringify(name.slice(0, 80))} is no path inside an archive`);
}

function checkApart(entries: readonly ZipEntry[], where: string): void {
  const order = [...entries].sort((a, b) => a.at - b.at);
  for (const [k, entry] of order.entries()) {
    const before = order[k - 1];
    check(!before || before.at + before.packed.length + LOCAL_BYTES <= entry.at, where, () => {
      return `"${before.name}" and "${entry.name}" overlap at byte ${entry.at}`;
    });
  }
}

/**
 * The bytes of a file of an archive, a copy. At most what the directory claims is inflated, and that only up to `maxBytes`; throws beyond
 * that, when it is less, and when the CRC is not the directory's.
 */
export async function unzip(entry: ZipEntry, where: string, maxBytes = MAX_INFLATED): Promise<Uint8Array> {
  const { name, deflated, packed, size, crc, at } = entry;
  check(size <= maxBytes, where, () => {
    return `"${name}" at byte ${at} is ${size} bytes when unpacked, above the limit of ${maxBytes} bytes; raise it with option maxBytes (--max-bytes)`;
  });
  const field = `${where}: "${name}" at byte ${at}`;
  const bytes = deflated ? await inflate(packed, "deflate-raw", field, { maxBytes: size }) : packed.slice();
  check(bytes.length === size, field, () => `inflates to ${bytes.length} bytes, the directory claims ${size}`);
  const found = crc32(bytes);
  check(found === crc, field, () => `is damaged: its CRC is ${found.toString(16)}, the directory has ${crc.toString(16)}`);
  return bytes;
}
