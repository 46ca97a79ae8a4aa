import { effect } from "@preact/signals-core";
import { byId, h } from "./dom.js";
import { createIsolation } from "./isolation.js";
import { measurement } from "./measurement.js";
import { busy, data, occupied, settings } from "./state.js";
import "./throughput.css";

const EXPLANATION =
  "The same network is trained on the same samples for the same steps, on the GPU and on the CPU, in turns and never at once. " +
  "Every repetition starts anew and passes over the samples once before the clock starts. Timed are training steps (forward, backward and update, " +
  "with a read-back after every pass); no evaluation, no evolution, no set-up. The chart shows how much the repetitions scatter.";

/** Measures samples a second on this GPU and this CPU, and says how they compare. */
export function createThroughputPanel(): void {
  const results = h("div");
  byId("throughput").append(
    h("h2", {}, "Throughput against the CPU"),
    h("p", { class: "soft" }, EXPLANATION),
    createButtons(results),
    createStatus(),
    results,
    createIsolation(),
    h(
      "p",
      { class: "soft" },
      "Every kernel by itself, at many sizes: ",
      h("a", { id: "bench-link", href: "./bench/index.html", target: "_blank", rel: "noopener" }, "the benchmark suite"),
      " (saves its results as JSON).",
    ),
  );
}

function createButtons(results: HTMLElement): HTMLElement {
  let cancel: AbortController | undefined;
  const begin = async () => {
    const chosen = data.peek();
    if (!chosen || busy.peek() || occupied.peek()) return;
    busy.value = "measuring throughput";
    cancel = new AbortController();
    try {
      const [{ measure }, { createThroughputResults }] = await Promise.all([
        import("./throughput-run.js"),
        import("./throughput-results.js"),
      ]);
      if (!results.firstChild) results.append(createThroughputResults());
      await measure(chosen, settings.peek(), cancel.signal);
    } finally {
      busy.value = null;
    }
  };
  const start = h("button", { id: "throughput-start", onclick: () => void begin() }, "Measure");
  const stop = h("button", { id: "throughput-cancel", hidden: true, onclick: () => cancel?.abort() }, "Cancel");
  const hint = h("span", { class: "hint" });
  effect(() => {
    const { method } = settings.value;
    start.disabled = data.value === null || busy.value !== null || occupied.value;
    stop.hidden = measurement.value?.phase !== "running";
    const about = `The ${method} network of the settings above, on ${data.value?.info.name ?? "no data yet"}; about 20 s.`;
    hint.textContent = occupied.value ? "Training has the device: wait until it is done, or stop it." : about;
  });
  return h("div", { class: "row", role: "group", "aria-label": "Measuring" }, start, stop, hint);
}

function createStatus(): HTMLElement {
  const status = h("p", { id: "throughput-status", class: "soft", role: "status" });
  effect(() => {
    const now = measurement.value;
    status.textContent = now?.text ?? "";
    status.className = now?.phase === "failed" ? "error" : "soft";
    status.dataset.phase = now?.phase ?? "ready";
  });
  return status;
}
