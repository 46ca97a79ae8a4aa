import { deviceName } from "../names.js";
import { DEFAULTS } from "../settings.js";
import { byId, messageOf } from "./dom.js";
import { attachDrawing } from "./drawing.js";
import { readLink } from "./link.js";
import { data, settings } from "./state.js";
import { compareWith } from "./train.js";
import { trainer } from "./trainer.js";

/** Finds out what there is to train on, opens the data of the link or the bundled digits, and is then ready. */
export async function startPage(): Promise<void> {
  void findDevice();
  let wanted = "digits" as "digits" | "informative";
  try {
    const link = readLink(location.href);
    if (link) {
      settings.value = { ...DEFAULTS, ...link.settings };
      compareWith(link);
      if ("builtIn" in link.data) wanted = link.data.builtIn;
      else
        tell(
          `This link is for the file "${link.data.name}" (sha256 ${link.data.sha256.slice(0, 12)}...). Open that file below to repeat its run; other data are no reproduction.`,
        );
    }
  } catch (error) {
    tell(messageOf(error));
  }
  const source = { kind: "built-in", name: wanted } as const;
  data.value = { source, info: await trainer().openData(source) };
}

/** Says what trains; without WebGPU what is missing, and that the CPU takes over. */
async function findDevice(): Promise<void> {
  const line = byId("adapter");
  try {
    const info = await trainer().deviceInfo("webgpu");
    const name = deviceName(info) || "an unnamed adapter";
    await attachDrawing(byId("drawing"), trainer());
    line.textContent = `WebGPU on ${name}${info.software ? ": a software adapter, a program on the CPU and no GPU" : ""}`;
  } catch (error) {
    settings.value = { ...settings.peek(), device: "cpu" };
    byId("drawing").textContent = "The network is drawn where there is WebGPU.";
    line.textContent = "No WebGPU here: training on the CPU, in WebAssembly";
    tell(
      `No WebGPU: ${messageOf(error)
        .replace(/^webgpu: /, "")
        .replace(", or train on the cpu device", "")}. Until then this page trains on the CPU.`,
    );
  }
  line.dataset.ready = "true";
}

function tell(text: string): void {
  const notice = byId("unusable");
  notice.textContent = [notice.hidden ? "" : notice.textContent, text].filter(Boolean).join(" ");
  notice.hidden = false;
}
