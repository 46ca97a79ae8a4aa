import type { ModelInfo } from "../../worker/model.js";
import type { PlaneView } from "../../worker/see/plane.js";
import { h } from "../dom.js";
import { count, percent } from "../format.js";
import { originOf, originWords } from "../model-origin.js";
import { trainer } from "../trainer.js";
import { type Ask, deviceNow, type SeePart, working } from "./part.js";
import { drawPlane, nameIn } from "./scatter.js";
import { takeable } from "./takeable.js";

const ABOUT =
  "Every mark is a sample, and near ones are alike. The plane is the one along which the samples differ most: their two principal components.";

/** Samples in the plane of their principal components; a click on one goes to `show` with its place in the data. */
export function createPlane(ask: Ask, show: (place: number) => void): SeePart {
  const what = h(
    "select",
    { id: "see-plane-what" },
    h("option", { value: "hidden" }, "what the last hidden layer makes of them"),
    h("option", { value: "inputs" }, "what the network gets"),
  );
  const result = h("div", { id: "see-plane" });
  const draw = () =>
    ask(async (about) => {
      const of = what.value as "inputs" | "hidden";
      const view = await trainer().planeOf(of, deviceNow());
      result.replaceChildren(...shown(view, of, about, show));
    });
  const { button, error } = working("see-plane-draw", "Draw", draw);
  return {
    node: h(
      "section",
      { "aria-label": "Samples in a plane" },
      h("h3", {}, "Samples in a plane"),
      h("p", { class: "soft" }, ABOUT),
      h("div", { class: "row" }, h("label", { class: "inline" }, "Of ", what), button),
      error,
      result,
    ),
    clear() {
      result.replaceChildren();
      error.hidden = true;
    },
  };
}

function shown(view: PlaneView, of: "inputs" | "hidden", about: ModelInfo, show: (place: number) => void): Node[] {
  const { points, shares, places, heldOut } = view;
  const samples = points.length / 2;
  const drawn = samples < view.of ? `${count(samples, "sample")}, drawn at random from ${view.of},` : count(samples, "sample");
  const words = `${drawn} ${heldOut ? "held out from training" : "of the open data, some of which it may have been trained on"}. The two components hold ${percent(shares[0] + shares[1])} of the variance.`;
  const layer = of === "hidden" ? "last hidden layer" : "inputs";
  const node = takeable(drawPlane(view, `Samples by their ${layer}: ${originWords(about)}`), originOf(about), `plane_${of}`, () =>
    rowsOf(view),
  );
  node.addEventListener("click", ({ target }) => {
    const mark = (target as Element).closest("[data-sample]");
    if (mark) show(places[Number(mark.getAttribute("data-sample"))]);
  });
  return [
    h("p", { id: "see-plane-words", role: "status" }, words),
    node,
    h("p", { class: "hint" }, "Press a mark to see why its answer is what it is."),
  ];
}

function rowsOf(view: PlaneView): (string | number)[][] {
  const { points, classes, truth, taken, targets, target } = view;
  const more = truth && taken ? ["class", "answer"] : targets ? [target ?? "target"] : [];
  return [
    ["sample", "component 1", "component 2", ...more],
    ...Array.from({ length: points.length / 2 }, (_, i) => [
      nameIn(view, i),
      points[2 * i],
      points[2 * i + 1],
      ...(truth && taken ? [classes[truth[i]], classes[taken[i]]] : targets ? [targets[i]] : []),
    ]),
  ];
}
