import { check } from "../../../util/check.js";
import { zerosLike } from "../../../util/floats.js";
import { excerpt } from "../../../util/shown.js";
import { transpose } from "../../../util/transpose.js";
import type { Dataset } from "../../dataset.js";
import { list } from "../../names.js";
import { type ArrayOf, datasetOf, type Parts } from "../arrays.js";
import { typeNotes } from "../feature-types.js";
import { type OpenFile, openFile } from "../file.js";
import type { NamedOptions } from "../format.js";
import { MAX_INFLATED } from "../gunzip.js";
import { isZip, listZip, unzip } from "../numpy/zip.js";
import { type ReadOptions, withoutLabels } from "../read-options.js";
import type { Grid } from "../table/grid.js";
import { labelsById } from "../table/label-file.js";
import { readGrid } from "../table/read-grid.js";
import { classLabels } from "../table/table-labels.js";
import { samplesOfTriplets } from "../triplets.js";
import { type Matrix, readMtx } from "./mtx.js";
import { isMtx, OF_10X } from "./signature.js";

const MATRIX = /(^|\/)matrix\.mtx(\.gz)?$/;
const [BARCODES, FEATURES] = [/(^|[^a-z])(barcodes|cells)[^/]*$/i, /(^|[^a-z])(features|genes)[^/]*$/i];

/**
 * Reads a MatrixMarket file, and what lies beside it: barcodes.tsv (IDs of samples) and features.tsv or genes.tsv of 10x Genomics, and labels, a line
 * or a cell of a second matrix for each sample. A zip archive may hold them all. Samples are rows, unless the barcodes, or the labels alone, are as many
 * as columns; beside barcodes and features of the same number they are columns. Labels by ID come from option labels.
 */
export async function readMatrixMarket(files: readonly OpenFile[], options: NamedOptions): Promise<Dataset> {
  const { maxBytes = MAX_INFLATED, orientation = "auto" } = options;
  const where = files.map(({ name }) => name).join(" + ");
  const parts = files.length === 1 && isZip(files[0].head) ? await unpacked(files[0], maxBytes) : files;
  refuseTwice(parts, where);
  const { matrix, barcodes, features, labels, notes } = await sortFiles(parts, where, maxBytes);
  const unlabelled = withoutLabels(options) && options.labels === undefined;
  const column = options.label ?? options.group;
  check(column === undefined || options.labels !== undefined || Boolean(options.ignoreLabels), where, () => {
    return `"${column}" is a column of a file of labels, and none is given: give it as option labels, or leave the column out`;
  });
  const { rows, columns } = matrix;
  const count = barcodes?.length ?? labels?.count;
  const fits = (size: number) => size === count || (!barcodes && labels?.lines !== undefined && size + 1 === count);
  const genes = barcodes !== undefined && features !== undefined; // 10x writes genes x cells
  const guessed = count !== undefined && fits(columns) && (genes || !fits(rows));
  const across = orientation === "columns" || (orientation === "auto" && guessed);
  if (across && orientation === "auto") {
    const alike = genes && rows === columns ? ", and features: 10x writes samples as columns (else option orientation)" : "";
    notes.push(`samples are columns: there are ${columns}, as many as ${barcodes ? "barcodes" : "labels"}${alike}`);
  }
  const samples = across ? columns : rows;
  const named = (names: readonly string[] | undefined, size: number, what: string) =>
    check(names === undefined || names.length === size, where, () => {
      return `${names?.length} ${what} for ${rows} x ${columns} values, samples being ${across ? "columns" : "rows"}`;
    });
  named(barcodes, samples, "barcodes");
  named(features, across ? rows : columns, "features");
  const joined = options.labels && !options.ignoreLabels ? await joinLabels(options, barcodes, where, notes) : undefined;
  check(joined !== undefined || unlabelled || labels !== undefined, where, () => {
    return "a matrix has no labels: give them in a file, a line for each sample (m.mtx,labels.txt), or by ID (option labels, with barcodes.tsv)";
  });
  return datasetOf(
    {
      samples: samplesOf(matrix, across, where, maxBytes, notes),
      labels: joined ? vectorOf(joined.labels) : unlabelled || !labels ? null : labels.read(samples, options, notes),
      groups: joined?.groups && vectorOf(joined.groups),
      featureNames: features,
      ids: barcodes,
      notes,
    },
    where,
    options,
  );
}

const vectorOf = <T>(data: readonly T[]): ArrayOf<readonly T[]> => ({ shape: [data.length], data });

function joinLabels(options: NamedOptions, barcodes: readonly string[] | undefined, where: string, notes: string[]) {
  check(options.labels !== undefined && barcodes !== undefined, where, () => {
    return "it has no IDs of samples to join labels by; give barcodes.tsv too, or labels in the samples' order (m.mtx,labels.txt)";
  });
  return labelsById(options.labels, barcodes, where, options, notes);
}

/** The files of an archive. What they unpack to together is at most `maxBytes`. */
async function unpacked(file: OpenFile, maxBytes: number): Promise<OpenFile[]> {
  let left = maxBytes;
  const entries = listZip(await file.whole(), file.name).filter(({ name }) => !name.endsWith("/"));
  const files: OpenFile[] = [];
  const known = entries.filter(({ name }) => OF_10X.test(name));
  refuseTwice(known, file.name);
  for (const entry of known) {
    const bytes = await unzip(entry, file.name, left);
    left -= bytes.length;
    files.push(await openFile({ name: `${file.name}/${entry.name}`, bytes }, left));
  }
  check(files.length > 0, file.name, () => {
    return `it holds ${list(entries.map(({ name }) => name)) || "nothing"}; expected matrix.mtx and barcodes.tsv`;
  });
  return files;
}

