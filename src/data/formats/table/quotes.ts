const [QUOTE, BACKSLASH] = [0x22, 0x5c];

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
