import { h } from "./dom.js";
import { TABLE_FILES } from "./formats.js";
import type { ReadChoices } from "./read-form.js";

/** A label file with its name, and what there is to say of it below. */
export function labelFileField(input: HTMLInputElement, ...below: Node[]): HTMLElement {
  const hint = h("span", { class: "hint" }, "A table of sample IDs and labels, joined by ID");
  return h("div", {}, h("label", {}, "Labels in a second file (optional)", input), hint, ...below);
}

/** Puts a file into a field, as if it had been chosen there. */
export function fill(field: HTMLInputElement, file: File): void {
  const list = new DataTransfer();
  list.items.add(file);
  field.files = list.files;
}

/** The choices of columns that may be in a label file. */
interface LabelColumns {
  /** Forgets columns: they are others now. */
  reset(): void;
  preset(choices: ReadChoices): void;
}

/** A second file, with the labels. `changed` is called after any change. */
export function createLabelFile(changed: () => void, columns: LabelColumns) {
  let waiting: ReadChoices | null = null; // choices for a file that is still to be chosen
  const input = h("input", { id: "data-label-file", type: "file", accept: TABLE_FILES });
  const without = h("button", { id: "data-label-remove", type: "button", hidden: true }, "Leave the label file out");
  const extra = h("input", { id: "data-extra", type: "checkbox", onchange: changed });
  const extraLine = h("label", { class: "inline", hidden: true }, extra, "It has labels of other samples too");
  const file = () => input.files?.[0] ?? null;
  const preset = (choices: ReadChoices) => {
    columns.preset(choices);
    extra.checked = choices.extraLabels ?? false;
    waiting = null;
  };
  const choose = () => {
    without.hidden = extraLine.hidden = file() === null;
    columns.reset();
    if (waiting && file()) preset(waiting);
    changed();
  };
  input.onchange = choose;
  without.onclick = () => {
    input.value = "";
    extra.checked = false;
    choose();
  };
  return {
    node: labelFileField(input, extraLine, without),
    file,
    choices: (): Pick<ReadChoices, "extraLabels"> => (extra.checked && !extraLine.hidden ? { extraLabels: true } : {}),
    /** Makes choices, which wait for a file where `later` says that there is to be one. */
    preset(choices: ReadChoices, later: boolean) {
      if (later && !file()) waiting = choices;
      else preset(choices);
    },
    /** Takes a file as if it had been chosen. */
    take(given: File) {
      fill(input, given);
      without.hidden = extraLine.hidden = false;
    },
  };
}
