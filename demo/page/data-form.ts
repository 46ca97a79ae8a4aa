import type { PageFormat } from "../formats.js";
import type { FilePreview, TableLook } from "../worker/preview.js";
import { columnChoice, GUESS, orientationSelect, select, showColumns } from "./data-columns.js";
import { createIgnoreChoice } from "./data-ignore.js";
import { createLabelFile } from "./data-label-file.js";
import { missingText } from "./data-preview.js";
import { createTaskChoice, type TaskChoice } from "./data-task.js";
import { createVariables, type Variables } from "./data-variables.js";
import { field, h } from "./dom.js";
import { formatOf } from "./formats.js";
import type { ReadChoices, ReadForm } from "./read-form.js";

/** The form for files, by their format's name; of several, by that of the one to which labels are joined. It is `always` there where the right names, or the labels, may yet be given. */
export function createForm(files: readonly File[], changed: () => void): { form: ReadForm; isTable: boolean; always: boolean } {
  const format = files.map(({ name }) => formatOf(name)).find((one) => files.length === 1 || (one && takesLabels(one)));
  const isTable = format?.table ?? false;
  const always = format !== undefined && !isTable && (format.options.includes("x") || takesLabels(format));
  const task = createTaskChoice(changed, isTable && format ? format.options : []);
  if (isTable) return { form: createTableForm(changed, task), isTable, always };
  return { form: createFileForm(task, always && format ? createVariables(changed, format.options) : null), isTable, always };
}

/** Whether a file that is no table has labels in a second file. */
const takesLabels = ({ table, options }: PageFormat) => !table && options.includes("label") && options.includes("labels");

/** The form for tables: where samples are, which columns are none of the features, a label file. `changed` is called after any change. */
function createTableForm(changed: () => void, task: TaskChoice): ReadForm {
  const orientation = orientationSelect();
  const header = createHeaderChoice(changed);
  const [id, group, weight] = ["data-id", "data-group", "data-weight"].map((name) => columnChoice(name, changed));
  const ignore = createIgnoreChoice(changed);
  const labelFile = createLabelFile(changed, {
    reset() {
      for (const choice of [task, group, weight]) choice.reset();
    },
    preset(choices) {
      task.preset(choices);
      group.preset(choices.group);
      weight.preset(choices.sampleWeight);
    },
  });
  const reason = h("span", { id: "data-reason", class: "hint" });
  const unsure = h("p", { id: "data-unsure", class: "notice", hidden: true });
  orientation.onchange = () => {
    for (const choice of [task, id, group, weight, ignore]) choice.reset(); // columns have become rows
    changed();
  };
  const controls = [
    h("label", {}, "Samples are", orientation, reason),
    field("Names of features", "In row 1, or column 1 where samples are columns", header.choice),
    ...task.nodes,
    h("label", {}, "Sample IDs", id.select, id.name),
    field("Group", "Kept whole in splits: several samples of one patient", group.select, group.name),
    field("Weights", "What each sample counts in training, 0 or more", weight.select, weight.name),
    labelFile.node,
    ignore.node,
  ];
  return {
    node: h("div", {}, h("div", { class: "data-form" }, ...controls), unsure, header.asking),
    choices: () => ({
      ...(orientation.value && { orientation: orientation.value as "rows" | "columns" }),
      ...header.choices(),
      ...task.choices(),
      ...asked("id", id.value()),
      ...asked("group", group.value()),
      ...asked("sampleWeight", weight.value()),
      ...(ignore.value().length > 0 && { ignore: ignore.value() }),
      ...labelFile.choices(),
    }),
    preset(choices, labels) {
      orientation.value = choices.orientation ?? GUESS;
      header.preset(choices);
      id.preset(choices.id);
      ignore.preset(choices.ignore ?? []);
      labelFile.preset(choices, labels);
    },
    labelFile: labelFile.file,
    takeLabels: labelFile.take,
    show({ table, task: found }) {
      task.show({ table, task: found });
      if (!table) return;
      const [word, other] = table.orientation === "columns" ? ["columns", "rows"] : ["rows", "columns"];
      orientation.options[0].textContent = orientation.value === GUESS ? `guess: ${word}` : "guess";
      reason.textContent = orientation.value === GUESS ? `Because ${table.reason}` : "As chosen";
      header.show(table);
      unsure.hidden = table.sure;
      unsure.textContent = `It is not certain that samples are ${word}: look at the first cells below, and switch if they are ${other}.`;
      showColumns(table, task.label, id, [group, weight]);
      ignore.show(table);
    },
  };
}

