// `coppice/data`: formats, previews, samples and statistics of datasets.

import "./globals.js";

export { fillAbsent, type KnownFeatures } from "../data/absent.js";
export { alignClasses, alignFeatures } from "../data/align.js";
export type { Table } from "../data/dataset.js";
export type { OpenFile } from "../data/formats/file.js";
export type { Claim, Format, NamedOptions } from "../data/formats/format.js";
export { FORMATS } from "../data/formats/index.js";
export type { OptionCheck, Part } from "../data/formats/read-options.js";
export type { TableLayout } from "../data/formats/table/layout.js";
export type { Annotation, LabelField, PreviewField, TablePreview } from "../data/formats/table/preview.js";
export { countMissing, type MissingCounts, type MissingPolicy } from "../data/missing.js";
export { type DataFile, previewTable, type ReadOptions } from "../data/read-dataset.js";
export { fitRobust } from "../data/robust.js";
export { type Inputs, isSparse, type SampleMatrix, type SparseRows, toDense } from "../data/sample-matrix.js";
export { type SplitOptions, stratifiedCounts } from "../data/split.js";
export { fitStandardizer, type Standardizer, standardize } from "../data/standardize.js";
export { type SharedOptions, type SuggestedNetwork, type Suggestion, suggestOptions } from "../data/suggest.js";
export { takeSamples } from "../data/take-samples.js";
export type { TargetRange } from "../data/target-ranges.js";
export { csvLine } from "../util/csv.js";