/** Refuses files of several matrices of 10x Genomics, raw and filtered ones say: each is found once. */
function refuseTwice(files: readonly { readonly name: string }[], where: string): void {
  const kinds = { "matrix.mtx": MATRIX, barcodes: BARCODES, features: FEATURES };
  for (const [what, pattern] of Object.entries(kinds)) {
    const found = files
      .filter(({ name }) => pattern.test(name) && (pattern === MATRIX || !/\.mtx(\.gz)?$/.test(name)))
      .map(({ name }) => name);
    check(found.length < 2, where, () => `${what} is found ${found.length} times: ${list(found)}; give the files of one folder`);
  }
}

/** Barcodes and genes as 10x Genomics has them. */
const OWN_ID = /^([ACGTN]{8,}(-\w+)?|ENS[A-Z]*\d{6,}(\.\d+)?)$/;

/** The first cells of a list. What stands behind a barcode or an Ensembl ID in every line, with spaces between, is none of it. */
function idsOf(grid: Grid, name: string, notes: string[]): string[] {
  const cells = grid.column(0);
  const words = cells.map((cell) => cell.split(/\s+/));
  const spaced = grid.columns === 1 && words.every(([first, ...more]) => more.length > 0 && OWN_ID.test(first));
  if (spaced) notes.push(`${name}: cells are parted by spaces`);
  return spaced ? words.map(([first]) => first) : cells;
}

/** Names of features: the second column of 10x Genomics' lists, where it has names as its .h5 files do, else the first. */
function featuresOf(grid: Grid, name: string, notes: string[]): string[] {
  if (grid.columns > 2) for (const note of typeNotes(grid.column(2))) notes.push(note);
  const named = grid.columns > 1 ? grid.column(1) : [];
  if (2 * new Set(named).size <= grid.rows) return idsOf(grid, name, notes); // "Gene Expression", say
  notes.push(`features have the names in column 2 of ${name}`);
  return named;
}

/** Labels that lie in a file of their own. */
interface Labels {
  readonly name: string;
  /** How many there are; one more where the first may be a name. */
  readonly count: number;
  readonly lines?: readonly string[];
  read(samples: number, options: ReadOptions, notes: string[]): NonNullable<Parts["labels"]>;
}

/** What each file is: a matrix by its content, the others by their names. */
async function sortFiles(files: readonly OpenFile[], where: string, maxBytes: number) {
  const matrices: { readonly name: string; readonly matrix: Matrix }[] = [];
  let [barcodes, features, labels]: [string[]?, string[]?, Labels?] = [];
  const notes: string[] = [];
  for (const file of files) {
    if (isMtx(file.head)) matrices.push({ name: file.name, matrix: await readMtx(file.chunks(), file.name, maxBytes) });
    else {
      const grid = readGrid(await file.whole(), file.name, { delimiter: "\t", list: true });
      for (const one of grid.notes) notes.push(`${file.name}: ${one}`);
      if (BARCODES.test(file.name)) barcodes = idsOf(grid, file.name, notes);
      else if (FEATURES.test(file.name)) features = featuresOf(grid, file.name, notes);
      else {
        check(labels === undefined, where, () => `${labels?.name} and ${file.name} would both be its labels; give one of them`);
        labels = labelsOfLines(grid, file.name);
      }
    }
  }
  const isVector = (one: { readonly matrix: Matrix } | undefined) => one?.matrix.rows === 1 || one?.matrix.columns === 1;
  if (isVector(matrices[0]) && matrices.length === 2 && !isVector(matrices[1])) matrices.reverse();
  const [first, second, ...more] = matrices;
  check(first !== undefined && more.length === 0 && !(second && labels), where, () => {
    return `${matrices.length} matrices; expected one, or one and its labels`;
  });
  if (second && !isVector(second))
    notes.push(`the samples are those of ${first.name}, the first, the labels those of ${second.name}`);
  return {
    matrix: first.matrix,
    barcodes,
    features,
    labels: labels ?? (second && labelsOfMatrix(second.matrix, second.name)),
    notes,
  };
}

function labelsOfLines(grid: Grid, name: string): Labels {
  const lines = grid.column(0);
  check(grid.columns === 1, name, () => {
    return `it has ${grid.columns} columns, like "${excerpt(grid.row(0).join(" "))}"; expected a label a line (with IDs of samples, give it as option labels, beside barcodes.tsv)`;
  });
  return {
    name,
    count: lines.length,
    lines,
    read(samples, options, notes) {
      const headed = lines.length === samples + 1;
      if (headed) notes.push(`${name}: line 1 is a name`);
      return vectorOf(classLabels(lines.slice(Number(headed)), options, notes));
    },
  };
}

function labelsOfMatrix({ rows, columns, ...matrix }: Matrix, name: string): Labels {
  return {
    name,
    count: Math.max(rows, columns),
    read() {
      const dense = matrix.kind === "dense" ? matrix.values : zerosLike(matrix.values, rows * columns);
      if (matrix.kind === "sparse")
        matrix.values.forEach((value, k) => {
          dense[matrix.rowIdx[k] * columns + matrix.colIdx[k]] += value;
        });
      return { shape: rows === 1 ? [columns] : [rows, columns], data: dense };
    },
  };
}

function samplesOf(matrix: Matrix, across: boolean, where: string, maxBytes: number, notes: string[]): Parts["samples"] {
  if (matrix.kind === "sparse") return samplesOfTriplets(matrix, across, where, maxBytes, notes);
  const { rows, columns, values } = matrix;
  if (!across) return { shape: [rows, columns], data: values };
  return { shape: [columns, rows], data: transpose(values, rows, columns) };
}
