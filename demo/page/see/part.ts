import type { ModelInfo } from "../../worker/model.js";
import { attempt, h } from "../dom.js";
import { settings } from "../state.js";

// What the parts of the panel share.

/** A part of the panel: what it holds, and how it is emptied when the model or the data are others. */
export interface SeePart {
  readonly node: HTMLElement;
  clear(): void;
}

/** How a part asks the model's worker: errors are told where the part has its own place. */
export type Ask = <T>(work: (about: ModelInfo) => Promise<T>) => Promise<T>;

/** The device that a model from a file is asked on. */
export const deviceNow = () => settings.peek().device;

/** A button that does some work, one at a time, and an error beside it. */
export function working(
  id: string,
  text: string,
  work: () => Promise<void>,
): { readonly button: HTMLButtonElement; readonly error: HTMLElement } {
  const error = h("p", { id: `${id}-error`, class: "error", role: "alert", hidden: true });
  const button = h("button", { id, onclick: () => void run() }, text);
  const run = async () => {
    button.disabled = true;
    await attempt(error, work);
    button.disabled = false;
  };
  return { button, error };
}
