import { signal } from "@preact/signals-core";
import { proxy } from "comlink";
import type { FitPlan, FitProgress } from "../../../src/api/index.js";
import type { FitApi, FitRequest, Found } from "../../worker/fit.js";
import { messageOf } from "../dom.js";
import { capital, percent } from "../format.js";
import { busy } from "../state.js";
import { timeLeft } from "../time-left.js";
import { explainFit } from "../words.js";
import type { Helper } from "../workers.js";

/** Where finding the best model stands: `done` is the share of the work, and `text` says more. */
export type Standing =
  | { readonly phase: "ready" }
  | { readonly phase: "finding" | "stopping" | "stopped"; readonly done: number; readonly text: string }
  | { readonly phase: "failed"; readonly text: string }
  | { readonly phase: "found"; readonly found: Found };
export const standing = signal<Standing>({ phase: "ready" });

/** The worker that finds, or was stopped and can go on, and what it was asked for. */
let helper: Helper<FitApi> | undefined;
let request: FitRequest | undefined;
/** Counts the beginnings: what comes of an earlier one is not told any more. */
let turn = 0;

/** Finds the best model, in a worker of its own; what was found before goes. How it stands is in `standing`. */
export async function find(asked: FitRequest): Promise<void> {
  forget();
  request = asked;
  if (!asked.plan && !(asked.budget > 0 && Number.isFinite(asked.budget))) {
    standing.value = { phase: "failed", text: "Time: give a number of minutes above 0" };
    return;
  }
  await work(asked, "Reading the data, timing a few epochs");
}

/** Goes on with what was stopped, by its plan, to the model that it would have ended with. */
export async function goOn(): Promise<void> {
  if (request) await work(request, "Going on");
}

/** Ends the work between submits; it can be gone on with until it is forgotten. */
export function stop(): void {
  if (standing.peek().phase !== "finding") return;
  standing.value = { phase: "stopping", done: doneOf(), text: "Stopping" };
  void helper?.api.stop();
}

/** Ends a search where it is, and forgets what was found. */
export function forget(): void {
  turn++;
  end();
  if (["finding", "stopping"].includes(standing.peek().phase)) busy.value = null;
  standing.value = { phase: "ready" };
}

function end(): void {
  helper?.end();
  helper = undefined;
}

function doneOf(): number {
  const now = standing.peek();
  return "done" in now ? now.done : 0;
}

async function work(asked: FitRequest, text: string): Promise<void> {
  const own = ++turn;
  busy.value = "finding the best model";
  standing.value = { phase: "finding", done: doneOf(), text };
  try {
    const [{ startSearch }] = await Promise.all([import("./search.js"), import("./found.js")]).catch(() => {
      throw new Error("the script that finds models could not be loaded; try again when the page is here again");
    });
    if (own !== turn) return;
    if (standing.peek().phase === "stopping") throw new Error("stopped before it began");
    helper ??= startSearch();
    const found = await Promise.race([helper.api.find(asked, proxy(createListener(own))), helper.failed]);
    if (own !== turn) return;
    end();
    standing.value = { phase: "found", found };
  } catch (failure) {
    if (own !== turn) return;
    const now = standing.peek();
    if (now.phase === "stopping") {
      const stopped = `Stopped after ${percent(now.done, 2)} of the work`;
      standing.value = { ...now, phase: "stopped", text: stopped };
    } else {
      end();
      standing.value = { phase: "failed", text: explainFit(messageOf(failure)) };
    }
  }
  busy.value = null;
}

/** Tells how far the work has come, and about how long the rest takes: by the plan, and by the clock once there is something to tell it by. */
function createListener(own: number) {
  let total = 0;
  let begun = 0;
  const from = doneOf();
  const left = (done: number) => {
    const since = done - from;
    return since < 0.05 ? (1 - done) * total : ((performance.now() - begun) / 1000 / since) * (1 - done);
  };
  return {
    planned({ forecast, estimate }: FitPlan) {
      total = forecast.search + forecast.refit + forecast.estimate[estimate];
      begun = performance.now();
    },
    progress(progress: FitProgress) {
      if (own !== turn || standing.peek().phase !== "finding") return; // it comes by a way of its own, and may come after the end
      const done = Math.max(from, progress.done); // what is done already is told again
      standing.value = { phase: "finding", done, text: `${words(progress)}; ${timeLeft(left(done))}` };
    },
  };
}

function words({ part, best }: FitProgress): string {
  if (!best) return capital(part);
  return `${capital(part)}: best so far ${best.candidate.name}, ${best.words.beside}`;
}
