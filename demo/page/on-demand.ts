import { attempt, h } from "./dom.js";
import { loaded } from "./loaded.js";

/** A part of the page that is made when it is first opened; `open` opens it, and resolves with what was made. */
export interface OnDemand<Made> {
  readonly node: HTMLElement;
  open(): Promise<Made>;
}

/** A part under a title, made by a script that is loaded then; `does` says what for, `instead` what helps where it is not to be had. */
export function createOnDemand<Made extends { readonly node: Node }>(
  id: string,
  title: string,
  load: () => Promise<Made>,
  does: string,
  instead?: string,
): OnDemand<Made> {
  const error = h("p", { class: "error", role: "alert", hidden: true });
  const node = h("details", { id }, h("summary", {}, title), error);
  let making: Promise<Made> | undefined;
  const make = async () => {
    const made = await loaded(load(), does, instead);
    node.append(made.node);
    return made;
  };
  const filled = () => {
    making ??= make().catch((failure) => {
      making = undefined;
      throw failure;
    });
    return making;
  };
  node.addEventListener("toggle", () => void (node.open && attempt(error, async () => void (await filled()))));
  return {
    node,
    open() {
      node.open = true;
      return filled();
    },
  };
}
