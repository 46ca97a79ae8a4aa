import { effect, signal } from "@preact/signals-core";
import type { Kept, KeptState } from "../worker/kept-folders.js";
import { attempt, h, messageOf } from "./dom.js";
import { count, megabytes } from "./format.js";
import { loaded } from "./loaded.js";
import { drop, pastRuns } from "./past/store.js";
import { data, notKept, occupied } from "./state.js";
import { forgetTour } from "./tour-seen.js";
import { type Start, trainer } from "./trainer.js";
import "./kept.css";

/** What the browser keeps of trainings, as the worker found it last. */
const kept = signal<KeptState | null>(null);
let awaited = false;

async function refresh(): Promise<void> {
  const found = await trainer().keptState();
  kept.value = found;
  if (found.elsewhere.length === 0 || awaited) return;
  awaited = true; // what another tab lets go of is offered here
  await trainer().freedKept(found.elsewhere);
  awaited = false;
  await refresh();
}

/** What was kept of earlier trainings, to go on with; `begin` starts one. */
export function createOffers(begin: (start: Start) => Promise<void>): HTMLElement {
  const error = h("p", { id: "kept-error", class: "error", role: "alert", hidden: true });
  const problem = h("p", { id: "kept-problem", class: "notice", role: "status", hidden: true });
  const list = h("div", { id: "kept-offers" });
  const attemptAndLook = async (work: () => Promise<void>) => {
    await attempt(error, work);
    await refresh();
  };
  let shown = 0;
  const show = async (offered: readonly Kept[]) => {
    const own = ++shown;
    const make = offered.length > 0 ? (await loaded(import("./kept-offer.js"), "offers what is kept")).createOffer : null;
    if (own === shown) list.replaceChildren(...offered.flatMap((one) => make?.(one, begin, attemptAndLook) ?? []));
  };
  effect(() => {
    if (data.value && !occupied.value) void attemptAndLook(async () => {});
  });
  effect(() => {
    list.hidden = occupied.value;
    // what is done and still the model of this tab needs no offer
    const offered = kept.value?.trainings.filter(({ own, runs }) => !own || runs.some(({ epoch, epochs }) => epoch < epochs));
    show(offered ?? []).catch((failure) => {
      error.textContent = messageOf(failure);
      error.hidden = false;
    });
  });
  effect(() => {
    problem.hidden = notKept.value === "";
    problem.textContent = notKept.value && `Not kept: ${notKept.value}. Training goes on; what was kept before stays.`;
  });
  return h("div", {}, list, problem, error);
}

const ABOUT =
  "While it trains, the network is kept in this browser's private storage on this computer, every 5 seconds at most, and offered after a reload or a crash. Kept are weights, settings, the data's name and sha256, how their file was read, names of features and classes, and every feature's mean, spread and median; never the samples. Of every run that ends a line is kept too, with its settings, figures and curves; and whether you saw the tour. The last training that was finished or stopped makes room for the next; one that broke off stays until you go on with it or discard it. Each tab keeps its own.";

/** Deletes what is kept of trainings, and of the runs that have ended. */
async function forgetAll(): Promise<void> {
  await trainer().forgetKept();
  await drop(pastRuns.peek().map(({ id }) => id));
  await forgetTour();
}

/** What is kept where, a switch, and a button that deletes all of it. */
export function createKept(): HTMLElement {
  const box = h("div", { class: "kept" });
  const stored = h("span", { id: "kept-size", class: "hint", role: "status" });
  const error = h("p", { class: "error", role: "alert", hidden: true });
  const attempting = (work: () => Promise<unknown>) => () =>
    attempt(error, async () => {
      await work();
      await refresh();
    });
  const keep = h("input", {
    id: "keep",
    type: "checkbox",
    onchange: () => void attempting(() => trainer().setKeeping(keep.checked))(),
  });
  const forget = h("button", { id: "forget", onclick: attempting(forgetAll) }, "Forget all");
  const details = h(
    "details",
    { id: "kept" },
    h("summary", {}, "Kept in this browser"),
    h("p", { class: "hint" }, ABOUT),
    h(
      "div",
      { class: "row" },
      h("label", { class: "inline" }, keep, "Keep what I train, from the next training on"),
      forget,
      stored,
    ),
    error,
  );
  effect(() => {
    const state = kept.value;
    if (!state) return;
    const { problem, keeping, trainings, elsewhere } = state;
    const none = h("p", { id: "kept-nowhere", class: "hint" }, `Training is not kept across reloads here: ${problem}.`);
    box.replaceChildren(problem === null ? details : none);
    keep.checked = keeping;
    const bytes = trainings.reduce((sum, one) => sum + one.bytes, 0);
    const others = elsewhere.length > 0 ? `; ${count(elsewhere.length, "more is", "more are")} being trained in other tabs` : "";
    stored.textContent = `${count(trainings.length, "training")} kept${bytes > 0 ? `, ${megabytes(bytes)}` : ""}${others}`;
  });
  return box;
}
