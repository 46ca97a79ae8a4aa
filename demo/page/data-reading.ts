import type { FileOptions, Source } from "../sources.js";
import type { FilePreview } from "../worker/preview.js";
import { createForm, createMissingChoice } from "./data-form.js";
import { previewNodes } from "./data-preview.js";
import { settingsText, suggestedSettings, useData } from "./data-settings.js";
import { h, messageOf } from "./dom.js";
import { linked } from "./linked.js";
import { explain } from "./words.js";
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

/** A file of labels that was dropped beside the samples, what told so, and what takes them the other way round. */
export interface Labelled {
  readonly labels: File;
  readonly reason: string;
  swap(): void;
}

/** Looks at files in a worker of their own, shows how they are read, and loads them when asked to. */
export function openReading(files: readonly File[], { progress, error }: Teller, labelled?: Labelled): Reading {
  const names = files.map(({ name }) => name).join(" + ");
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
  const asLinked = h("p", { id: "data-linked", class: "hint" });
  const missing = createMissingChoice(() => error(""));
  const { form, isTable, always } = createForm(files, () => void look());
  const node = h("details", { id: "data-reading", open: true, hidden: true }, h("summary", {}, `How to read ${names}`));
  if (labelled) {
    form.takeLabels(labelled.labels);
    const swap = h("button", { id: "data-swap", type: "button", onclick: labelled.swap }, "The other way round");
    const told = `${names} holds the samples, ${labelled.labels.name} their labels: ${labelled.reason}. `;
    node.append(h("p", { id: "data-paired", class: "notice" }, told, swap));
  }
  node.append(asLinked, form.node, shown, missing.node, sizes, load);

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
  /** Chooses as the page's link does, when this is the file that the link is for. */
  const followLink = async () => {
    const link = linked.peek();
    if (!link || (await ask((api) => api.hashFiles(files))) !== link.sha256) return;
    form.preset(link.options, link.labels !== undefined);
    missing.choice.value = link.options.missing ?? "";
    asLinked.textContent = `This is the file of the link: the choices are the link's.${link.labels ? ` Its labels came from a second file, "${link.labels.name}": choose it too.` : ""}`;
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
      const found = await ask((api) => api.previewFiles(form.choices(), isTable));
      if (turn !== latest || ended) return;
      preview = found;
      node.hidden = false;
      form.show(found);
      shown.replaceChildren(...previewNodes(found));
      missing.show(found.missing);
      sizes.textContent = found.suggestion
        ? `Settings that suit their size: ${settingsText(suggestedSettings({ ...found, name: names, sha256: "", suggestion: found.suggestion }))}.`
        : "";
      if (found.problem) error(explain(found.problem));
      load.disabled = found.problem !== null;
    } catch (failure) {
      if (turn !== latest || ended) return;
      // a table that never was one has nothing to choose
      node.hidden = !always && preview === null;
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
  const open = async () => {
    progress(`Reading ${names} (${megabytes(files)})`);
    await followLink().catch((failure) => error(messageOf(failure)));
    if (!ended) await look();
  };
  void open();
  return {
    node,
    end() {
      ended = true;
      release();
    },
  };
}

function megabytes(files: readonly File[]): string {
  const bytes = files.reduce((sum, { size }) => sum + size, 0);
  return bytes < 1e6 ? `${Math.ceil(bytes / 1000)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}
