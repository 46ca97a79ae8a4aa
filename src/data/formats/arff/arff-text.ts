import { check } from "../../../util/check.js";

/** An attribute of an ARFF file. */
export interface Attribute {
  readonly name: string;
  /** Its values where it is nominal; null of numbers, "text" of others. */
  readonly values: readonly string[] | null | "text";
  readonly allowed?: ReadonlySet<string>;
}

/** A sample: all its cells, or those that a sparse one has, with their attributes. */
export type Row =
  | { readonly line: number; readonly cells: string[] }
  | { readonly line: number; readonly at: number[]; readonly cells: string[] };

const TOKEN = /(?:\s*"((?:[^"\\]|\\.)*)"\s*|\s*'((?:[^'\\]|\\.)*)'\s*|([^,{}"']*))(,|$)/y;
const NAME = /^@attribute\s+(?:"([^"]*)"|'((?:[^'\\]|\\.)*)'|(\S+))\s+(.*)$/i;

const unescaped = (text: string) => text.replace(/\\(.)/g, "$1");

/** The values of a list with commas; undefined where it is none. */
function valuesOf(text: string): string[] | undefined {
  const values: string[] = [];
  TOKEN.lastIndex = 0;
  for (;;) {
    const found = TOKEN.exec(text);
    if (!found) return undefined;
    values.push(unescaped(found[1] ?? found[2] ?? "") || (found[3] ?? "").trim());
    if (found[4] === "") return values;
  }
}

/** The attributes that a header declares, and the line that its data start at. Throws, with the line, on what declares none. */
export function readHeader(lines: readonly string[], where: string): { attributes: Attribute[]; first: number } {
  const attributes: Attribute[] = [];
  for (const [i, whole] of lines.entries()) {
    const line = whole.trim();
    const place = `${where}: line ${i + 1}`;
    if (line === "" || line.startsWith("%") || /^@relation\b/i.test(line)) continue;
    if (/^@data\s*$/i.test(line)) {
      check(attributes.length > 0, place, () => "no attribute is declared before the data");
      return { attributes, first: i + 1 };
    }
    attributes.push(readAttribute(line, place));
  }
  check(false, where, () => "truncated: it has no line @data");
}

function readAttribute(line: string, place: string): Attribute {
  const [, double, single, plain, type = ""] = NAME.exec(line) ?? [];
  const name = double ?? (single === undefined ? plain : unescaped(single));
  check(name !== undefined, place, () => `"${line.slice(0, 60)}" is no attribute: @attribute, its name, its type`);
  const nominal = /^\{(.*)\}\s*(%.*)?$/.exec(type)?.[1];
  const values = nominal === undefined ? undefined : valuesOf(nominal);
  const kind = /^(numeric|real|integer)\b/i.test(type) ? null : /^(string|date)\b/i.test(type) ? "text" : values;
  check(kind !== undefined, place, () => {
    return `attribute ${name} is ${type.slice(0, 40)}; expected numeric, real, integer, string, date or {values}`;
  });
  return { name, values: kind, ...(Array.isArray(kind) && { allowed: new Set(kind) }) };
}

/** The samples below line `first`. Throws, with the line, where one has other cells than attributes. */
export function* readRows(
  lines: readonly string[],
  first: number,
  attributes: readonly Attribute[],
  where: string,
): Generator<Row> {
  for (let i = first; i < lines.length; i++) {
    const line = lines[i].trim();
    if (line === "" || line.startsWith("%")) continue;
    const place = `${where}: line ${i + 1}`;
    yield line.startsWith("{") ? sparseRow(line, i + 1, attributes, place) : denseRow(line, i + 1, attributes, place);
  }
}

function denseRow(line: string, number: number, attributes: readonly Attribute[], place: string): Row {
  const cells = valuesOf(line);
  check(cells !== undefined, place, () => {
    return `"${line.slice(0, 60)}" is no list of values (a quote, or a weight in braces, may be at fault)`;
  });
  check(cells.length === attributes.length, place, () => `it has ${cells.length} values for ${attributes.length} attributes`);
  for (const [j, cell] of cells.entries()) checkNominal(attributes[j], cell, place);
  return { line: number, cells };
}

function sparseRow(line: string, number: number, attributes: readonly Attribute[], place: string): Row {
  const inner = /^\{(.*)\}$/.exec(line)?.[1];
  const pairs =
    inner === undefined ? undefined : inner.trim() === "" ? [] : inner.match(/("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[^,"'])+/g);
  check(pairs !== undefined && pairs !== null && (pairs.length === 0 || pairs.join() === inner), place, () => {
    return `"${line.slice(0, 60)}" is no sparse sample: {index value, ...}`;
  });
  const at: number[] = [];
  const cells = pairs.map((pair) => {
    const [, index, text = ""] = /^\s*(\d+)\s+(.*?)\s*$/.exec(pair) ?? [];
    const [j, value] = [Number(index), valuesOf(text)];
    check(j < attributes.length && value?.length === 1, place, () => {
      return `"${pair.slice(0, 40)}" is no index below ${attributes.length} with a value`;
    });
    check(j > (at.at(-1) ?? -1), place, () => `index ${j} follows ${at.at(-1)}; indices ascend`);
    checkNominal(attributes[j], value[0], place);
    at.push(j);
    return value[0];
  });
  return { line: number, at, cells };
}

function checkNominal({ name, allowed }: Attribute, cell: string, place: string): void {
  check(!allowed || cell === "?" || allowed.has(cell), place, () => `"${cell.slice(0, 40)}" is no value of ${name}`);
}
