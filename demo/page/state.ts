import { computed, signal } from "@preact/signals-core";
import type { MethodName } from "../../src/api/extend.js";
import type { Inputs } from "../names.js";
import { DEFAULTS, type Settings } from "../settings.js";
import type { DataInfo, Source } from "../sources.js";
import type { ModelFigures } from "../worker/model.js";
import type { Pictures } from "../worker/pictures.js";
import type { PastEpoch, RunStart } from "../worker/reports.js";
import type { Link } from "./link.js";
import type { Evaluated } from "./trust.js";

/** The data chosen, once a worker has opened them. */
export const data = signal<{ readonly source: Source; readonly info: DataInfo } | null>(null);

/** What the controls show. */
export const settings = signal<Settings>(DEFAULTS);

/** The methods chosen to race against that of the settings. */
export const chosenRivals = signal<readonly MethodName[]>([]);
/** The methods that it races against: those chosen that are others, else the dense network, or of that one npset. */
export const rivals = computed<readonly MethodName[]>(() => {
  const { method } = settings.value;
  const others = chosenRivals.value.filter((one, i, all) => one !== method && all.indexOf(one) === i);
  return others.length > 0 ? others : [method === "dense" ? "npset" : "dense"];
});

/** Whether there is a GPU, and not only a program that stands in for one. */
export const hasGpu = signal(false);
/** Whether the device of the settings was chosen, by hand or by a link; otherwise it is the faster one. */
export const deviceChosen = signal(false);

/** Where the training of the page stands. */
export type Phase = "ready" | "starting" | "training" | "paused" | "done" | "failed";
export const phase = signal<Phase>("ready");
/** What was asked of training and has not come about yet. */
export const asked = signal<"pause" | "step" | "stop" | null>(null);
/** Whether a paused training stands within an epoch. */
export const withinEpoch = signal(false);
/** Another part of the page that has the device, such as a measurement: "measuring throughput". */
export const busy = signal<string | null>(null);
/** Whether training holds the device. */
export const occupied = computed(() => phase.value === "starting" || phase.value === "training" || phase.value === "paused");

/** A run that is shown: how it started, and what every epoch brought; the last pictures alone are kept. */
export interface Run {
  readonly settings: Settings;
  /** What it was trained on: others may have been chosen since. */
  readonly data: Link["data"];
  readonly inputs: Inputs & Pick<DataInfo, "name" | "task" | "classes">;
  readonly start: RunStart | null;
  readonly epochs: readonly PastEpoch[];
  /** That its epochs took to train and to evolve. */
  readonly seconds: number;
  readonly pictures: Pictures | null;
  /** Of a first run that has ended: the network that it left, after an early end rewired once more; "asked" until they are known. */
  readonly left: ModelFigures | "asked" | null;
}
/** The runs of the last start: one, or those of a race. */
export const runs = signal<readonly Run[]>([]);

/** Why the training under way, or the last one, could not be kept in the browser's storage; "" where it could. */
export const notKept = signal("");

/** The evaluation that is shown. */
export const evaluated = signal<Evaluated | null>(null);

/** Rises whenever the training worker has another model to try. */
export const modelVersion = signal(0);
/** The file that the model was opened from; null for that of the last training. */
export const modelFrom = signal<string | null>(null);
