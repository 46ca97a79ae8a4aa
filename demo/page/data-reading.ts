import type { FileOptions, Source } from "../sources.js";
import type { FilePreview } from "../worker/preview.js";
import {
  createEmptyForm,
  createMatlabForm,
  createMissingChoice,
  createTableForm,
  type FileKind,
  type ReadForm,
} from "./data-form.js";
import { previewNodes } from "./data-preview.js";
import { settingsText, suggestedSettings, useData } from "./data-settings.js";
import { h, messageOf } from "./dom.js";
import { type Helper, startWorker } from "./workers.js";

/** Where the panel says what it is doing and what went wrong; "" clears. */
export interface Teller {
  progress(text: string): void;
  error(text: string): void;
}

/** One choice of files, from the first look to loading. */
export interface Reading {
  readonly node: HTMLDetailsElement;
  /** Ends what is under way. */
  end(): void;
}

/** Looks at files in a worker of their own, shows how they are read, and loads them when asked to. */
export function openReading(files: readonly File[], { progress, error }: Teller): Reading {
  const names = files.map(({ name }) => name).join(" + ");
  const kind = kindOf(files);
  const shown = h("div", { id: "data-preview" });
  const sizes = h("p", { id: "data-preview-settings", class: "hint" });
  const load = h("button", {
    id: "data-load",
    class: "primary",
    type: "button",
    disabled: true,
    onclick: () => void loadFiles(),
  });
  load.textContent = "Load these data";
  const missing = createMissingChoice(() => error(""));
  const form = FORMS[kind](() => void look());
  const node = h("details", { id: "data-reading", open: true, hidden: true }, h("summary", {}, `How to read ${names}`));
  node.append(form.node, shown, missing.node, sizes, load);

  let helper: Helper | undefined;
  let held: File | null | undefined; // the label file that the worker has beside the files; undefined: nothing yet
  let preview: FilePreview | null = null;
  let latest = 0;
  let ended = false;

  /** The worker with the files in its memory. It is started when there is something to look at, and ended after loading. */
  const ask = async <T>(work: (api: Helper["api"]) => Promise<T>): Promise<T> => {
    helper ??= startWorker();
    return Promise.race([work(helper.api), helper.failed]);
  };
  const hold = async () => {
    const labels = form.labelFile();
    if (held === labels) return;
    held = labels;
    progress(`Reading ${names} (${megabytes(files)})`);
    await ask((api) => api.holdFiles(files, labels));
  };
  /** Asks for a preview; of several under way only the last is shown. */
  const look = async () => {
    const turn = ++latest;
    load.disabled = true;
    error("");
    try {
      await hold();
      if (turn !== latest || ended) return;
      progress(`Looking at ${names} (${megabytes(files)})`);
      const found = await ask((api) => api.previewFiles(form.choices(), kind === "table"));
      if (turn !== latest || ended) return;
      preview = found;
      node.hidden = false;
      form.show(found);
      shown.replaceChildren(...previewNodes(found));
      missing.show(found.missing);
      sizes.textContent = found.suggestion
        ? `Settings that suit their size: ${settingsText(suggestedSettings({ name: names, sha256: "", suggestion: found.suggestion }))}.`
        : "";
      if (found.problem) error(explain(found.problem));
      load.disabled = found.problem !== null;
    } catch (failure) {
      if (turn !== latest || ended) return;
      // a table that never was one has nothing to choose
      node.hidden = kind !== "matlab" && preview === null;
      shown.replaceChildren();
      missing.node.hidden = true;
      sizes.textContent = "";
      error(explain(messageOf(failure)));
    } finally {
      if (turn === latest && !ended) progress("");
    }
  };
  const loadFiles = async () => {
    const policy = missing.value();
    if (policy === null) {
      error("Values are missing: choose first what to do about them. Nothing is filled in or left out unasked.");
      missing.choice.focus();
      return;
    }
    const labels = form.labelFile();
    const options: FileOptions = { ...form.choices(), ...(labels && { labels }), ...(policy && { missing: policy }) };
    const source: Source = { kind: "files", files, options };
    error("");
    progress(`Loading ${names} (${megabytes(files)})`);
    load.disabled = true;
    try {
      const info = await ask((api) => api.openData(source));
      if (ended) return;
      useData(source, info);
      progress(`Loaded ${names}.`);
      node.open = false;
      release();
    } catch (failure) {
      if (ended) return;
      progress("");
      error(explain(messageOf(failure)));
    } finally {
      load.disabled = false;
    }
  };
  const release = () => {
    helper?.end();
    [helper, held] = [undefined, undefined];
  };
  void look();
  return {
    node,
    end() {
      ended = true;
      release();
    },
  };
}

const FORMS: Readonly<Record<FileKind, (changed: () => void) => ReadForm>> = {
  table: createTableForm,
  matlab: createMatlabForm,
  idx: createEmptyForm,
  other: createEmptyForm,
};

function kindOf(files: readonly File[]): FileKind {
  if (files.length !== 1) return "idx";
  const name = files[0].name.replace(/\.gz$/i, "");
  return /\.mat$/i.test(name) ? "matlab" : /\.(csv|tsv|tab|txt|data)$/i.test(name) ? "table" : "other";
}

function megabytes(files: readonly File[]): string {
  const bytes = files.reduce((sum, { size }) => sum + size, 0);
  return bytes < 1e6 ? `${Math.ceil(bytes / 1000)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}

/** What the library's options are called in this page. */
const CONTROLS = [
  [/\boption labels\b/g, '"Labels in a second file"'],
  [/\boption label\b/g, '"Labels"'],
  [/\boption id\b/g, '"Sample IDs"'],
  [/\boption group\b/g, '"Group"'],
  [/\boption header\b/g, '"Names of features"'],
  [/\boption x\b/g, '"Variable of samples"'],
  [/\boption y\b/g, '"Variable of labels"'],
  [/\boption orientation\b/g, '"Samples are"'],
  [/ \((option )?missing: [a-z-]+( or [a-z-]+)?\)/g, ""],
] as const;

function explain(message: string): string {
  return CONTROLS.reduce((text, [option, control]) => text.replace(option, control), message);
}
