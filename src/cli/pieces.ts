/** Characters of a piece that is written at once, about. */
const PIECE = 2 ** 16;

/** The same text in fewer, longer pieces. */
export function* gatherText(pieces: Iterable<string>): Generator<string> {
  let parts: string[] = [];
  let length = 0;
  for (const piece of pieces) {
    parts.push(piece);
    length += piece.length;
    if (length < PIECE) continue;
    yield parts.join("");
    [parts, length] = [[], 0];
  }
  if (length > 0) yield parts.join("");
}

/** The same text as bytes. */
export function* encodePieces(pieces: Iterable<string>): Generator<Uint8Array> {
  for (const text of gatherText(pieces)) yield new TextEncoder().encode(text);
}

/** What JSON.stringify(value, null, 2) gives, piece by piece: the whole may be longer than a string can be. Iterables are lists. */
export function* jsonPieces(value: unknown, indent = ""): Generator<string> {
  if (typeof value !== "object" || value === null || "toJSON" in value) {
    yield JSON.stringify(value) ?? "null";
    return;
  }
  const inner = `${indent}  `;
  const list = Symbol.iterator in value;
  let before = "";
  for (const item of list ? (value as Iterable<unknown>) : Object.entries(value)) {
    const [name, content] = list ? ["", item] : (item as [string, unknown]);
    if (!list && content === undefined) continue;
    yield `${before || (list ? "[" : "{")}\n${inner}${list ? "" : `${JSON.stringify(name)}: `}`;
    yield* jsonPieces(content, inner);
    before = ",";
  }
  const [open, close] = list ? "[]" : "{}";
  yield before === "" ? open + close : `\n${indent}${close}`;
}
