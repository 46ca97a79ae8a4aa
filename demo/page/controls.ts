import { effect } from "@preact/signals-core";
import { CHOICES, DEFAULTS, isUsed, type Settings, settingProblem, widthsOf } from "../settings.js";
import { h } from "./dom.js";
import { effectOf } from "./setting-effects.js";
import { data, occupied, settings } from "./state.js";
import "./controls.css";

/** A control: the setting, its name, why one would change it, and how its text becomes a value. */
interface Control {
  readonly key: keyof Settings;
  readonly label: string;
  readonly hint: string;
  readonly options?: Readonly<Record<string, string>>;
  /** Steps of the arrow keys, where it is a number. */
  readonly step?: number | "any";
}

const CONTROLS: readonly Control[] = [
  {
    key: "method",
    label: "Method",
    hint: "What happens to connections and neurons after each epoch",
    options: CHOICES.method,
  },
  { key: "hidden", label: "Hidden layers", hint: "Widths, such as 300, 300" },
  {
    key: "epsilon",
    label: "epsilon",
    hint: "Density: a layer gets about epsilon (inputs + outputs) connections",
    step: "any",
  },
  {
    key: "zeta",
    label: "zeta",
    hint: "Fraction of the weakest connections pruned after each epoch",
    step: "any",
  },
  {
    key: "remove",
    label: "Remove",
    hint: "Fraction of the hidden neurons that leave for good",
    step: "any",
  },
  {
    key: "optimizer",
    label: "Optimiser",
    hint: "sgd has momentum 0.9; adam wants a rate near 0.001",
    options: CHOICES.optimizer,
  },
  { key: "lr", label: "Learning rate", hint: "Lower it when the loss is no number", step: "any" },
  { key: "decay", label: "Decay", hint: "Pulls weights to 0: helps with few samples", step: "any" },
  {
    key: "dropout",
    label: "Dropout",
    hint: "Fraction of neurons silenced in a step",
    step: "any",
  },
  { key: "batch", label: "Batch", hint: "Samples a step; small with few samples", step: 1 },
  { key: "epochs", label: "Epochs", hint: "Passes over the training samples", step: 1 },
  { key: "test", label: "Held out", hint: "Fraction of the samples kept for testing", step: "any" },
  { key: "seed", label: "Seed", hint: "Names every random choice: the same seed, the same run", step: 1 },
  {
    key: "inputs",
    label: "Inputs",
    hint: "How values are scaled",
    options: CHOICES.inputs,
  },
  {
    key: "device",
    label: "Device",
    hint: "The CPU takes over where there is no WebGPU",
    options: CHOICES.device,
  },
];

/** What a setting is called in the page. */
export function labelOf(key: keyof Settings): string {
  return CONTROLS.find((control) => control.key === key)?.label ?? key;
}

/** Settings to start from. */
const PRESETS: readonly (readonly [name: string, settings: Partial<Settings>])[] = [
  ["Quick start: digits in seconds", DEFAULTS],
  ["Few samples, many features", { hidden: [200, 200], epsilon: 10, batch: 8, epochs: 60, lr: 0.005, dropout: 0.5, decay: 0.5 }],
  ["Wide: three layers of 1000", { hidden: [1000, 1000, 1000], epsilon: 20, batch: 32, epochs: 40, lr: 0.02 }],
  ["SET, as first published", { method: "set", hidden: [1000, 1000, 1000], epsilon: 20, zeta: 0.3, lr: 0.01, epochs: 60 }],
];

/** The form of all settings. While a run is under way it cannot be changed. */
export function createControls(): HTMLElement {
  const inputs = new Map<keyof Settings, HTMLInputElement | HTMLSelectElement>();
  const error = h("p", { id: "settings-error", class: "error", role: "alert", hidden: true });
  const fields = CONTROLS.map((control) => {
    const { key, label, hint } = control;
    const input = createInput(control, (problem) => {
      error.textContent = problem === null ? "" : `${label}: ${problem}. It stays ${textOf(settings.peek()[key])}.`;
      error.hidden = problem === null;
    });
    inputs.set(key, input);
    const about = h("span", { class: "hint", id: `hint-${key}` });
    input.setAttribute("aria-describedby", about.id);
    effect(() => {
      const { method } = settings.value;
      input.disabled = !isUsed(key, method);
      about.textContent = input.disabled
        ? `Method ${method} makes no use of it`
        : (effectOf(key, settings.value, data.value?.info) ?? hint);
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
    h("label", {}, "Preset", preset, h("span", { class: "hint" }, "Fills in the controls below")),
    ...fields,
    error,
  );
  effect(() => {
    for (const [key, input] of inputs) input.value = textOf(settings.value[key]);
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
function createInput(
  { key, options, step }: Control,
  tell: (problem: string | null) => void,
): HTMLInputElement | HTMLSelectElement {
  const change = () => {
    const { value: text } = input;
    const value = key === "hidden" ? widthsOf(text) : step === undefined ? text : text === "" ? Number.NaN : Number(text);
    const problem = settingProblem(key, value);
    tell(problem && (key === "hidden" ? `"${text}" is refused, ${problem}` : problem));
    if (problem === null) settings.value = { ...settings.peek(), [key]: value };
    input.value = textOf(settings.peek()[key]);
  };
  const input = options
    ? h("select", {}, ...Object.entries(options).map(([value, text]) => h("option", { value }, text)))
    : h("input", step === undefined ? { type: "text", inputMode: "numeric" } : { type: "number", step });
  input.id = `set-${key}`;
  input.onchange = change;
  return input;
}

function choosePreset(select: HTMLSelectElement): void {
  const preset = PRESETS[Number(select.value)];
  if (select.value === "" || !preset) return;
  settings.value = { ...settings.peek(), ...preset[1], device: settings.peek().device };
  select.value = ""; // the controls now say what is set, and may be changed
}
