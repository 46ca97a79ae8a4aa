const [LF, CR, HASH] = [0x0a, 0x0d, 0x23];
/** Rows that tell how a table is written. */
const LOOKED_AT = 20;

const decoder = new TextDecoder();

/** The first bytes of the line that starts at a byte, and where the next one does. */
export function lineAt(bytes: Uint8Array, at: number, most = 4096): { line: string; next: number } {
  let end = at;
  while (end < bytes.length && bytes[end] !== LF && bytes[end] !== CR) end++;
  const next = Math.min(bytes.length, end + (bytes[end] === CR && bytes[end + 1] === LF ? 2 : 1));
  return { line: decoder.decode(bytes.subarray(at, Math.min(end, at + most))), next };
}

/** The first lines from a byte on, without blank ones, and without comments below the first. */
export function firstLines(bytes: Uint8Array, start: number): string[] {
  const lines: string[] = [];
  for (let at = start, seen = 0; at < bytes.length && lines.length < LOOKED_AT && seen < 100; seen++) {
    const { line, next } = lineAt(bytes, at);
    if (line.trim() !== "" && (at === start || bytes[at] !== HASH)) lines.push(line);
    at = next;
  }
  return lines;
}
