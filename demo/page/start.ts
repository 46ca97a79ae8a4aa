import { effect } from "@preact/signals-core";
import { deviceName } from "../names.js";
import { DEFAULTS } from "../settings.js";
import type { BuiltIn } from "../sources.js";
import { keepLookingAhead } from "./ahead.js";
import { byId, messageOf } from "./dom.js";
import { attachDrawings } from "./drawing.js";
import { type Link, readLink } from "./link.js";
import { linked } from "./linked.js";
import { rememberRuns } from "./past/store.js";
import { chosenRivals, data, deviceChosen, hasGpu, settings } from "./state.js";
import { compareWith } from "./train.js";
import { openInTrainer, trainer } from "./trainer.js";

/** Finds out what there is to train on, opens the data of the link or the bundled digits, and is then ready. */
export async function startPage(): Promise<void> {
  addEventListener("hashchange", () => {
    if (new URLSearchParams(location.hash.slice(1)).has("run")) location.reload(); // another link, pasted into this tab
  });
  effect(() => {
    const file = linked.value;
    tell(
      "link",
      file &&
        `This link is for the file "${file.name}" (sha256 ${file.sha256.slice(0, 12)}...)${file.labels ? ` with labels from "${file.labels.name}"` : ""}. Open that file below to repeat its run; other data are no reproduction.`,
    );
  });
  const drawings = attachDrawings(byId("drawing"), trainer());
  let wanted: BuiltIn = "digits";
  let link: Link | null = null;
  try {
    link = readLink(location.href);
    if (link) {
      settings.value = { ...DEFAULTS, ...link.settings };
      deviceChosen.value = true;
      chosenRivals.value = link.rivals ?? [];
      compareWith(link);
      if ("builtIn" in link.data) wanted = link.data.builtIn;
      else linked.value = link.data;
    }
  } catch (error) {
    tell("broken link", messageOf(error));
  }
  const source = { kind: "built-in", name: wanted } as const;
  const [info] = await Promise.all([openInTrainer(source), findDevice(), drawings]);
  data.value = { source, info };
  keepLookingAhead();
  await rememberRuns();
}

/** Says what trains; without WebGPU what is missing, and that the CPU takes over, as it does unless a device was chosen for an adapter that is itself a program on the CPU. */
async function findDevice(): Promise<void> {
  const line = byId("adapter");
  try {
    const info = await trainer().deviceInfo("webgpu");
    const name = deviceName(info) || "an unnamed adapter";
    const free = !deviceChosen.peek();
    hasGpu.value = !info.software;
    if (info.software && free) settings.value = { ...settings.peek(), device: "cpu" };
    line.textContent = `WebGPU on ${name}${info.software ? `: a software adapter, a program on the CPU and no GPU${free ? "; training on the CPU, which is faster" : ""}` : ""}`;
  } catch (error) {
    settings.value = { ...settings.peek(), device: "cpu" };
    line.textContent = "No WebGPU here: training on the CPU, in WebAssembly";
    tell(
      "device",
      `No WebGPU: ${messageOf(error)
        .replace(/^webgpu: /, "")
        .replace(", or train on the cpu device", "")}. Until then this page trains on the CPU.`,
    );
  }
  line.dataset.ready = "true";
}

/** Texts on top of the page, by what they are about; plain.js may have written one on how the page is served. */
const served = byId("unusable").textContent;
const notices = new Map<string, string>(served ? [["served", served]] : []);

/** Shows a text about something on top of the page, or no longer (null). */
function tell(about: string, text: string | null): void {
  if (text === null) notices.delete(about);
  else notices.set(about, text);
  const notice = byId("unusable");
  notice.textContent = [...notices.values()].join(" ");
  notice.hidden = notices.size === 0;
}
