import { effect, signal } from "@preact/signals-core";
import { attempt, download, h } from "../dom.js";
import { count } from "../format.js";
import { openAlready, wantedName } from "../kept-data.js";
import { linkData, sameData } from "../link.js";
import { NO_ORIGIN, savedName } from "../origin.js";
import { pastRuns } from "../past/store.js";
import { otherData } from "../since.js";
import { busy, data, evaluated, modelFrom, occupied, rivals, runs, settings } from "../state.js";
import { trainer } from "../trainer.js";
import { type Project, projectText } from "./file.js";
import { type Opened, openProject, restore } from "./open.js";

// Loaded when the part of the page is opened, or a project is dropped.

const ABOUT =
  "One file with the data's name and sha256, the settings, the runs with their notes, the models of the last training and the evaluation. Opened here, or dropped on the page, it brings all of that back. The data are not in it, unless you say so.";

/** Saving all that the page has of its data as one file, and opening such a file. */
export function createProjectPanel(): { readonly node: HTMLElement; open(file: File): void } {
  const error = h("p", { id: "project-error", class: "error", role: "alert", hidden: true });
  const status = h("p", { id: "project-status", class: "soft", role: "status" });
  const withData = h("input", { id: "project-data", type: "checkbox" });
  const waiting = signal<Opened | null>(null);
  const use = (opened: Opened, files: readonly File[]) =>
    attempt(error, async () => {
      const told = await restore(opened, files);
      waiting.value = null;
      status.textContent = `${restoredText(opened.project)} ${told}`.trim();
    });
  const open = (file: File) =>
    attempt(error, async () => {
      status.textContent = `Reading ${file.name}`;
      waiting.value = null;
      const opened = await openProject(file).finally(() => {
        status.textContent = "";
      });
      const { data: of, files } = opened.project;
      if ("builtIn" in of || files.length > 0 || openAlready(of)) return use(opened, opened.files);
      waiting.value = opened;
    });
  const save = h(
    "button",
    { id: "project-save", onclick: () => void attempt(error, () => saveProject(withData.checked)) },
    "Save the project",
  );
  const chooser = fileInput("project-open", (files) => void open(files[0]), ".zip");
  const wanted = fileInput("project-wanted", (files) => waiting.value && void use(waiting.value, files));
  const ask = h("label", { id: "project-ask" }, h("span"), wanted);
  effect(() => {
    const held = occupied.value || busy.value !== null;
    save.disabled = held || data.value === null;
    chooser.disabled = wanted.disabled = held;
    withData.disabled = data.value?.source.kind !== "files";
  });
  effect(() => {
    ask.hidden = waiting.value === null;
    const of = waiting.value?.project.data;
    if (of && "sha256" in of)
      ask.firstElementChild?.replaceChildren(
        `The project is of "${wantedName(of)}" (sha256 ${of.sha256.slice(0, 12)}\u2026), which is not in it. Choose ${of.labels ? `that file and "${of.labels.name}"` : "that file"}, and the rest comes back.`,
      );
  });
  const node = h(
    "div",
    {},
    h("p", { class: "hint" }, ABOUT),
    h(
      "div",
      { class: "row" },
      save,
      h("label", { class: "inline" }, withData, "with the data's own files in it"),
      h("label", {}, "Open a project", chooser),
    ),
    ask,
    status,
    error,
  );
  return { node, open: (file) => void open(file) };
}

function fileInput(id: string, use: (files: readonly File[]) => void, accept = ""): HTMLInputElement {
  const input = h("input", {
    id,
    type: "file",
    accept,
    multiple: accept === "",
    onchange: () => {
      const files = [...(input.files ?? [])];
      if (files.length > 0) use(files);
      input.value = "";
    },
  });
  return input;
}

/** Offers the project of the data that are chosen as a file. */
async function saveProject(withData: boolean): Promise<void> {
  const chosen = data.peek();
  if (!chosen) return;
  const { source, info } = chosen;
  const of = linkData(source, info);
  const shown = runs.peek().filter((run) => !otherData(run.data) && run.epochs.length > 0);
  const files =
    withData && source.kind === "files" ? [...source.files, ...(source.options.labels ? [source.options.labels] : [])] : [];
  const tried = evaluated.peek();
  const project: Project = {
    name: info.name,
    data: of,
    files: files.map(({ name }) => name),
    settings: settings.peek(),
    rivals: rivals.peek(),
    trained: shown.map((run) => run.settings),
    opened: modelFrom.peek(),
    runs: pastRuns.peek().filter((run) => sameData(run.data, of)),
    evaluation: tried && sameData(tried.of, of) ? { settings: tried.settings, report: tried.report } : null,
  };
  const parts = { text: projectText(project), runs: shown.length, opened: project.opened !== null, files };
  const name = savedName({ ...NO_ORIGIN, data: info.name }, "project", "coppice.zip");
  download(name, await trainer().writeProject(parts), "application/zip");
}

/** "Restored: the settings, 2 runs, 1 model and an evaluation of 3 splits, of digits." */
function restoredText({ name, runs: lines, trained, opened, evaluation }: Project): string {
  const models = trained.length + (opened === null ? 0 : 1);
  const splits = evaluation ? [`the evaluation of ${count(evaluation.report.real.runs.length, "split")}`] : [];
  const parts = ["the settings", count(lines.length, "run"), count(models, "model"), ...splits];
  return `Restored of ${name}: ${parts.slice(0, -1).join(", ")} and ${parts[parts.length - 1]}.`;
}
