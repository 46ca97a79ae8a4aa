import type { FilePreview, TableLook } from "../worker/preview.js";
import { learntList, learntText, warningsOf } from "./data-summary.js";
import { h, scrollBox } from "./dom.js";
import { count } from "./format.js";
import { explain } from "./words.js";

const BADGES = {
  label: "label",
  target: "to learn",
  id: "ID",
  group: "group",
  weight: "weight",
  ignored: "left out",
  feature: "",
} as const;
const CELL = 18;

/** What a file holds: its first cells, what each column is taken for, its classes. */
export function previewNodes(preview: FilePreview): Node[] {
  const { table, samples, features, groups, notes } = preview;
  const together = groups > 0 ? `; ${count(groups, "group")}` : "";
  return [
    ...(table ? [headTable(table), h("p", { class: "hint" }, rolesText(table))] : []),
    h("p", {}, `${count(samples, "sample")} of ${count(features, "feature")}, ${learntText(preview)}${together}.`),
    learntList(preview),
    ...warningsOf(preview).map((text) => h("p", { class: "notice" }, text)),
    ...(notes.length > 0 ? [h("ul", { class: "hint" }, ...notes.map((text) => h("li", {}, explain(text))))] : []),
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
  const of = (role: "label" | "target" | "id" | "group" | "weight") => {
    const own = fields.filter((field) => field.role === role);
    const others = labelFields?.filter((field) => field.role === role) ?? [];
    if (role !== "id" && others.length > 0) return `${others.map(({ name }) => `"${name}"`).join(", ")} of the label file`;
    return own.map(({ index, name }) => `${word} ${index + 1}, "${name}"`).join("; ") || "none";
  };
  const learnt = [...fields, ...(labelFields ?? [])].some(({ role }) => role === "target")
    ? `To learn: ${of("target")}`
    : `Labels: ${of("label")}`;
  const ignored = [...fields.filter((field) => field.role === "ignored"), ...annotations.filter((line) => line.ignored)];
  const without = ignored.length > 0 ? ` Left out: ${ignored.map(({ name }) => `"${name}"`).join(", ")}.` : "";
  const weights = of("weight");
  const weighted = weights === "none" ? "" : ` Weights: ${weights}.`;
  return `${learnt}. IDs: ${of("id")}. Groups: ${of("group")}.${weighted}${without} All others are features.`;
}
