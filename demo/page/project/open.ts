import { batch } from "@preact/signals-core";
import { settingsNote } from "../data-settings.js";
import { type Chosen, openWanted } from "../kept-data.js";
import { linked } from "../linked.js";
import { save } from "../past/store.js";
import { chosenRivals, data, evaluated, modelFrom, modelVersion, occupied, settings } from "../state.js";
import { startRuns, trainer } from "../trainer.js";
import { type Project, parseProject } from "./file.js";

/** A project that was read, and what of it are files. */
export interface Opened {
  readonly project: Project;
  readonly models: readonly Blob[];
  readonly opened: Blob | null;
  readonly files: readonly File[];
}

/** Reads a project. Throws when it is none, or damaged. */
export async function openProject(file: File): Promise<Opened> {
  const { text, files, ...models } = await trainer().readProject(file);
  const project = parseProject(text);
  return { project, ...models, files: files.map((one, i) => new File([one], project.files[i] ?? `data ${i + 1}`)) };
}

/**
 * Makes all that a project holds the page's: data, settings, runs with their notes, models and evaluation. Throws, and changes nothing, when
 * `files` are other data than the project's. Resolves with what there is to tell.
 */
export async function restore({ project, models, opened }: Opened, files: readonly File[]): Promise<string> {
  const chosen = await openWanted(project.data, files);
  if (occupied.peek())
    throw new Error("a training was begun meanwhile: stop it, or wait for its end, then open the project again");
  const gpu = await trainer()
    .deviceInfo("webgpu")
    .then(
      () => true,
      () => false,
    );
  const here = gpu ? {} : ({ device: "cpu" } as const);
  batch(() => {
    data.value = chosen;
    settings.value = { ...project.settings, ...here };
    chosenRivals.value = project.rivals ?? [];
    linked.value = null;
    settingsNote.value = "";
  });
  for (const run of project.runs) await save(run);
  const trained = project.trained.map((one) => ({ ...one, ...here }));
  let told = "";
  if (trained.length > 0)
    await startRuns({ chosen: trained, models }, (text) => {
      told = text;
    });
  if (opened && project.opened !== null) {
    await trainer().openModelFile(new File([opened], project.opened));
    modelFrom.value = project.opened;
    modelVersion.value++;
  }
  evaluated.value = project.evaluation && { ...project.evaluation, data: chosen, of: project.data, known: await knownOf(chosen) };
  const moved = trained.some(({ device }, i) => device !== project.trained[i].device);
  return [told, moved ? "There is no WebGPU here: what was trained with it is shown on the CPU." : ""].filter(Boolean).join(" ");
}

/** The features that tell the class, of data of which that is known. */
async function knownOf({ source }: Chosen): Promise<ReadonlySet<number> | null> {
  return source.kind === "built-in" && source.name === "informative" ? new Set(await trainer().knownFeatures()) : null;
}
