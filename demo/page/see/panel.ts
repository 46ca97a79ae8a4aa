import { effect } from "@preact/signals-core";
import { h } from "../dom.js";
import { data, modelVersion, occupied } from "../state.js";
import { openTrainerData, trainer } from "../trainer.js";
import { createPad } from "./pad.js";
import type { Ask } from "./part.js";
import { createPlane } from "./plane.js";
import { createSample } from "./sample.js";
import { createWiring } from "./wiring.js";
import "./see.css";

/** What a model looks at, and where its samples lie. Nothing of it is computed until it is asked for. */
export function createSeePanel(): HTMLElement {
  const sample = createSample(ask);
  const plane = createPlane(ask, sample.show);
  const parts = [sample, plane, createPad(ask), createWiring(ask)];
  const waiting = h(
    "p",
    { class: "soft", role: "status" },
    "There is nothing to see yet: train a network, or open a checkpoint.",
  );
  const inner = h("div", { class: "see" }, ...parts.map(({ node }) => node));
  effect(() => {
    const ready = modelVersion.value > 0 && !occupied.value;
    void data.value;
    for (const part of parts) part.clear();
    inner.hidden = !ready;
    waiting.hidden = ready;
  });
  return h("div", {}, waiting, inner);
}

const ask: Ask = async (work) => {
  await openTrainerData();
  return work(await trainer().modelInfo());
};