/** Where the names of features are; a question where that is undecided. */
function createHeaderChoice(changed: () => void) {
  const choice = select("data-header", [
    [GUESS, "guess"],
    ["true", "in the first line"],
    ["false", "there are none"],
  ]);
  choice.onchange = changed;
  const answer = (text: string, value: string) => {
    const choose = () => {
      choice.value = value;
      changed();
    };
    return h("button", { type: "button", onclick: choose }, text);
  };
  const question = h("p");
  const answers = h("div", { class: "row" }, answer("Names of features", "true"), answer("A sample", "false"));
  const asking = h("div", { id: "data-undecided", class: "notice", hidden: true }, question, answers);
  return {
    choice,
    asking,
    choices: (): Pick<ReadChoices, "header"> => (choice.value ? { header: choice.value === "true" } : {}),
    preset({ header }: ReadChoices) {
      choice.value = header === undefined ? GUESS : String(header);
    },
    show(table: TableLook) {
      choice.options[0].textContent = choice.value === GUESS ? guessedHeader(table) : "guess";
      asking.hidden = table.undecided === null;
      question.textContent = `What are the cells of ${table.orientation === "columns" ? "column" : "row"} 1?`;
    },
  };
}

/** The form for files that are no tables: what to learn of them, and what else there is to ask. */
function createFileForm(task: TaskChoice, variables: Variables | null): ReadForm {
  return {
    node: h("div", { class: "data-form" }, ...task.nodes, ...(variables?.nodes ?? [])),
    choices: () => ({ ...variables?.choices(), ...task.choices() }),
    preset(choices, labels) {
      task.preset(choices);
      variables?.preset(choices, labels);
    },
    labelFile: () => variables?.labelFile() ?? null,
    takeLabels: (file) => variables?.takeLabels(file),
    show: task.show,
  };
}

function guessedHeader({ header, undecided }: TableLook): string {
  if (undecided !== null) return "choose";
  return `guess: ${header ? "in the first line" : "there are none"}`;
}

/** What to do about missing values: nothing is chosen by default. */
export function createMissingChoice(changed: () => void) {
  const text = h("span", {});
  const choice = select("data-missing", [
    [GUESS, "choose"],
    ["drop-samples", "leave out those samples"],
    ["drop-features", "leave out those features"],
    ["median", "fill in medians of the training part"],
  ]);
  choice.onchange = changed;
  const node = h(
    "div",
    { class: "notice", hidden: true },
    h("p", { id: "data-missing-counts" }, text),
    h("label", {}, "What to do about them", choice),
  );
  return {
    node,
    choice,
    show(missing: FilePreview["missing"]) {
      node.hidden = missing.total === 0;
      text.textContent = missing.total > 0 ? missingText(missing) : "";
    },
    /** undefined where nothing is missing, null where it is yet to be chosen. */
    value: () =>
      node.hidden ? undefined : choice.value === GUESS ? null : (choice.value as "drop-samples" | "drop-features" | "median"),
  };
}

function asked<K extends "id" | "group" | "sampleWeight">(key: K, value: string | number | null | undefined) {
  return value === undefined || (key !== "id" && value === null) ? {} : ({ [key]: value } as Pick<ReadChoices, K>);
}
