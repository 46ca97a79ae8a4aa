import { effect } from "@preact/signals-core";
import { BUILT_IN, type BuiltIn } from "../sources.js";
import { acceptPastes, createPaste } from "./data-paste.js";
import type { Labelled, Reading, Teller } from "./data-reading.js";
import { useData } from "./data-settings.js";
import { createSummary } from "./data-summary.js";
import { byId, h, messageOf } from "./dom.js";
import { FORMAT_LIST, formatOf } from "./formats.js";
import { loaded } from "./loaded.js";
import { isProject, projectFile } from "./project/index.js";
import { data, occupied } from "./state.js";
import { explain } from "./words.js";
import { startWorker } from "./workers.js";
import "./data.css";

const ABOUT: Readonly<Record<BuiltIn, string>> = {
  digits: "digits: 1,797 handwritten digits",
  leukaemia: "leukaemia: genes of 79 patients",
  informative: "informative: 120 made-up samples",
};

/** Which data to train on: those that come with the page, or files that are read in this tab and go nowhere. */
export function createDataPanel(): void {
  const errorLine = h("p", { id: "data-error", class: "error", role: "alert", hidden: true });
  const progressLine = h("p", { id: "data-progress", class: "soft", role: "status" });
  const slot = h("div");
  const tell: Teller = {
    progress(text) {
      progressLine.textContent = text;
    },
    error(text) {
      errorLine.textContent = text;
      errorLine.hidden = text === "";
    },
  };
  let reading: Reading | undefined;
  let latest = 0;
  const close = () => {
    latest++;
    reading?.end();
    reading = undefined;
    slot.replaceChildren();
    tell.error("");
    tell.progress("");
  };
  const pick = (files: readonly File[]) => {
    if (files.length === 0) return;
    close();
    if (occupied.peek()) return tell.error("A run is under way: stop it, or wait for its end, then choose data again.");
    const project = files.find(isProject);
    if (project) {
      projectFile.value = project;
      return;
    }
    const turn = latest;
    // an IDX pair may be picked in any order: its sha256 should not depend on it
    const sorted = files.toSorted((a, b) => (a.name < b.name ? -1 : 1));
    const [first, second] = sorted;
    if (sorted.length !== 2 || !sorted.some(({ name }) => formatOf(name)?.table)) return open(sorted);
    tell.progress(`Looking which of ${first.name} and ${second.name} holds the labels`);
    tellApart([first, second]).then(
      (told) => turn === latest && (told ? pair([first, second], told.at, told.reason) : open(sorted)),
      (failure) => {
        if (turn !== latest) return;
        tell.progress("");
        tell.error(explain(messageOf(failure)));
      },
    );
  };
  const open = (some: readonly File[], labelled?: Labelled) => {
    const turn = latest;
    loaded(import("./data-reading.js"), "reads files").then(
      ({ openReading }) => {
        if (turn !== latest) return;
        reading = openReading(some, tell, labelled);
        slot.append(reading.node);
      },
      (failure) => turn === latest && tell.error(messageOf(failure)),
    );
  };
  const pair = (files: readonly [File, File], at: 0 | 1, reason: string) => {
    const swap = () => {
      close();
      pair(files, at === 0 ? 1 : 0, "as chosen");
    };
    open([files[1 - at]], { labels: files[at], reason, swap });
  };
  const chooser = h(
    "div",
    { class: "data-choose" },
    createBuiltIn(async (name) => {
      close();
      await loadBuiltIn(name, tell);
    }),
    createDropZone(pick),
  );
  const fieldset = h(
    "fieldset",
    { class: "data-fields" },
    h("legend", { class: "visually-hidden" }, "Choose data"),
    h("div", { class: "data-panel" }, chooser, createSummary()),
    progressLine,
    errorLine,
    slot,
  );
  effect(() => {
    fieldset.disabled = occupied.value;
  });
  byId("data").append(h("h2", {}, "Data"), fieldset);
  acceptDrops(pick);
  acceptPastes(pick);
}

/** Which of two files holds the labels of the other's samples, told in a worker; null where neither does. */
async function tellApart(files: readonly [File, File]) {
  const helper = startWorker();
  try {
    return await Promise.race([helper.api.labelsOf(files), helper.failed]);
  } finally {
    helper.end();
  }
}

function createBuiltIn(choose: (name: BuiltIn) => Promise<void>): HTMLElement {
  const select = h(
    "select",
    { id: "data-builtin", onchange: () => void choose(select.value as BuiltIn).then(show) },
    h("option", { value: "", disabled: true, hidden: true }, "your own file"),
    ...BUILT_IN.map((name) => h("option", { value: name }, ABOUT[name])),
  );
  const show = () => {
    const source = data.peek()?.source;
    select.value = source?.kind === "built-in" ? source.name : source ? "" : BUILT_IN[0];
  };
  effect(() => {
    data.value;
    show();
  });
  const gallery = createGallery((name) => void choose(name).then(show));
  return h("div", {}, h("label", {}, "Data that come with this page", select), gallery);
}

/** What the data are that come with the page: cards, loaded when they are asked for. */
function createGallery(choose: (name: BuiltIn) => void): HTMLElement {
  const gallery = h("details", { id: "gallery", class: "hint" }, h("summary", {}, "What they are"));
  const fill = async () => {
    const { createCards } = await import("./gallery.js");
    gallery.append(createCards(choose));
  };
  gallery.addEventListener("toggle", () => void fill(), { once: true });
  return gallery;
}

async function loadBuiltIn(name: BuiltIn, { progress, error }: Teller): Promise<void> {
  const source = { kind: "built-in", name } as const;
  const helper = startWorker();
  progress(`Making ${name}`);
  try {
    useData(source, await Promise.race([helper.api.openData(source), helper.failed]));
  } catch (failure) {
    error(messageOf(failure));
  } finally {
    helper.end();
    progress("");
  }
}

function createDropZone(pick: (files: readonly File[]) => void): HTMLElement {
  const input = h("input", {
    id: "data-file",
    type: "file",
    multiple: true,
    class: "visually-hidden",
    "aria-describedby": "data-formats",
    onchange: () => {
      pick([...(input.files ?? [])]);
      input.value = "";
    },
  });
  return h(
    "div",
    {},
    h(
      "label",
      { class: "drop", id: "data-drop" },
      input,
      h("strong", {}, "Choose or drop your files"),
      h("span", {}, "Two tables are samples and labels. Nothing is uploaded."),
    ),
    h(
      "details",
      { class: "hint" },
      h("summary", {}, "Formats"),
      // no "accept" on the field above: IDX files have no endings that a chooser knows
      h("p", { id: "data-formats" }, `${FORMAT_LIST}, chosen together; each also as .gz.`),
    ),
    createPaste(pick),
  );
}

/** Files dropped anywhere are taken, except on a file field that takes them itself. */
function acceptDrops(pick: (files: readonly File[]) => void): void {
  const ours = (event: DragEvent) =>
    event.dataTransfer?.types.includes("Files") && !(event.target as Element).closest?.("input[type=file]:not(#data-file)");
  const mark = (on: boolean) => document.body.classList.toggle("dragging", on);
  document.addEventListener("dragover", (event) => {
    if (!ours(event)) return;
    event.preventDefault();
    mark(true);
  });
  document.addEventListener("dragleave", (event) => {
    if (event.relatedTarget === null) mark(false);
  });
  document.addEventListener("drop", (event) => {
    mark(false);
    if (!ours(event)) return;
    event.preventDefault();
    pick([...(event.dataTransfer?.files ?? [])]);
  });
}
