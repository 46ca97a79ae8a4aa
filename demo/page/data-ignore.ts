import type { TableLook } from "../worker/preview.js";
import { columnName } from "./data-columns.js";
import { h } from "./dom.js";

/** What a table is read without: fields by index, annotations among the samples by name. */
type Ignored = string | number;

/** A choice of columns to leave out. Texts that are nothing else are offered by a button that names them: nothing is left out unasked. */
export function createIgnoreChoice(changed: () => void) {
  const select = h("select", { id: "data-ignore", multiple: true, size: 4, onchange: changed });
  const texts = h("button", { id: "data-ignore-texts", type: "button", hidden: true });
  const keyOf = (choice: Ignored) => (typeof choice === "string" ? `=${choice}` : String(choice));
  const chosen = () => Array.from(select.selectedOptions, ({ value }) => value);
  const option = ([choice, name]: readonly [Ignored, string], selected: ReadonlySet<string>) =>
    h("option", { value: keyOf(choice), selected: selected.has(keyOf(choice)) }, name);
  const list = (parts: Readonly<Record<string, readonly (readonly [Ignored, string])[]>>, selected: ReadonlySet<string>) =>
    select.replaceChildren(
      ...Object.entries(parts)
        .filter(([, columns]) => columns.length > 0)
        .map(([label, columns]) => h("optgroup", { label }, ...columns.map((column) => option(column, selected)))),
    );
  return {
    node: h(
      "div",
      {},
      h("label", {}, "Leave out", select),
      h("span", { class: "hint" }, "What is neither a sample nor a feature; Ctrl or Shift takes several"),
      texts,
    ),
    value: (): Ignored[] => chosen().map((value) => (value.startsWith("=") ? value.slice(1) : Number(value))),
    reset: () => select.replaceChildren(),
    /** Chooses these before anything is known of the table. */
    preset(choices: readonly Ignored[]) {
      list({ Columns: choices.map((choice) => [choice, columnName(choice)]) }, new Set(choices.map(keyOf)));
    },
    show({ fields, annotations, orientation }: TableLook) {
      const selected = new Set(chosen());
      const among = annotations.map(({ name }) => [name, name] as const);
      const plain = fields.map(({ index, name }) => [index, name] as const);
      // where annotations stand among the samples, every field has texts because of them
      const loose = fields.filter(({ kind, role }) => kind === "text" && (role === "feature" || role === "ignored"));
      const first = annotations.some(({ ignored }) => !ignored) ? [] : loose.map(({ index }) => index);
      const listed = new Set([...among, ...plain].map(([choice]) => keyOf(choice)));
      const others = [...selected].filter((value) => !listed.has(value));
      list(
        {
          "Texts beside the names": among,
          "Texts that are nothing else": plain.filter(([index]) => first.includes(index)),
          [orientation === "columns" ? "Other rows" : "Other columns"]: plain.filter(([index]) => !first.includes(index)),
          "Asked for": others.map((value) => {
            const choice = value.startsWith("=") ? value.slice(1) : Number(value);
            return [choice, columnName(choice)] as const;
          }),
        },
        selected,
      );
      const open = annotations.filter(({ ignored }) => !ignored).map(({ name }) => [name, name] as const);
      const offered =
        open.length > 0 ? open : loose.filter(({ role }) => role === "feature").map(({ index, name }) => [index, name] as const);
      texts.hidden = offered.length === 0;
      const names = offered.slice(0, 5).map(([, name]) => name);
      texts.textContent = `Leave out ${names.join(", ")}${offered.length > 5 ? ` and ${offered.length - 5} more` : ""}`;
      texts.onclick = () => {
        const wanted = new Set(offered.map(([choice]) => keyOf(choice)));
        for (const one of select.options) one.selected ||= wanted.has(one.value);
        changed();
      };
    },
  };
}
