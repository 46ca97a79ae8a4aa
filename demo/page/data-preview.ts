import type { FilePreview, TableLook } from "../worker/preview.js";
import { classList, warningsOf } from "./data-summary.js";
import { h, scrollBox } from "./dom.js";
import { count } from "./format.js";

const BADGES = { label: "label", id: "ID", group: "group", weight: "weight", ignored: "left out", feature: "" } as const;
const CELL = 18;

/** What a file holds: its first cells, what each column is taken for, its classes. */
export function previewNodes(preview: FilePreview): Node[] {
  const { table, samples, features, classes, groups, notes } = preview;
  const together = groups > 0 ? `; ${count(groups, "group")}` : "";
  return [
    ...(table ? [headTable(table), h("p", { class: "hint" }, rolesText(table))] : []),
    h(
      "p",
      {},
      `${count(samples, "sample")} of ${count(features, "feature")}, ${count(classes.length, "class", "classes")}${together}.`,
    ),
    ...(classes.length > 0 ? [classList(classes)] : []),
    ...warningsOf(preview).map((text) => h("p", { class: "notice" }, text)),
    ...(notes.length > 0 ? [h("ul", { class: "hint" }, ...notes.map((text) => h("li", {}, text)))] : []),
  ];
}

/** The ten features that lack most. */
export function missingText({ total, samples, features, worst }: FilePreview["missing"]): string {
  const list = worst.map(({ name, count: values }) => `${name}: ${values}`).join(", ");
  return `${count(total, "value is", "values are")} missing, in ${count(features, "feature")} and ${count(samples, "sample")} (${list}${features > worst.length ? ", ..." : ""}).`;
}

/** The first cells as they stand in the file; the line beside or above them says which columns (rows) are no features. */
function headTable({ head, fields, annotations, orientation, rows, columns, header }: TableLook): HTMLElement {
  const across = orientation === "columns";
  const badge = (index: number) => BADGES[fields.find((field) => field.index === index)?.role ?? "feature"];
  const aside = (index: number) => annotations.some((line) => line.index === index && line.ignored);
  const cut = (head[0]?.length ?? 0) < columns;
  const cell = (text: string, i: number, j: number) => {
    const short = text.length > CELL ? `${text.slice(0, CELL)}...` : text;
    const name = header && (across ? j === 0 : i === 0);
    const marked = badge(across ? i : j) || aside(across ? j : i);
    return h(name ? "th" : "td", { class: marked && "role", title: short === text ? undefined : text }, short);
  };
  const above = h(
    "tr",
    { class: "badges" },
    ...(head[0] ?? []).map((_, j) => h("td", {}, badge(j) && h("span", { class: "badge" }, badge(j)))),
  );
  const body = head.map((line, i) =>
    h(
      "tr",
      {},
      across && h("td", {}, badge(i) && h("span", { class: "badge" }, badge(i))),
      ...line.map((text, j) => cell(text, i, j)),
      cut && h("td", { class: "soft" }, "..."),
    ),
  );
  return scrollBox(
    "The first cells of the file",
    h(
      "table",
      { class: "head" },
      h("caption", { class: "hint" }, `The first of ${count(rows, "row")} and ${count(columns, "column")}`),
      h("tbody", {}, !across && above, ...body),
    ),
  );
}

function rolesText({ fields, annotations, labelFields, orientation }: TableLook): string {
  const word = orientation === "columns" ? "row" : "column";
  const of = (role: "label" | "id" | "group") => {
    const own = fields.find((field) => field.role === role);
    const other = labelFields?.find((field) => field.role === role);
    if (role !== "id" && other) return `"${other.name}" of the label file`;
    return own ? `${word} ${own.index + 1}, "${own.name}"` : "none";
  };
  const ignored = [...fields.filter((field) => field.role === "ignored"), ...annotations.filter((line) => line.ignored)];
  const without = ignored.length > 0 ? ` Left out: ${ignored.map(({ name }) => `"${name}"`).join(", ")}.` : "";
  return `Labels: ${of("label")}. IDs: ${of("id")}. Groups: ${of("group")}.${without} All others are features.`;
}
