import { effect } from "@preact/signals-core";
import { attempt, h } from "../dom.js";
import { loaded } from "../loaded.js";
import { pastProblem, pastRuns } from "./store.js";

/** The table of runs, loaded once there is one to show. */
export function createPast(): HTMLElement {
  const error = h("p", { class: "error", role: "alert", hidden: true });
  const place = h("div", {}, error);
  const fill = () =>
    attempt(error, async () => {
      const { createPastPanel } = await loaded(
        import("./panel.js"),
        "shows runs",
        "they are kept; reload the page when it is here",
      );
      place.append(createPastPanel());
    });
  const end = effect(() => {
    if (pastRuns.value.length === 0 && pastProblem.value === "") return;
    void fill();
    queueMicrotask(() => end());
  });
  return place;
}
