import { effect } from "@preact/signals-core";
import { METHODS, TASKS, type TaskName } from "../../src/api/extend.js";
import { choicesOf, DEFAULTS, isUsed, LABELS, numbersOf, SETTINGS, type Settings, settingProblem } from "../settings.js";
import { field, h } from "./dom.js";
import { effectOf } from "./setting-effects.js";
import { data, deviceChosen, occupied, settings } from "./state.js";
import "./controls.css";

/** Settings to start from. */
const PRESETS: readonly (readonly [name: string, settings: Partial<Settings>])[] = [
  ["Quick start: two layers of 300, done in seconds on the digits", DEFAULTS],
  [
    "Few samples, many features: small layers, strong dropout and decay, so that it learns nothing by heart",
    { hidden: [200, 200], epsilon: 10, batch: 8, epochs: 60, lr: 0.005, dropout: 0.5, decay: 0.5 },
  ],
  [
    "Wide: three layers of 1000, where sparse connections save the most",
    { hidden: [1000, 1000, 1000], epsilon: 20, batch: 32, epochs: 40, lr: 0.02 },
  ],
  [
    "SET, as first published: rewires after every epoch, removes no neurons",
    { method: "set", hidden: [1000, 1000, 1000], epsilon: 20, zeta: 0.3, lr: 0.01, epochs: 60 },
  ],
];

const TASK_NAMES = Object.keys(TASKS) as TaskName[];

/** The form of all settings. While a run is under way it cannot be changed. */
export function createControls(): HTMLElement {
  const inputs = new Map<keyof Settings, HTMLInputElement | HTMLSelectElement>();
  const error = h("p", { id: "settings-error", class: "error", role: "alert", hidden: true });
  const fields = (Object.keys(SETTINGS) as (keyof Settings)[]).map((key) => {
    const label = LABELS[key];
    const hint = SETTINGS[key].help.replace(/^\w/, (letter) => letter.toUpperCase());
    const input = createInput(key, (problem) => {
      error.textContent = problem === null ? "" : `${label}: ${problem}. It stays ${textOf(settings.peek()[key])}.`;
      error.hidden = problem === null;
    });
    inputs.set(key, input);
    const about = h("span", { class: "hint", id: `hint-${key}` });
    input.setAttribute("aria-describedby", about.id);
    effect(() => {
      const { method } = settings.value;
      const { task, classes } = data.value?.info ?? {};
      input.disabled = !isUsed(key, method, task, classes?.length);
      about.textContent = input.disabled ? unusedText(key, method) : (effectOf(key, settings.value, data.value?.info) ?? hint);
    });
    return h("label", {}, label, input, about);
  });
  const preset = h(
    "select",
    { id: "preset", onchange: () => choosePreset(preset) },
    h("option", { value: "" }, "choose one"),
    ...PRESETS.map(([name], i) => h("option", { value: String(i) }, name)),
  );
  const fieldset = h(
    "fieldset",
    { class: "controls" },
    h("legend", { class: "visually-hidden" }, "Settings"),
    field("Preset", "Fills in the controls below", preset),
    ...fields,
    error,
  );
  effect(() => {
    const task = data.value?.info.task;
    for (const [key, input] of inputs) {
      if (input instanceof HTMLSelectElement) input.replaceChildren(...optionsOf(key, task));
      input.value = textOf(settings.value[key]);
    }
  });
  effect(() => {
    fieldset.disabled = occupied.value;
  });
  return fieldset;
}

function textOf(value: Settings[keyof Settings]): string {
  if (typeof value === "string") return value;
  return typeof value === "number" ? String(value) : value.join(", ");
}

/** `tell` is given what is wrong with what was entered, and null where nothing is; the value that is used then stands there. */
function createInput(key: keyof Settings, tell: (problem: string | null) => void): HTMLInputElement | HTMLSelectElement {
  const { kind } = SETTINGS[key].schema;
  const change = () => {
    const { value: text } = input;
    const value = kind === "list" ? numbersOf(text) : kind === "name" ? text : text === "" ? Number.NaN : Number(text);
    const problem = settingProblem(key, value);
    tell(problem && (kind === "list" ? `"${text}" is refused, ${problem}` : problem));
    if (key === "device") deviceChosen.value = true;
    if (problem === null) settings.value = { ...settings.peek(), [key]: value };
    input.value = textOf(settings.peek()[key]);
  };
  const input = choicesOf(key)
    ? h("select", {}, ...optionsOf(key))
    : h(
        "input",
        kind === "list" ? { type: "text", inputMode: "numeric" } : { type: "number", step: kind === "integer" ? 1 : "any" },
      );
  input.id = `set-${key}`;
  input.onchange = change;
  return input;
}

/** Why a setting does nothing. */
const unusedText = (key: keyof Settings, method: Settings["method"]) =>
  TASK_NAMES.some((task) => isUsed(key, method, task))
    ? "What is learnt makes no use of it"
    : `Method ${method} ${"source" in METHODS[method] ? "has its own, or makes" : "makes"} no use of it`;

const optionsOf = (key: keyof Settings, task?: TaskName) =>
  (choicesOf(key, task) ?? []).map(([value, text]) => h("option", { value }, text));

function choosePreset(select: HTMLSelectElement): void {
  const preset = PRESETS[Number(select.value)];
  if (select.value === "" || !preset) return;
  settings.value = { ...settings.peek(), ...preset[1], device: settings.peek().device };
  select.value = ""; // the controls now say what is set, and may be changed
}
