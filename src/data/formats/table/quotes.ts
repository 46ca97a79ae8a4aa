import { lineAt } from "./lines.js";

const [QUOTE, BACKSLASH, APOSTROPHE, SPACE, LF, CR] = [0x22, 0x5c, 0x27, 0x20, 0x0a, 0x0d];

/** Whether a quote stands behind a backslash: R's write.table escapes those inside of cells so. A cell may also end with a backslash. */
export function escapesQuotes(bytes: Uint8Array, start: number): boolean {
  for (let at = bytes.indexOf(BACKSLASH, start); at >= 0; at = bytes.indexOf(BACKSLASH, at + 1))
    if (bytes[at + 1] === QUOTE) return true;
  return false;
}

/** A copy of as many bytes in which quotes behind a backslash are doubled. */
export function doubleQuotes(bytes: Uint8Array, start: number): Uint8Array {
  const out = bytes.slice();
  for (let at = out.indexOf(BACKSLASH, start); at >= 0; at = out.indexOf(BACKSLASH, at + 1))
    if (out[at + 1] === QUOTE) out[at] = QUOTE;
  return out;
}

/**
 * A copy in which cells in single quotes are in double ones, as R reads both, parted by the first of some delimiters
 * that fits; undefined where the first two rows have none, where one goes on after its quote, and where there are double quotes.
 */
export function singlyQuoted(bytes: Uint8Array, start: number): Uint8Array | undefined {
  if (!/(^|[,;|\t ])'/.test(firstQuoted(bytes, start)) || bytes.includes(QUOTE, start)) return undefined;
  return [0x2c, 0x3b, 0x09, 0x7c, SPACE].map((delimiter) => requoted(bytes, start, delimiter)).find((out) => out !== undefined);
}

/** The first of the first two rows that has an apostrophe; "" where none has. */
function firstQuoted(bytes: Uint8Array, start: number): string {
  const first = lineAt(bytes, start);
  return [first.line, lineAt(bytes, first.next).line].find((line) => line.includes("'")) ?? "";
}

/** Undefined where a quoted cell does not end before a delimiter on its line, and where nothing is parted or quoted. */
function requoted(bytes: Uint8Array, start: number, delimiter: number): Uint8Array | undefined {
  const out = bytes.slice();
  const breaks = (at: number) => at >= bytes.length || bytes[at] === LF || bytes[at] === CR;
  const ends = (at: number) => bytes[at] === delimiter || breaks(at);
  let [parts, quoted] = [false, false];
  let to = start;
  for (let at = start; at < bytes.length; ) {
    while (bytes[at] === SPACE && !ends(at)) out[to++] = bytes[at++];
    if (bytes[at] === APOSTROPHE) {
      out[to++] = QUOTE;
      for (at++; !breaks(at) && (bytes[at] !== APOSTROPHE || bytes[at + 1] === APOSTROPHE); ) {
        if (bytes[at] === APOSTROPHE) at++; // two of them stand for one
        out[to++] = bytes[at++];
      }
      if (bytes[at++] !== APOSTROPHE || !ends(at)) return undefined;
      out[to++] = QUOTE;
      quoted = true;
    }
    while (!ends(at)) out[to++] = bytes[at++];
    parts ||= bytes[at] === delimiter;
    if (at < bytes.length) out[to++] = bytes[at++];
  }
  return parts && quoted ? out.subarray(0, to) : undefined;
}
