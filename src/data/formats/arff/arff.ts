import { CoppiceError, check, didYouMean } from "../../../util/check.js";
import type { Dataset } from "../../dataset.js";
import { list } from "../../names.js";
import { datasetOf } from "../arrays.js";
import type { OpenFile } from "../file.js";
import type { NamedOptions } from "../format.js";
import { MAX_INFLATED } from "../gunzip.js";
import { withoutLabels } from "../read-options.js";
import { isMissing, isNumber } from "../table/cells.js";
import { classLabels } from "../table/table-labels.js";
import type { TableText } from "../table/tabular.js";
import { samplesOfTriplets } from "../triplets.js";
import { type Attribute, type Row, readHeader, readRows } from "./arff-text.js";

/** The lines of a file, which is UTF-8. */
async function linesOf(file: OpenFile): Promise<string[]> {
  const bytes = await file.whole();
  check(bytes.length < 2 ** 29, file.name, () => {
    return `${bytes.length} bytes of ARFF; at most ${2 ** 29 - 1} are read: write it as .csv, or sparse as .svmlight`;
  });
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes).split(/\r\n|\n|\r/);
  } catch {
    throw new CoppiceError(`${file.name}: it is not UTF-8 text; save it as UTF-8`);
  }
}

/** Rows of all cells are a table, with the attributes for names. */
export async function denseTable(file: OpenFile): Promise<TableText> {
  const lines = await linesOf(file);
  const { attributes, first } = readHeader(lines, file.name);
  const quoted = (cells: readonly string[]) =>
    cells.map((cell) => (/[",\n#]|^\s|\s$/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)).join(",");
  const rows = [quoted(attributes.map(({ name }) => name))];
  const places = [first];
  for (const { cells, line } of readRows(lines, first, attributes, file.name)) {
    rows.push(quoted(cells));
    places.push(line);
  }
  return {
    bytes: new TextEncoder().encode(rows.join("\n")),
    options: { fileRow: (line) => places[line - 1], header: true, delimiter: ",", orientation: "rows" },
  };
}

/** A nominal attribute whose values are numbers is one of numbers, too. */
const isNumeric = ({ values }: Attribute) => values === null || (Array.isArray(values) && values.every(isNumber));

/** The attribute that is named, or of an index; the last, which Weka takes for the class, where none is asked for. */
function findAttribute(
  attributes: readonly Attribute[],
  choice: string | number | null | undefined,
  role: string,
  where: string,
): number {
  if (choice === undefined) return attributes.length - 1;
  const names = attributes.map(({ name }) => name);
  const at = typeof choice === "number" ? choice : names.indexOf(String(choice));
  check(at >= 0 && at < attributes.length, where, () => {
    return `no ${role} attribute "${choice}"; ${didYouMean(String(choice), names)}it has ${list(names)}`;
  });
  return at;
}

/** Labels, or numbers to learn, of an attribute. */
function labelsOf({ values }: Attribute, cells: readonly string[], options: NamedOptions, notes: string[]) {
  return values === null ? cells.map(Number) : classLabels(cells, options, notes);
}

/** What a row has of attribute j: what is not written is 0, or its first value. */
function cellOf(row: Row, attributes: readonly Attribute[], j: number): string {
  const k = "at" in row ? row.at.indexOf(j) : j;
  const { values: nominal } = attributes[j];
  return k >= 0 ? row.cells[k] : Array.isArray(nominal) ? nominal[0] : "0";
}

/** Sparse samples: what is not written is 0, or the first value of a nominal attribute. */
function samplesOf(rows: readonly Row[], attributes: readonly Attribute[], where: string, options: NamedOptions): Dataset {
  for (const key of ["target", "header", "orientation", "id", "labels", "extraLabels"] as const)
    check(options[key] === undefined, where, () => `option ${key} is for dense ARFF files; this one is sparse`);
  const { label, group, part, ignore = [], maxBytes = MAX_INFLATED, featureNames: wanted } = options;
  const y = label === null ? -1 : findAttribute(attributes, label, "label", where);
  const named = ({ name }: Attribute, j: number) => name === options.sampleWeight || j === options.sampleWeight;
  const lacking = part === "test" && !attributes.some(named); // training alone takes weights
  const [g, w] = Object.entries({ group, weight: lacking ? undefined : options.sampleWeight }).map(([role, choice]) =>
    choice === undefined ? -1 : findAttribute(attributes, choice, role, where),
  );
  const left = new Set([y, g, w, ...ignore.map((choice) => findAttribute(attributes, choice, "ignored", where))]);
  const features = attributes.map((_, j) => j).filter((j) => !left.has(j) && (!wanted || wanted.includes(attributes[j].name)));
  const odd = features.filter((j) => !isNumeric(attributes[j])).map((j) => attributes[j].name);
  check(odd.length === 0, where, () => `${odd.length} attributes are texts: ${list(odd)}; leave them out with option ignore`);
  check(features.length > 0 && rows.length > 0, where, () => "it holds no samples, or none of its attributes is a feature");
  const column = new Map(features.map((j, k) => [j, k]));
  const [rowIdx, colIdx, values]: number[][] = [[], [], []];
  for (const [i, row] of rows.entries())
    for (const [k, cell] of row.cells.entries()) {
      const to = column.get("at" in row ? row.at[k] : k);
      if (to === undefined) continue;
      check(isNumber(cell) || isMissing(cell), `${where}: line ${row.line}`, () => `"${cell.slice(0, 40)}" is no number`);
      rowIdx.push(i);
      colIdx.push(to);
      values.push(isNumber(cell) ? Number(cell) : Number.NaN);
    }
  const zeroless = features.find((j) => Array.isArray(attributes[j].values) && Number(attributes[j].values?.[0]) !== 0);
  check(
    zeroless === undefined,
    where,
    () =>
      `attribute ${attributes[zeroless ?? 0].name} has ${attributes[zeroless ?? 0].values?.[0]} where nothing is written; declare 0 first`,
  );
  const notes: string[] = [];
  const triplets = {
    rows: rows.length,
    columns: features.length,
    rowIdx: Uint32Array.from(rowIdx),
    colIdx: Uint32Array.from(colIdx),
    values: Float64Array.from(values),
  };
  const columnOf = (j: number) => ({ shape: [rows.length], data: rows.map((row) => cellOf(row, attributes, j)) });
  if (y >= 0 && label === undefined) notes.push(`attribute "${attributes[y].name}" holds the labels: it is the last`);
  return datasetOf(
    {
      samples: samplesOfTriplets(triplets, false, where, maxBytes, notes),
      labels: withoutLabels(options)
        ? null
        : { shape: [rows.length], data: labelsOf(attributes[y], columnOf(y).data, options, notes) },
      groups: g >= 0 ? columnOf(g) : undefined,
      weights: w >= 0 && part !== "test" ? columnOf(w) : undefined,
      featureNames: features.map((j) => attributes[j].name),
      notes,
    },
    where,
    options,
  );
}

/** Reads a sparse file; undefined where its rows have all cells. */
export async function readSparse(file: OpenFile, options: NamedOptions): Promise<Dataset | undefined> {
  const lines = await linesOf(file);
  const { attributes, first } = readHeader(lines, file.name);
  if (!startsSparse(lines, first)) return undefined;
  return samplesOf([...readRows(lines, first, attributes, file.name)], attributes, file.name, options);
}

/** Whether a file's samples are sparse. */
export async function isSparse(file: OpenFile): Promise<boolean> {
  const lines = await linesOf(file);
  return startsSparse(lines, readHeader(lines, file.name).first);
}

/** Whether the first sample below line `first` is sparse. */
function startsSparse(lines: readonly string[], first: number): boolean {
  for (let i = first; i < lines.length; i++) if (!/^\s*(%|$)/.test(lines[i])) return lines[i].trimStart().startsWith("{");
  return false;
}
