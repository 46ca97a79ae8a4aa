import { batch, signal } from "@preact/signals-core";
import { BUILT_IN_SETTINGS, DEFAULTS, type Settings } from "../settings.js";
import { BUILT_IN, type BuiltIn, type DataInfo, type Source } from "../sources.js";
import { sameFiles } from "./link.js";
import { linked } from "./linked.js";
import { takesAll } from "./metrics.js";
import { data, occupied, settings } from "./state.js";

/** What became of the settings when the data were loaded. */
export const settingsNote = signal("");

/** The settings of a link, as they stood when its file was opened; null where none was. */
export const linkedSettings = signal<Settings | null>(null);

/**
 * Makes data the page's own. Data that were not loaded just before bring their suggested settings along, unless the page was opened by a
 * link to these very files and nothing else was opened since. Throws while a run is under way.
 */
export function useData(source: Source, info: DataInfo): void {
  if (occupied.peek()) throw new Error("a run is under way: stop it, or wait for its end, then load again");
  const before = data.peek()?.info;
  const again = before !== undefined && keyOf(before) === keyOf(info);
  const link = linked.peek();
  const wanted = link !== null && sameFiles(link, info);
  batch(() => {
    data.value = { source, info };
    linked.value = null;
    const own = info.task === before?.task ? {} : { loss: DEFAULTS.loss, quantiles: DEFAULTS.quantiles }; // they are of a task
    if (!again && !wanted) settings.value = { ...settings.peek(), ...own, ...suggestedSettings(info) };
    if (again) return;
    settingsNote.value = wanted ? "" : `Applied to the controls, as these data are new here; ${stays(suggestedSettings(info))}`;
    linkedSettings.value = wanted ? settings.peek() : null;
  });
}

/** What suggested settings leave alone: a method is suggested for wide tables alone. */
const stays = ({ method }: Partial<Settings>) => `${method ? "seed" : "seed, method"} and device stay as they were.`;
/** What is said of data that a link is for. */
export const LINKED = "These are the link's data: its settings stay.";

/** Sets the controls to what suits the data, on demand; a link then no longer counts. */
export function applySuggested(info: DataInfo): void {
  batch(() => {
    linked.value = null;
    settings.value = { ...settings.peek(), ...suggestedSettings(info) };
    settingsNote.value = `Applied; ${stays(suggestedSettings(info))}`;
  });
}

/** The largest batch that the controls take. */
const MOST_BATCH = 4096;

/** The settings that suit the data, whose steps take all samples where the loss takes them together; those that the page brings along have their own. */
export function suggestedSettings(
  info: Pick<DataInfo, "name" | "sha256" | "task" | "samples" | "suggestion">,
): Partial<Settings> {
  const own = builtIn(info);
  if (own) return BUILT_IN_SETTINGS[own].settings;
  const { optimizer, method, ...options } = info.suggestion.options;
  const whole = takesAll(info.task) && { batch: Math.min(MOST_BATCH, info.samples) };
  return { ...options, ...(method === "linear" && { method }), decay: optimizer.decay, optimizer: "sgd", ...whole };
}

/** Why these settings, a sentence each. */
export function reasonsOf(info: DataInfo): readonly string[] {
  const own = builtIn(info);
  return own ? [BUILT_IN_SETTINGS[own].reason] : info.suggestion.reasons;
}

function builtIn({ name, sha256 }: Pick<DataInfo, "name" | "sha256">): BuiltIn | undefined {
  return sha256 === null ? BUILT_IN.find((own) => own === name) : undefined;
}

/** "hidden 500, 500; epsilon 20; ..." */
export function settingsText(chosen: Partial<Settings>): string {
  const { method, hidden, epsilon, batch, epochs, lr, dropout, decay, inputs } = chosen;
  const network = hidden ? `hidden layers ${hidden.join(", ")}; epsilon ${epsilon}; dropout ${dropout}; ` : "";
  return `${method ? `method ${method}; ` : ""}${network}batch ${batch}; ${epochs} epochs; learning rate ${lr}; decay ${decay}; inputs ${inputs}`;
}

/** Whether all the chosen settings are those of the controls. */
export function inUse(chosen: Partial<Settings>, now: Settings): boolean {
  return Object.entries(chosen).every(([key, value]) => String(now[key as keyof Settings]) === String(value));
}

function keyOf({ name, sha256, labels, task }: DataInfo): string {
  return `${sha256 ?? name} ${labels?.sha256 ?? ""} ${task}`;
}
