import type { Method, TrainOptions } from "../src/index.js";
import type { BuiltIn } from "./sources.js";

/** What the controls set: all that fixes a run beside the data. Plain JSON, so that a link can hold it. */
export interface Settings {
  readonly method: Method;
  readonly hidden: readonly number[];
  readonly epsilon: number;
  readonly zeta: number;
  /** Fraction of the hidden neurons that leave (npset, static-np). */
  readonly remove: number;
  readonly optimizer: "sgd" | "adam" | "adamw" | "rmsprop";
  readonly lr: number;
  readonly decay: number;
  readonly dropout: number;
  readonly batch: number;
  readonly epochs: number;
  readonly seed: number;
  readonly inputs: "standardize" | "scale255" | "raw";
  /** Fraction of the samples held out. */
  readonly test: number;
  readonly device: "webgpu" | "cpu";
}

/** What training starts from on the bundled digits. */
export const DEFAULTS: Settings = {
  method: "npset",
  hidden: [300, 300],
  epsilon: 8,
  zeta: 0.3,
  remove: 0.5,
  optimizer: "sgd",
  lr: 0.03,
  decay: 0,
  dropout: 0,
  batch: 32,
  epochs: 30,
  seed: 1,
  inputs: "standardize",
  test: 1 / 3,
  device: "webgpu",
};

/** The names that settings take, and what they are called in the page. */
export const CHOICES = {
  method: {
    npset: "npset: rewire, and remove hidden neurons",
    set: "set: rewire",
    static: "static: sparse, never rewired",
    "static-np": "static-np: remove neurons, no rewiring",
    "set-half": "set-half: rewire, half the width from the start",
    dense: "dense: every connection",
    "dense-small": "dense-small: dense, as many parameters as npset ends with",
    linear: "linear: no hidden layer",
  },
  optimizer: { sgd: "sgd", adam: "adam", adamw: "adamw", rmsprop: "rmsprop" },
  inputs: { standardize: "standardize each feature", scale255: "divide by 255 (pictures)", raw: "as they are" },
  device: { webgpu: "GPU (WebGPU)", cpu: "CPU (WebAssembly)" },
} as const satisfies { [K in "method" | "optimizer" | "inputs" | "device"]: Readonly<Record<Settings[K], string>> };

/** A range of numbers: whole ones, or without one or both of its ends. */
interface Range {
  readonly min: number;
  readonly max: number;
  readonly whole?: true;
  readonly above?: true;
  readonly below?: true;
}

/** What training and splitting take. */
const RANGES: Readonly<Record<Exclude<keyof Settings, "hidden" | keyof typeof CHOICES>, Range>> = {
  epsilon: { min: 0, max: Infinity, above: true },
  zeta: { min: 0, max: 1, above: true, below: true },
  remove: { min: 0, max: 1, above: true, below: true },
  lr: { min: 0, max: Infinity, above: true },
  decay: { min: 0, max: Infinity },
  dropout: { min: 0, max: 1, below: true },
  batch: { min: 1, max: 4096, whole: true },
  epochs: { min: 1, max: 10_000_000, whole: true },
  seed: { min: 0, max: 2 ** 32 - 1, whole: true },
  test: { min: 0, max: 1, above: true, below: true },
};

/** What is wrong with a setting's value, as a sentence's end: "7 is not a number above 0 and below 1"; null where nothing is. */
export function settingProblem(key: keyof Settings, value: unknown): string | null {
  if (key === "hidden") {
    const widths =
      Array.isArray(value) && value.length > 0 && value.every((width) => isWithin(width, { min: 1, max: 2 ** 31, whole: true }));
    return widths ? null : "it takes whole numbers of neurons above 0, such as 300, 300";
  }
  if (key in CHOICES) {
    const names = Object.keys(CHOICES[key as keyof typeof CHOICES]);
    return names.includes(value as string) ? null : `${JSON.stringify(value)} is none of ${names.join(", ")}`;
  }
  const range = RANGES[key as keyof typeof RANGES];
  if (Number.isNaN(value)) return `it takes ${inWords(range)}`;
  return isWithin(value, range) ? null : `${typeof value === "number" ? value : JSON.stringify(value)} is not ${inWords(range)}`;
}

function isWithin(value: unknown, { min, max, whole, above, below }: Range): boolean {
  if (typeof value !== "number" || !Number.isFinite(value) || (whole && !Number.isInteger(value))) return false;
  return (above ? value > min : value >= min) && (below ? value < max : value <= max);
}

function inWords({ min, max, whole, above, below }: Range): string {
  const end = max === Infinity ? "" : below ? ` and below ${max}` : ` and at most ${max}`;
  return `a ${whole ? "whole " : ""}number ${above ? `above ${min}` : `of at least ${min}`}${end}`;
}

/** The widths that a text lists, parted by commas, spaces, x or dashes; NaN for a part that is no decimal number. */
export function widthsOf(text: string): number[] {
  const parts = text.trim().split(/\s*[,;x-]\s*|\s+/);
  return parts.map((part) => (/^\d+(\.\d*)?(e\+?\d+)?$/i.test(part) ? Number(part) : Number.NaN));
}

/** Whether the method makes use of a setting. */
export function isUsed(key: keyof Settings, method: Method): boolean {
  if (key === "zeta") return method === "npset" || method === "set" || method === "set-half";
  if (key === "remove") return method === "npset" || method === "static-np";
  if (key === "epsilon") return method !== "dense" && method !== "linear";
  return key !== "hidden" || method !== "linear";
}

const { hidden, epsilon, batch, epochs, lr, decay, dropout, optimizer, inputs } = DEFAULTS;

/** Settings that suit the data the page brings along, and why. */
export const BUILT_IN_SETTINGS: Readonly<Record<BuiltIn, { readonly settings: Partial<Settings>; readonly reason: string }>> = {
  digits: {
    settings: { hidden, epsilon, batch, epochs, lr, decay, dropout, optimizer, inputs },
    reason: "reaches 95 % and more within seconds on this set of small pictures",
  },
  informative: {
    settings: { hidden: [100], epsilon: 5, batch: 8, epochs: 60, lr: 0.01, decay: 0.5, dropout: 0, optimizer, inputs },
    reason:
      "one small layer and a strong decay: connections of inputs that tell nothing fade and are pruned, so the ranking finds those that do",
  },
};

/** Options of `train` for the settings; a method that does not prune or remove is given nothing to prune or remove with. */
export function trainOptions(settings: Settings): TrainOptions {
  const { method, hidden, epsilon, zeta, remove, optimizer, lr, decay, dropout, batch, epochs, seed, inputs } = settings;
  return {
    ...{ method, epsilon, lr, dropout, batch, epochs, seed, inputs },
    ...(isUsed("hidden", method) && { hidden }),
    optimizer: { name: optimizer, decay },
    evolution: { ...(isUsed("zeta", method) && { zeta }), ...(isUsed("remove", method) && { removal: { amount: remove } }) },
  };
}
