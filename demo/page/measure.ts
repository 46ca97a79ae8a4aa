import { effect } from "@preact/signals-core";
import { NORM_NAMES } from "../../src/measure/norm-names.js";
import { short } from "../../src/report/format.js";
import type { MeasureReport } from "../worker/model-measure.js";
import { h, noteLines, scrollBox } from "./dom.js";
import { percent, whole } from "./format.js";
import { deviceNow, working } from "./see/part.js";
import { data, modelVersion, occupied } from "./state.js";
import { openTrainerData, trainer } from "./trainer.js";

const ABOUT =
  "Norms, margins and sharpness are known to go with how well a network does on new samples. They are of the samples that it was trained on: none is held out for them.";
const LIKE = "Compare networks of as many connections: with more of them there is more room for the loss to rise.";
const MARGIN = "The margin is by how much the right class is above the best of the others.";
const SHARPNESS = "The box around the weights is where the loss is looked for that is largest.";
const NO_MARGIN = "There is no value over a margin that is not above 0: a twentieth of the samples is taken for other classes.";

/** What is known to go with how well the model generalises; nothing is computed until it is asked for. */
export function createMeasurePanel(): HTMLElement {
  const result = h("div", { id: "measures" });
  const { button, error } = working("measure-model", "Measure", async () => {
    await openTrainerData();
    result.replaceChildren(...measureNodes(await trainer().measureModel(deviceNow())));
  });
  effect(() => {
    void data.value;
    button.disabled = modelVersion.value === 0 || occupied.value;
    result.replaceChildren();
    error.hidden = true;
  });
  return h("div", {}, h("p", { class: "soft" }, ABOUT), h("div", { class: "row" }, button), error, result);
}

function measureNodes({ norms, overMargin, margins, sharpness, connections, samples, notes, ...of }: MeasureReport): Node[] {
  const which = of.trainedOn
    ? `the ${whole(samples)} samples of ${of.data} that it was trained on`
    : `all ${whole(samples)} samples of ${of.data}, though it may have been trained on others`;
  const names = Object.keys(NORM_NAMES) as (keyof typeof NORM_NAMES)[];
  const rows = names.map((name) => [NORM_NAMES[name], short(norms[name]), short(overMargin?.[name] ?? null)]);
  const below = margins?.quantiles.map(({ share, margin, normalised }) => [percent(share, 2), short(margin), short(normalised)]);
  const rises = sharpness.map(({ box, loss, most, sharpness: rise }) => [short(box), short(loss), short(most), short(rise)]);
  return [
    h("p", {}, `${whole(connections)} connections, on ${which}. ${LIKE}`),
    ...noteLines(notes),
    table("Norms", ["norm", "value", "over margin"], rows),
    ...(margins && !overMargin ? [h("p", { class: "hint" }, NO_MARGIN)] : []),
    ...(below
      ? [h("p", { class: "hint" }, MARGIN), table("Margins", ["share of the samples", "margin below", "normalised"], below)]
      : []),
    h("p", { class: "hint" }, SHARPNESS),
    table("Sharpness", ["box", "loss", "most in the box", "sharpness"], rises),
  ];
}

function table(label: string, head: readonly string[], rows: readonly (readonly string[])[]): HTMLElement {
  const body = rows.map(([first, ...cells]) =>
    h("tr", {}, h("th", { scope: "row" }, first), ...cells.map((cell) => h("td", {}, cell))),
  );
  const names = head.map((name) => h("th", { scope: "col" }, name));
  return scrollBox(
    label,
    h("table", {}, h("caption", {}, label), h("thead", {}, h("tr", {}, ...names)), h("tbody", {}, ...body)),
  );
}
