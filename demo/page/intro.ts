import { byId, h } from "./dom.js";
import "./intro.css";

const STEPS = [
  ["Start sparse", "Only a few of the possible connections between neurons exist. The others take no memory and no time."],
  ["Prune and regrow", "After every pass over the data the weakest connections are cut, and as many grow elsewhere at random."],
  ["Remove neurons", "Neurons that hardly matter leave for good. What is left is small, and often as accurate."],
] as const;

/** What sparse training is, in three sentences. */
export function createIntro(): void {
  byId("intro").append(
    h(
      "ol",
      { class: "steps" },
      ...STEPS.map(([title, text]) => h("li", {}, h("strong", {}, title), h("span", { class: "soft" }, text))),
    ),
  );
}
