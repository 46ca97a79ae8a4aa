import { effect, signal } from "@preact/signals-core";
import type { Ahead } from "../worker/ahead.js";
import { messageOf } from "./dom.js";
import { showOn } from "./drawing.js";
import { capital, compact, megabytes, percent } from "./format.js";
import { runIsOver } from "./since.js";
import { busy, data, deviceChosen, hasGpu, occupied, runs, settings } from "./state.js";
import { explain, openTrainerData, trainer } from "./trainer.js";

/** What a training by the settings shown comes to; a text where it would be refused, null where that is not known. */
export const ahead = signal<Ahead | string | null>(null);

/** ms that settings stand before they are looked at. */
const CALM_MS = 300;

/** Looks ahead whenever data or settings have changed, and nothing is being trained; where no run is shown, both networks are drawn. */
export function keepLookingAhead(): void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let latest = 0;
  const look = async () => {
    const mark = latest;
    const [run] = runs.peek();
    const draw = !run || runIsOver(run) !== null;
    const found = await openTrainerData() // another worker has read what was chosen
      .then(() => (mark === latest ? trainer().lookAhead(settings.peek(), draw, hasGpu.peek() && !deviceChosen.peek()) : null))
      .catch((error) => explain(messageOf(error)));
    if (mark !== latest) return;
    ahead.value = found;
    takeFaster(found);
    if (draw) showOn(titles(found));
  };
  effect(() => {
    const ready = data.value !== null && settings.value && !occupied.value && busy.value === null;
    latest++;
    clearTimeout(timer);
    if (occupied.value) return showRuns();
    ahead.value = null;
    if (ready) timer = setTimeout(() => void look(), CALM_MS);
  });
}

/** Unless a device was chosen, the faster one is taken, as the command line does. */
function takeFaster(found: Ahead | string | null): void {
  if (found === null || typeof found === "string" || deviceChosen.peek()) return;
  const { cpu, webgpu } = found.seconds;
  if (cpu === undefined || webgpu === undefined) return;
  const device = webgpu < cpu ? "webgpu" : "cpu";
  if (device !== settings.peek().device) settings.value = { ...settings.peek(), device };
}

/** What is drawn of a training. */
function showRuns(): void {
  const all = runs.value.map(({ settings: { method } }) => capital(method));
  showOn(all.length > 0 ? all : ["The network"]);
}

/** What is drawn: the untrained network, and its dense twin. */
function titles(found: Ahead | string | null): string[] {
  if (found === null || typeof found === "string") return ["The network"];
  const { method } = settings.peek();
  if (method === "dense") return [`Dense, untrained: ${compact(found.connections)} connections`];
  return [`Sparse, untrained: ${sizeText(found)}`, `Dense, untrained: ${compact(found.dense)} connections`];
}

/** "9.21K of 112K connections, 8.2 %". */
export function sizeText({ connections, dense }: Pick<Ahead, "connections" | "dense">): string {
  if (connections >= dense) return `${compact(connections)} connections`;
  return `${compact(connections)} of ${compact(dense)} connections, ${percent(connections / dense, 2)}`;
}

/** What a training comes to, in a line. */
export function aheadText(found: Ahead | string | null): string {
  if (found === null) return "";
  if (typeof found === "string") return `These settings would be refused: ${found}`;
  return `${sizeText(found)}; ${megabytes(found.memory)}.`;
}

/** "10 s", "3 min": about how long it takes on the device of the settings; "" where that is not known. */
export function durationText(found: Ahead | string | null): string {
  const seconds = found === null || typeof found === "string" ? undefined : found.seconds[settings.value.device];
  if (!seconds) return "";
  if (seconds < 90) return `${Math.max(1, Number(seconds.toPrecision(1)))} s`;
  return seconds < 5400 ? `${Math.round(seconds / 60)} min` : `${(seconds / 3600).toPrecision(2)} h`;
}
