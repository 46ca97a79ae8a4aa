import { effect, signal } from "@preact/signals-core";
import { attempt, h } from "../dom.js";
import { loaded } from "../loaded.js";

/** A project that was dropped or chosen among data, to be opened. */
export const projectFile = signal<File | null>(null);

/** Whether a file is a project, by its name. */
export const isProject = ({ name }: File): boolean => /\.coppice( ?\(\d+\))?\.zip$/i.test(name); // browsers number what is saved twice

/** Saving and opening projects: loaded when it is opened, or a project is dropped. */
export function createProject(): HTMLElement {
  const error = h("p", { class: "error", role: "alert", hidden: true });
  const node = h("details", { id: "project" }, h("summary", {}, "Project file"), error);
  let panel: Promise<{ readonly node: HTMLElement; open(file: File): void }> | undefined;
  const fill = async () => {
    const { createProjectPanel } = await loaded(import("./panel.js"), "saves and opens projects");
    const made = createProjectPanel();
    node.append(made.node);
    return made;
  };
  const filled = () => {
    panel ??= fill();
    panel.catch(() => {
      panel = undefined;
    });
    return panel;
  };
  node.addEventListener("toggle", () => void attempt(error, async () => void (await filled())));
  effect(() => {
    const file = projectFile.value;
    if (!file) return;
    node.open = true;
    node.scrollIntoView({ block: "nearest" });
    void attempt(error, async () => (await filled()).open(file));
  });
  return node;
}
