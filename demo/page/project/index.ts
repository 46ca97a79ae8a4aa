import { effect, signal } from "@preact/signals-core";
import { createOnDemand } from "../on-demand.js";

/** A project that was dropped or chosen among data, to be opened. */
export const projectFile = signal<File | null>(null);

/** Whether a file is a project, by its name. */
export const isProject = ({ name }: File): boolean => /\.coppice( ?\(\d+\))?\.zip$/i.test(name); // browsers number what is saved twice

/** Saving and opening projects. */
export function createProject(): HTMLElement {
  const load = async () => (await import("./panel.js")).createProjectPanel();
  const { node, open } = createOnDemand("project", "Project file", load, "saves and opens projects");
  effect(() => {
    const file = projectFile.value;
    if (!file) return;
    node.scrollIntoView({ block: "nearest" });
    open().then(
      (panel) => panel.open(file),
      () => {}, // told where it was to be
    );
  });
  return node;
}
