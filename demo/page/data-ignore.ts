import type { TableLook } from "../worker/preview.js";
import { columnsChoice } from "./data-columns.js";
import { h } from "./dom.js";

/** What a table is read without: fields by index, annotations among the samples by name. */
type Ignored = string | number;

/** A choice of columns to leave out. Texts that are nothing else are offered by a button that names them: nothing is left out unasked. */
export function createIgnoreChoice(changed: () => void) {
  const { node, keyOf, ...choice } = columnsChoice("data-ignore", changed);
  const texts = h("button", { id: "data-ignore-texts", type: "button", hidden: true });
  const keyed = ([of, name]: readonly [Ignored, string]) => [keyOf(of), name] as const;
  return {
    ...choice,
    node: h(
      "div",
      {},
      h("label", {}, "Leave out", node),
      h("span", { class: "hint" }, "What is neither a sample nor a feature; Ctrl or Shift takes several"),
      texts,
    ),
    show({ fields, annotations, orientation }: TableLook) {
      const among = annotations.map(({ name }) => [name, name] as const);
      const plain = fields.map(({ index, name }) => [index, name] as const);
      // where annotations stand among the samples, every field has texts because of them
      const loose = fields.filter(({ kind, role }) => kind === "text" && (role === "feature" || role === "ignored"));
      const first = annotations.some(({ ignored }) => !ignored) ? [] : loose.map(({ index }) => index);
      choice.fill({
        "Texts beside the names": among.map(keyed),
        "Texts that are nothing else": plain.filter(([index]) => first.includes(index)).map(keyed),
        [orientation === "columns" ? "Other rows" : "Other columns"]: plain
          .filter(([index]) => !first.includes(index))
          .map(keyed),
      });
      const open = annotations.filter(({ ignored }) => !ignored).map(({ name }) => [name, name] as const);
      const offered =
        open.length > 0 ? open : loose.filter(({ role }) => role === "feature").map(({ index, name }) => [index, name] as const);
      texts.hidden = offered.length === 0;
      const names = offered.slice(0, 5).map(([, name]) => name);
      texts.textContent = `Leave out ${names.join(", ")}${offered.length > 5 ? ` and ${offered.length - 5} more` : ""}`;
      texts.onclick = () => {
        choice.add(offered.map(([of]) => keyOf(of)));
        changed();
      };
    },
  };
}
