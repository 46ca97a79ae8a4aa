/** Characters of a text, and items of a list, that messages show. */
const [LONG, MANY] = [80, 8];

/** A value that came from a file or a caller, short enough for a message however long, deep or odd it is. */
export function shown(value: unknown, depth = 2): string {
  if (typeof value === "string") return JSON.stringify(cut(value));
  if (typeof value === "function") return "a function";
  if (typeof value !== "object" || value === null) return String(value);
  if (ArrayBuffer.isView(value)) return `${value.constructor.name}(${"length" in value ? value.length : value.byteLength})`;
  const [open, close] = Array.isArray(value) ? "[]" : "{}";
  const items = Array.isArray(value) ? value : Object.keys(value);
  if (depth === 0) return items.length > 0 ? `${open}...${close}` : open + close;
  const inner = items.slice(0, MANY).map((item) => (Array.isArray(value) ? shown(item, depth - 1) : cut(String(item))));
  return `${open}${inner.join(", ")}${items.length > MANY ? ", ..." : ""}${close}`;
}

/** A text's first 80 characters. */
export function cut(text: string): string {
  return text.length > LONG ? `${text.slice(0, LONG)}...` : text;
}

/** A cell short enough for a message. */
export function excerpt(cell: string): string {
  return cell.length > 40 ? `${cell.slice(0, 40)}...` : cell;
}
