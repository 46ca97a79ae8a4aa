import { effect } from "@preact/signals-core";
import { DEFAULTS, type Settings } from "../settings.js";
import { h } from "./dom.js";
import { occupied, settings } from "./state.js";

/** A control: the setting, its name, why one would change it, and how its text becomes a value. */
interface Control {
  readonly key: keyof Settings;
  readonly label: string;
  readonly hint: string;
  readonly options?: readonly (readonly [value: string, text: string])[];
  readonly number?: { readonly min: number; readonly max?: number; readonly step: number | "any" };
}

const CONTROLS: readonly Control[] = [
  {
    key: "method",
    label: "Method",
    hint: "What happens to connections and neurons after each epoch",
    options: [
      ["npset", "npset: rewire, and remove hidden neurons"],
      ["set", "set: rewire"],
      ["static", "static: sparse, never rewired"],
      ["static-np", "static-np: remove neurons, no rewiring"],
      ["set-half", "set-half: rewire, half the width from the start"],
      ["dense", "dense: every connection"],
      ["dense-small", "dense-small: dense, as many parameters as npset ends with"],
      ["linear", "linear: no hidden layer"],
    ],
  },
  { key: "hidden", label: "Hidden layers", hint: "Widths, such as 300, 300" },
  {
    key: "epsilon",
    label: "epsilon",
    hint: "Density: a layer gets about epsilon (inputs + outputs) connections",
    number: { min: 0, step: "any" },
  },
  {
    key: "zeta",
    label: "zeta",
    hint: "Fraction of the weakest connections pruned after each epoch",
    number: { min: 0, max: 1, step: "any" },
  },
  {
    key: "remove",
    label: "Remove",
    hint: "Fraction of the hidden neurons that leave for good",
    number: { min: 0, max: 1, step: "any" },
  },
  {
    key: "optimizer",
    label: "Optimiser",
    hint: "sgd has momentum 0.9; adam wants a rate near 0.001",
    options: [
      ["sgd", "sgd"],
      ["adam", "adam"],
      ["adamw", "adamw"],
      ["rmsprop", "rmsprop"],
    ],
  },
  { key: "lr", label: "Learning rate", hint: "Lower it when the loss is no number", number: { min: 0, step: "any" } },
  { key: "decay", label: "Decay", hint: "Pulls weights to 0: helps with few samples", number: { min: 0, step: "any" } },
  {
    key: "dropout",
    label: "Dropout",
    hint: "Fraction of neurons silenced in a step",
    number: { min: 0, max: 0.99, step: "any" },
  },
  { key: "batch", label: "Batch", hint: "Samples a step; small with few samples", number: { min: 1, max: 4096, step: 1 } },
  { key: "epochs", label: "Epochs", hint: "Passes over the training samples", number: { min: 1, step: 1 } },
  { key: "test", label: "Held out", hint: "Fraction of the samples kept for testing", number: { min: 0, max: 1, step: "any" } },
  { key: "seed", label: "Seed", hint: "Names every random choice: the same seed, the same run", number: { min: 0, step: 1 } },
  {
    key: "inputs",
    label: "Inputs",
    hint: "How values are scaled",
    options: [
      ["standardize", "standardize each feature"],
      ["scale255", "divide by 255 (pictures)"],
      ["raw", "as they are"],
    ],
  },
  {
    key: "device",
    label: "Device",
    hint: "The CPU takes over where there is no WebGPU",
    options: [
      ["webgpu", "GPU (WebGPU)"],
      ["cpu", "CPU (WebAssembly)"],
    ],
  },
];

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
  const fields = CONTROLS.map((control) => {
    const input = createInput(control);
    inputs.set(control.key, input);
    const hint = `hint-${control.key}`;
    input.setAttribute("aria-describedby", hint);
    return h("label", {}, control.label, input, h("span", { class: "hint", id: hint }, control.hint));
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
    h("label", {}, "Preset", preset, h("span", { class: "hint" }, "Fills in the controls")),
    ...fields,
  );
  effect(() => {
    for (const [key, input] of inputs) {
      const value = settings.value[key];
      const text = Array.isArray(value)
        ? value.join(", ")
        : String(Number(value) === value ? Number(value.toPrecision(6)) : value);
      if (!same(input.value, value)) input.value = text;
    }
  });
  effect(() => {
    fieldset.disabled = occupied.value;
  });
  return fieldset;
}

/** Whether a text already stands for the value: what is being typed is left alone. */
function same(text: string, value: Settings[keyof Settings]): boolean {
  if (Array.isArray(value)) return widths(text).join() === value.join();
  return typeof value === "number" ? text !== "" && Number(text) === value : text === value;
}

function widths(text: string): number[] {
  return text.split(/[\s,;x-]+/).flatMap((part) => (part === "" ? [] : [Number(part)]));
}

function createInput({ key, options, number }: Control): HTMLInputElement | HTMLSelectElement {
  const change = (event: Event) => {
    const { value } = event.target as HTMLInputElement;
    if (number && value === "") return;
    settings.value = { ...settings.peek(), [key]: key === "hidden" ? widths(value) : number ? Number(value) : value };
  };
  const id = `set-${key}`;
  if (options) return h("select", { id, onchange: change }, ...options.map(([value, text]) => h("option", { value }, text)));
  if (number) return h("input", { id, type: "number", ...number, onchange: change });
  return h("input", { id, type: "text", inputMode: "numeric", onchange: change });
}

function choosePreset(select: HTMLSelectElement): void {
  const preset = PRESETS[Number(select.value)];
  if (select.value === "" || !preset) return;
  settings.value = { ...settings.peek(), ...preset[1], device: settings.peek().device };
}
