import { byId, h } from "./dom.js";
import { rememberTour } from "./tour-seen.js";
import "./tour.css";

const STOPS = [
  ["data", "Take data that come with the page, or drop, choose or paste a table of your own: it stays in this tab. Before it is loaded you see how it was read."],
  ["train", "One button trains a sparse network, by settings that suit the data. Connections go and grow before your eyes. Race it against other methods."],
  ["trust", "One split says little. Here the training is repeated on other splits and with shuffled labels, and words say what came of it."],
  ["model", "Ask the network about new samples, and take it away. Charts, a report and a methods paragraph are under Train."],
] as const; // biome-ignore format: a line each

/** Leads through the page by four bubbles, one at a time: each has the focus while it is there, and Escape ends the tour. */
export function startTour(back: HTMLElement): void {
  const text = h("p", { id: "tour-text" });
  const count = h("span", { class: "hint" });
  const before = h("button", { onclick: () => show(at - 1) }, "Back");
  const next = h("button", { class: "primary", onclick: () => (at + 1 < STOPS.length ? show(at + 1) : end()) });
  const bubble = h(
    "div",
    { id: "tour-bubble", role: "dialog", tabIndex: -1, "aria-label": "Tour", "aria-describedby": text.id },
    text,
    h("div", { class: "row" }, next, before, h("button", { onclick: () => end() }, "Close"), count),
  );
  let at = 0;
  const show = (stop: number) => {
    at = stop;
    const [id, words] = STOPS[at];
    const section = byId(id);
    text.textContent = words;
    count.textContent = `${at + 1} of ${STOPS.length}`;
    before.disabled = at === 0;
    next.textContent = at + 1 < STOPS.length ? "Next" : "Done";
    section.append(bubble);
    section.scrollIntoView();
    bubble.focus({ preventScroll: true });
  };
  const end = () => {
    bubble.remove();
    back.focus({ preventScroll: true });
  };
  bubble.onkeydown = ({ key }) => {
    if (key === "Escape") end();
  };
  document.getElementById("tour-bubble")?.remove(); // of a tour that was not ended
  show(0);
  void rememberTour();
}
