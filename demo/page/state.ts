import { signal } from "@preact/signals-core";
import { DEFAULTS, type Settings } from "../settings.js";
import type { DataInfo, Source } from "../sources.js";

/** The data chosen, once a worker has opened them. */
export const data = signal<{ readonly source: Source; readonly info: DataInfo } | null>(null);

/** What the controls show. */
export const settings = signal<Settings>(DEFAULTS);

/** Where the training of the page stands; `busy` names another part of the page that has the device, such as a measurement. */
export type Phase = "ready" | "starting" | "training" | "paused" | "done" | "failed";
export const phase = signal<Phase>("ready");
export const busy = signal<string | null>(null);
