import { effect } from "@preact/signals-core";
import { METHODS, type Method, type MethodName } from "../../src/api/extend.js";
import { MOST_RACERS } from "../settings.js";
import { h } from "./dom.js";
import { listed } from "./format.js";
import { busy, chosenRivals, data, occupied, rivals, settings } from "./state.js";
import type { Start } from "./trainer.js";

const NAMES = Object.keys(METHODS) as MethodName[];
const sourceOf = (name: MethodName) => (METHODS[name] as Method).source;

/** A button that trains the method of the settings and its rivals in turns, and a choice of each rival. */
export function createRace(begin: (start: Start) => Promise<void>): HTMLElement {
  const run = () => {
    const own = settings.peek();
    void begin({ chosen: [own, ...rivals.peek().map((method) => ({ ...own, method }))] });
  };
  const race = h("button", { id: "race", onclick: run }, "Race it against");
  const choices = Array.from({ length: MOST_RACERS - 1 }, (_, i) => createChoice(i));
  effect(() => {
    race.disabled = data.value === null || busy.value !== null || occupied.value;
    race.setAttribute("aria-label", `Race it against ${listed(rivals.value)}`);
  });
  return h("span", { class: "race" }, race, ...choices);
}

/** The choice of a rival; any but the first may be none. */
function createChoice(place: number): HTMLSelectElement {
  const text = (name: MethodName) => h("option", { value: name, title: sourceOf(name) ?? "" }, (place > 0 ? "and " : "") + name);
  const choose = () => {
    const chosen = [...rivals.peek()];
    chosen.splice(place, 1, ...(select.value ? [select.value as MethodName] : []));
    chosenRivals.value = chosen;
  };
  const select = h(
    "select",
    { id: `rival-${place + 1}`, "aria-label": place > 0 ? "Another that races" : "What it races against", onchange: choose },
    ...(place > 0 ? [h("option", { value: "" }, "and no other")] : []),
    ...NAMES.filter((name) => !sourceOf(name)).map(text),
    h("optgroup", { label: "Published" }, ...NAMES.filter(sourceOf).map(text)),
  );
  effect(() => {
    const others: readonly string[] = [settings.value.method, ...rivals.value.toSpliced(place, 1)];
    for (const option of select.options) option.disabled = others.includes(option.value);
    select.value = rivals.value[place] ?? "";
    select.disabled = occupied.value;
  });
  return select;
}
