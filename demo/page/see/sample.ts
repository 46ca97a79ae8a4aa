import type { ModelInfo } from "../../worker/model.js";
import type { SampleView } from "../../worker/see/explain.js";
import { h, noteLines } from "../dom.js";
import { originOf, originWords } from "../model-origin.js";
import { trainer } from "../trainer.js";
import { drawContributions, strongestOf } from "./contributions.js";
import { type Ask, deviceNow, type SeePart, working } from "./part.js";
import { takeable } from "./takeable.js";

const ABOUT =
  "Choose a sample. What each feature adds says how far it pulls the answer towards a class, or away from it. It tells what the network looks at, and not what causes what.";

/** What each feature of a sample adds to an answer. `show` goes to a sample by its place in the data. */
export function createSample(ask: Ask): SeePart & { show(place: number): void } {
  const which = h("select", { id: "see-sample" });
  const output = h("select", { id: "see-output" });
  const result = h("div", { id: "see-contributions" });
  const listed = async () => {
    if (which.options.length > 0) return;
    const { places, names } = await trainer().sampleNames();
    which.replaceChildren(...names.map((name, k) => h("option", { value: String(places[k]) }, name)));
  };
  const explain = () =>
    ask(async (about) => {
      await listed();
      const view = await trainer().explainSample(Number(which.value), output.value || null, deviceNow());
      if (output.options.length === 0) output.replaceChildren(...optionsOf(view));
      result.replaceChildren(...shown(view, about));
    });
  const { button, error } = working("see-explain", "Explain", explain);
  for (const choice of [which, output])
    choice.addEventListener("change", () => {
      if (result.childElementCount > 0) button.click();
    });
  const node = h(
    "section",
    { "aria-label": "Why this answer" },
    h("h3", {}, "Why this answer"),
    h("p", { class: "soft" }, ABOUT),
    h(
      "div",
      { class: "row" },
      h("label", { class: "inline" }, "Sample ", which),
      h("label", { class: "inline" }, "Explain ", output),
      button,
    ),
    error,
    result,
  );
  return {
    node,
    clear() {
      which.replaceChildren();
      output.replaceChildren();
      result.replaceChildren();
      error.hidden = true;
    },
    show(place) {
      const go = async () => {
        await listed();
        if (![...which.options].some(({ value }) => value === String(place)))
          which.append(h("option", { value: String(place) }, `sample ${place + 1}`));
        which.value = String(place);
        button.click();
        node.scrollIntoView({ block: "nearest" });
      };
      void go();
    },
  };
}

const optionsOf = ({ outputs }: SampleView) => [
  h("option", { value: "" }, "the answer"),
  ...outputs.map((name) => h("option", { value: name }, name)),
];

function shown(view: SampleView, about: ModelInfo): Node[] {
  const { id, place, truth, answer, output, contributions, features, notes } = view;
  const name = id ?? `sample ${place + 1}`;
  const words = `${name}${truth === null ? "" : `, truly ${truth}`}: the answer is ${answer}.`;
  const drawing = drawContributions(view, `What speaks for ${output} in ${name}: ${originWords(about)}`);
  const rows = () => [
    ["feature", "contribution"],
    ...strongestOf(contributions).map((j) => [features[j], Number(contributions[j].toPrecision(9))]),
  ];
  return [
    h("p", { id: "see-answer", role: "status" }, words),
    ...noteLines(notes),
    takeable(drawing, originOf(about), `contributions_${name}`, rows),
    h(
      "p",
      { class: "hint" },
      "Gradient times input, before softmax: a feature at its mean adds nothing where inputs are standardised.",
    ),
  ];
}
