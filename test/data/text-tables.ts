import type { Dataset } from "../../src/data/dataset.js";
import { type DataFile, type ReadOptions, readDataset } from "../../src/data/read-dataset.js";

/** A file of text. */
export const file = (name: string, text: string): DataFile => ({ name, bytes: new TextEncoder().encode(text) });
/** Reads a table called t.csv. */
export const read = (text: string, options?: ReadOptions) => readDataset([file("t.csv", text)], options);
/** Rows as a table's text. */
export const csv = (rows: readonly (readonly (string | number)[])[]) => rows.map((row) => row.join(",")).join("\n");
/** What a dataset is, apart from how it was read. */
export const content = ({ notes: _, layout: _places, ...dataset }: Dataset) => dataset;
