import { batch } from "@preact/signals-core";
import { withLater } from "../settings.js";
import type { Kept, KeptAbout } from "../worker/kept-folders.js";
import { settingsNote } from "./data-settings.js";
import { byId, download, h } from "./dom.js";
import { count, listed, whole } from "./format.js";
import { openAlready, openWanted, wantedName } from "./kept-data.js";
import { linkProblem } from "./link-check.js";
import { linked } from "./linked.js";
import { NO_ORIGIN, savedName } from "./origin.js";
import { busy, chosenRivals, data, occupied, settings } from "./state.js";
import { type Start, trainer } from "./trainer.js";

/** A kept training as it can be used now: what it is, and buttons to go on with it, to download it and to discard it. `attempt` tells what goes wrong with them. */
export function createOffer(
  kept: Kept,
  begin: (start: Start) => Promise<void>,
  attempt: (work: () => Promise<void>) => Promise<void>,
): HTMLElement {
  const { id, runs } = kept;
  const about = readAbout(kept);
  const done = runs.every(({ epoch, epochs }) => epoch === epochs);
  const goOn = async (what: KeptAbout, files: readonly File[]) => {
    const chosen = await openWanted(what.data, files);
    if (occupied.peek()) throw new Error("another training was begun meanwhile: stop it, or wait for its end, then go on");
    batch(() => {
      data.value = chosen;
      settings.value = what.settings[0];
      chosenRivals.value = what.settings.slice(1).map(({ method }) => method);
      linked.value = null;
      settingsNote.value = "";
    });
    await begin({ chosen: what.settings, kept: id });
  };
  const discard = async () => {
    await trainer().discardKept(id);
    byId("start").focus(); // the button is gone
  };
  const save = async () => download(nameOf(about, kept), await trainer().keptFile(id), "application/octet-stream");
  const disabled = busy.value !== null;
  const parts: HTMLElement[] = [
    h("button", { disabled, onclick: () => void attempt(save) }, "Download checkpoint"),
    h("button", { disabled, onclick: () => void attempt(discard) }, "Discard"),
  ];
  if (typeof about !== "string") {
    const name = wantedName(about.data);
    const here = "builtIn" in about.data || openAlready(about.data) !== null;
    const chooser = h("input", { type: "file", multiple: true, hidden: true, "aria-label": `Choose the file of ${name}` });
    chooser.onchange = () => void attempt(() => goOn(about, [...(chooser.files ?? [])]));
    const use = () => (here ? void attempt(() => goOn(about, [])) : chooser.click());
    const [verb, later] = done ? ["Open", "open it"] : ["Go on", "go on"];
    const text = here ? verb : `Choose the file of ${name} and ${later}`;
    parts.unshift(h("button", { class: "use", disabled, onclick: use }, text));
    parts.push(chooser);
  }
  return h(
    "div",
    { class: "notice offer", role: "group", "aria-label": "A kept training" },
    h("p", {}, typeof about === "string" ? `A kept training cannot be gone on with: ${about}` : textOf(about, kept, done)),
    h("div", { class: "row" }, ...parts),
  );
}

/** What a kept training says of itself, checked; or what is wrong with it. */
function readAbout({ about, runs }: Kept): KeptAbout | string {
  if (about === null) return "it does not say what it was trained on";
  let found: KeptAbout;
  try {
    found = JSON.parse(about);
  } catch {
    return "what it says of itself is damaged";
  }
  if (!Array.isArray(found?.settings) || found.settings.length < runs.length) return "it names no settings";
  const all = found.settings.map(withLater);
  const problem = all.map((one) => linkProblem({ settings: one, data: found.data })).find((text) => text !== null);
  return problem ?? { ...found, settings: all };
}

/** The name of its checkpoint, of the first run. */
function nameOf(about: KeptAbout | string, { runs: [{ epoch }] }: Kept): string {
  if (typeof about === "string") return savedName({ ...NO_ORIGIN, epoch }, "model", "safetensors");
  const [{ method, seed }] = about.settings;
  const data = wantedName(about.data);
  return savedName({ data, method, seed, epoch }, "model", "safetensors");
}

function textOf({ settings: all, data: on }: KeptAbout, { runs, time }: Kept, done: boolean): string {
  const [{ epoch, epochs }] = runs;
  const when = new Intl.DateTimeFormat("en", { dateStyle: "medium", timeStyle: "short" }).format(time);
  const what = `${listed(all.map(({ method }) => method))} on ${wantedName(on)}`;
  const by = `Seed ${all[0].seed}.`;
  if (done) return `Trained ${what}, all ${count(epochs, "epoch")}; kept ${when}. ${by}`;
  return `Training ${what} ended early, after epoch ${whole(epoch)} of ${whole(epochs)}; kept ${when}. ${by}`;
}
