import { GUESS, orientationSelect } from "./data-columns.js";
import { fill, labelFileField } from "./data-label-file.js";
import { field, h } from "./dom.js";
import { TABLE_FILES } from "./formats.js";
import type { ReadForm } from "./read-form.js";

const OF_VARIABLES = "Of obs (AnnData), of column attributes (Loom), or of the second file";

/** What is asked about files of variables or arrays. */
export interface Variables extends Omit<ReadForm, "node" | "show"> {
  readonly nodes: readonly (Node | false)[];
}

/** What is asked about files of variables or arrays: their names, what is said of samples in columns, or in a second file, and where samples are, of `options`. */
export function createVariables(changed: () => void, options: readonly string[]): Variables {
  const [turned, annotated, named] = [["orientation"], ["label", "labels"], ["x"]].map((all) =>
    all.every((one) => options.includes(one)),
  );
  const orientation = orientationSelect();
  const weighted = options.includes("sampleWeight");
  const [x, y, group, label, weight] = ["data-x", "data-y", "data-group", "data-label-column", "data-weight"].map((id) =>
    h("input", { id, type: "text", onchange: changed }),
  );
  [x.placeholder, y.placeholder, label.placeholder] = ["X", "Y", "the one named so"];
  group.placeholder = weight.placeholder = "none";
  const labelFile = h("input", { id: "data-label-file", type: "file", accept: TABLE_FILES, onchange: changed });
  orientation.onchange = changed;
  const one = annotated ? (named ? "A variable or column" : "A column") : "A variable";
  return {
    nodes: [
      named && field("Variable of samples", "", x),
      named && field("Variable of labels", "", y),
      annotated && field("Column of labels", named ? OF_VARIABLES : "Of the second file", label),
      annotated && labelFileField(labelFile),
      field("Group", `${one}. Kept whole in splits: several samples of one patient`, group),
      weighted &&
        field("Weights", `${named ? "A variable" : "A column"}. What each sample counts in training, 0 or more`, weight),
      turned && field("Samples are", "Guess: rows, unless only the columns are as many as the labels", orientation),
    ],
    choices: () => ({
      ...(turned && orientation.value && { orientation: orientation.value as "rows" | "columns" }),
      ...(x.value.trim() && { x: x.value.trim() }),
      ...(y.value.trim() && { y: y.value.trim() }),
      ...(group.value.trim() && { group: group.value.trim() }),
      ...(weight.value.trim() && { sampleWeight: weight.value.trim() }),
      ...(label.value.trim() && { label: label.value.trim() }),
    }),
    preset(choices) {
      orientation.value = choices.orientation ?? GUESS;
      const names = [choices.x, choices.y, choices.group, choices.label, choices.sampleWeight];
      [x.value, y.value, group.value, label.value, weight.value] = names.map((name) => String(name ?? ""));
    },
    labelFile: () => labelFile.files?.[0] ?? null,
    takeLabels: (file) => fill(labelFile, file),
  };
}
