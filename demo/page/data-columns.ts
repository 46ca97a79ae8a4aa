import type { TableLook } from "../worker/preview.js";
import { h } from "./dom.js";

/** The value of a choice that is left to the library. */
export const GUESS = "";
const NONE = "none";
const OTHER = "other";

type Column = readonly [value: string, text: string];

/** A select of [value, text]. */
export function select(id: string, options: readonly Column[]): HTMLSelectElement {
  return h("select", { id }, ...options.map(([value, text]) => h("option", { value }, text)));
}

/** A select of columns. */
export type Choice = ReturnType<typeof columnChoice>;

/** Offers the columns that the preview has found. */
export function showColumns(table: TableLook, label: Choice, id: Choice, beside: readonly Choice[]): void {
  const { fields, allFields, labelFields } = table;
  const more = fields.length < allFields;
  const own = (taken: "label" | "id" | "group") => fields.find(({ role }) => role === taken)?.name;
  const plain = fields.map(({ index, name }): Column => [String(index), name]);
  const likely = fields.filter((field) => field.labelCandidate).map(({ index, name }): Column => [String(index), name]);
  const rest = plain.filter(([value]) => !likely.some((one) => one[0] === value));
  const sheet = labelFields?.filter(({ role }) => role !== "id").map(({ index, name }): Column => [String(index), name]);
  const sheetLabel = labelFields?.find(({ role }) => role === "label")?.name;
  if (sheet) label.fill([[GUESS, guess(label, sheetLabel)]], { "In the label file": sheet }, false);
  else label.fill([[GUESS, guess(label, own("label"))]], { "Values repeat, as labels do": likely, "Other columns": rest }, more);
  id.fill(
    [
      [GUESS, guess(id, own("id") ?? "none")],
      [NONE, "none"],
    ],
    { Columns: plain },
    more,
  );
  const byName = sheet?.map(([, name]): Column => [`=${name}`, name]) ?? [];
  for (const choice of beside) choice.fill([[GUESS, "none"]], { "In the label file": byName, Columns: plain }, more);
}

function guess(choice: Choice, name: string | undefined): string {
  return choice.select.value === GUESS && name ? `guess: ${name}` : "guess";
}

/** A column that was chosen before its table was seen. */
export function columnName(choice: string | number): string {
  return typeof choice === "string" ? choice : `number ${choice + 1}`;
}

/** A select of several columns by index; `preset` also of names, before the columns are known. */
export function columnsChoice(id: string, changed: () => void) {
  const node = h("select", { id, multiple: true, size: 4, onchange: changed });
  const chosen = () => Array.from(node.selectedOptions, ({ value }) => value);
  const option = ([value, text]: Column, selected: boolean) => h("option", { value, selected }, text);
  const keyOf = (choice: string | number) => (typeof choice === "string" ? `=${choice}` : String(choice));
  const fromKey = (key: string) => (key.startsWith("=") ? key.slice(1) : Number(key));
  return {
    node,
    value: () => chosen().map(fromKey),
    reset() {
      for (const one of node.options) one.selected = false;
    },
    preset(choices: readonly (string | number)[]) {
      node.replaceChildren(...choices.map((choice) => option([keyOf(choice), columnName(choice)], true)));
    },
    /** Lists these columns; what was asked for and is not among them stays. */
    fill(groups: Readonly<Record<string, readonly Column[]>>) {
      const selected = new Set(chosen());
      const listed = new Set(Object.values(groups).flatMap((columns) => columns.map(([value]) => value)));
      const others = [...selected].filter((key) => !listed.has(key)).map((key): Column => [key, columnName(fromKey(key))]);
      const parts = Object.entries({ ...groups, "Asked for": others }).filter(([, columns]) => columns.length > 0);
      const optionOf = (column: Column) => option(column, selected.has(column[0]));
      node.replaceChildren(...parts.map(([text, columns]) => h("optgroup", { label: text }, ...columns.map(optionOf))));
    },
    /** Chooses these too. */
    add(keys: readonly string[]) {
      for (const one of node.options) one.selected ||= keys.includes(one.value);
    },
    keyOf,
  };
}

/** A select of columns by index, with room for a name where there are too many to list. */
export function columnChoice(id: string, changed: () => void) {
  const name = h("input", { id: `${id}-name`, type: "text", placeholder: "its name", hidden: true, onchange: changed });
  name.setAttribute("aria-label", "Name of the column");
  const node = select(id, [[GUESS, "guess"]]);
  node.onchange = () => {
    name.hidden = node.value !== OTHER;
    if (name.hidden) changed();
    else name.focus();
  };
  return {
    select: node,
    name,
    reset() {
      node.value = GUESS;
      name.hidden = true;
    },
    /** Chooses before the columns are known. */
    preset(value: string | number | null | undefined) {
      this.reset();
      if (value === undefined) return;
      const given = value === null ? NONE : typeof value === "string" ? `=${value}` : String(value);
      if (value !== null) node.append(h("option", { value: given }, columnName(value)));
      else if (!Array.from(node.options).some((option) => option.value === NONE))
        node.append(h("option", { value: NONE }, "none"));
      node.value = given;
    },
    /** undefined: as guessed; null: none; else a column by index or name. */
    value(): string | number | null | undefined {
      if (node.value === NONE) return null;
      if (node.value === OTHER) return name.value === "" ? undefined : name.value;
      if (node.value.startsWith("=")) return node.value.slice(1);
      return node.value === GUESS ? undefined : Number(node.value);
    },
    fill(first: readonly Column[], groups: Readonly<Record<string, readonly Column[]>>, more: boolean) {
      const now = node.value;
      const option = ([value, text]: Column) => h("option", { value }, text);
      const parts = Object.entries(groups).filter(([, columns]) => columns.length > 0);
      node.replaceChildren(
        ...first.map(option),
        ...parts.map(([text, columns]) => h("optgroup", { label: text }, ...columns.map(option))),
        ...(more ? [option([OTHER, "another, by name"])] : []),
      );
      node.value = now;
      if (node.selectedIndex >= 0) return;
      // asked for, though it is not among those that are listed
      if (now.startsWith("=") || /^\d+$/.test(now))
        node.append(option([now, columnName(now[0] === "=" ? now.slice(1) : Number(now))]));
      node.value = now;
      if (node.selectedIndex < 0) node.value = GUESS;
    },
  };
}

/** Where samples are. */
export function orientationSelect(): HTMLSelectElement {
  return select("data-orientation", [
    [GUESS, "guess"],
    ["rows", "rows"],
    ["columns", "columns"],
  ]);
}
