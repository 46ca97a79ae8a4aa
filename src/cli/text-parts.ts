/** Characters of a part that is written at once, about. */
const PART = 2 ** 16;

/** The same text in fewer, longer parts. */
export function* gatherText(texts: Iterable<string>): Generator<string> {
  let parts: string[] = [];
  let length = 0;
  for (const text of texts) {
    parts.push(text);
    length += text.length;
    if (length < PART) continue;
    yield parts.join("");
    [parts, length] = [[], 0];
  }
  if (length > 0) yield parts.join("");
}

/** The same text as bytes. */
export function* encodeParts(texts: Iterable<string>): Generator<Uint8Array> {
  for (const text of gatherText(texts)) yield new TextEncoder().encode(text);
}

/** What JSON.stringify(value, null, 2) gives, part by part: the whole may be longer than a string can be. Iterables are lists. */
export function* jsonParts(value: unknown, indent = ""): Generator<string> {
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
    yield* jsonParts(content, inner);
    before = ",";
  }
  const [open, close] = list ? "[]" : "{}";
  yield before === "" ? open + close : `\n${indent}${close}`;
}
