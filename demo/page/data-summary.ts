import { effect } from "@preact/signals-core";
import { maximum } from "../extremes.js";
import type { DataInfo } from "../sources.js";
import {
  applySuggested,
  inUse,
  LINKED,
  linkedSettings,
  reasonsOf,
  settingsNote,
  settingsText,
  suggestedSettings,
} from "./data-settings.js";
import { h } from "./dom.js";
import { capital, count, percent, whole } from "./format.js";
import { LEARNING } from "./learning.js";
import { data, occupied, settings } from "./state.js";
import { explain } from "./words.js";

const CLASSES_SHOWN = 24;

/** What data are in use, and which settings suit them. */
export function createSummary(): HTMLElement {
  const facts = h("div", { id: "data-summary", class: "data-summary" });
  const suggestion = h("p", { id: "data-suggestion" });
  const reasons = h("ul", { class: "hint" });
  const note = h("p", { id: "data-applied", class: "hint", role: "status" });
  const use = h("button", { id: "data-use-settings", onclick: () => apply() }, "Use these settings");
  const block = h(
    "details",
    { id: "data-suggested", hidden: true },
    h("summary", {}, "Settings that suit them"),
    suggestion,
    reasons,
    h("div", { class: "row" }, use, note),
  );
  const apply = () => {
    const info = data.peek()?.info;
    if (info) applySuggested(info);
  };
  effect(() => {
    const info = data.value?.info;
    facts.replaceChildren(...(info ? factsOf(info) : [h("p", { class: "soft" }, "Reading the data")]));
    block.hidden = !info;
    block.open = isOwn(info);
    if (!info) return;
    suggestion.textContent = capital(settingsText(suggestedSettings(info)));
    reasons.replaceChildren(...reasonsOf(info).map((text) => h("li", {}, text)));
  });
  effect(() => {
    const info = data.value?.info;
    const same = info !== undefined && inUse(suggestedSettings(info), settings.value);
    use.disabled = same || occupied.value;
    const now = same ? settingsNote.value || "The controls are set so." : "The controls differ from these.";
    note.textContent = settings.value === linkedSettings.value ? LINKED : now;
  });
  return h("div", { class: "data-now" }, facts, block);
}

/** Of one's own data all is shown that was read out of the file. */
const isOwn = (info: DataInfo | undefined) => info !== undefined && info.sha256 !== null;

function factsOf(info: DataInfo): Node[] {
  const { name, samples, features, groups, notes, sha256, labels: sheet, imageShape } = info;
  const size = `${count(samples, "sample")} of ${count(features, "feature")}${imageShape ? ` (pictures of ${imageShape.join(" x ")})` : ""}`;
  const together = groups > 0 ? `; ${count(groups, "group")}, each kept whole in splits` : "";
  return [
    h("p", {}, h("strong", {}, name), `: ${size}, ${learntText(info)}${together}`),
    ...warningsOf(info).map((text) => h("p", { class: "notice" }, text)),
    h(
      "details",
      { open: isOwn(info) },
      h("summary", {}, "More about them"),
      learntList(info),
      h("ul", { class: "hint" }, ...notes.map((text) => h("li", {}, capital(explain(text))))),
      h(
        "p",
        { class: "hint" },
        sha256 ? `Read in this tab; nothing is uploaded. sha256${sheet ? " of the table" : ""} ` : "Comes with this page.",
        sha256 && hash(sha256),
        sheet && `, of its labels, ${sheet.name}, `,
        sheet && hash(sheet.sha256),
      ),
    ),
  ];
}

function hash(sha256: string): HTMLElement {
  return h("code", { title: sha256 }, sha256.slice(0, 12));
}

type Learnt = Pick<DataInfo, "task" | "classes" | "targets">;

/** "2 classes", or what else is learnt: "to learn: numbers (regression), dose". */
export function learntText({ task, classes, targets }: Learnt): string {
  if (classes.length > 0) return count(classes.length, "class", "classes");
  const names = targets.slice(0, 5).map(({ name }) => name);
  return `to learn: ${[LEARNING[task].text, ...names].join(", ")}${targets.length > names.length ? ", ..." : ""}`;
}

/** Samples of every class, or what the numbers to learn lie between. */
export function learntList({ classes, targets }: Learnt): HTMLElement {
  if (targets.length === 0) return classList(classes);
  const range = ({ least, mean, largest, binary }: DataInfo["targets"][number]) =>
    binary ? `${percent(mean)} are 1` : `${short(least)} to ${short(largest)}, mean ${short(mean)}`;
  const shown = targets.slice(0, CLASSES_SHOWN);
  return h(
    "ul",
    { class: "hint", "aria-label": "What is to be learnt" },
    ...shown.map((one) => h("li", {}, `${one.name}: ${range(one)}`)),
    targets.length > shown.length && h("li", {}, `and ${whole(targets.length - shown.length)} more`),
  );
}

const short = (value: number) => String(Number(value.toPrecision(4)));

/** Samples of every class, with bars. */
function classList(classes: DataInfo["classes"]): HTMLElement {
  const largest = Math.max(1, maximum(classes.map(({ samples }) => samples)));
  const shown = classes.slice(0, CLASSES_SHOWN);
  return h(
    "ul",
    { class: "class-counts", "aria-label": "Samples of every class" },
    ...shown.map(({ label, samples }) => {
      const bar = h("span", { class: "bar", "aria-hidden": "true" });
      bar.style.width = `${(100 * samples) / largest}%`;
      return h("li", {}, h("span", { class: "name" }, label), ` ${whole(samples)}`, bar);
    }),
    classes.length > shown.length && h("li", {}, `and ${whole(classes.length - shown.length)} more`),
  );
}

/** What a reader should know before believing what comes of such data. */
export function warningsOf({ samples, classes, groups }: Pick<DataInfo, "samples" | "classes" | "groups">): string[] {
  const single = classes.filter((one) => one.samples === 1).map(({ label }) => `"${label}"`);
  const names = single.slice(0, 5).join(", ") + (single.length > 5 ? ", ..." : "");
  return [
    classes.length > 20 && classes.length > samples / 4
      ? `${classes.length} classes for ${samples} samples: is this the label column?`
      : "",
    single.length > 0 && single.length === classes.length
      ? "Every class has a single sample: nothing can be held out to test on."
      : single.length > 0
        ? `${single.length === 1 ? `Class ${names} has` : `${single.length} classes (${names}) have`} a single sample: it can be trained on or tested on, not both.`
        : "",
    groups === 1 ? "All samples are of one group: no split can keep it whole. Choose another group column, or none." : "",
  ].filter(Boolean);
}
