import "../../demo/style.css";
import "../../demo/page/steps.css";
import { NO_ORIGIN, savedName } from "../../demo/page/origin.js";
import { check, checkOneOf } from "../../src/util/check.js";
import { version } from "../../src/util/version.js";
import { type BenchFile, labelOf, MODES, type Mode, SUITES, type SuiteName } from "../record.js";
import { measureAll, type Platform } from "../run.js";
import "./style.css";

/** What a visitor, or the address, asks for: ?suites=kernels,step&mode=quick&only=spmm&run starts at once. */
interface Choice {
  readonly suites: readonly SuiteName[];
  readonly mode: Mode;
  readonly only: readonly string[];
}

function element<E extends HTMLElement>(id: string): E {
  const found = document.getElementById(id);
  if (!found) throw new Error(`the page has no element "${id}"`);
  return found as E;
}

/** This browser. */
function pagePlatform(): Platform {
  const { userAgent, hardwareConcurrency } = navigator;
  const { deviceMemory } = navigator as Navigator & { deviceMemory?: number }; // GiB, in Chromium only
  return {
    machine: {
      platform: userAgent,
      cpu: "",
      cores: hardwareConcurrency,
      memoryBytes: deviceMemory ? deviceMemory * 2 ** 30 : null,
    },
    versions: { coppice: version, browser: /(?:Chrome|Firefox|Version)\/[\d.]+/.exec(userAgent)?.[0] ?? "unknown" },
    commit: null,
    command: location.href,
    offspring: null,
    peers: null,
    peakBytes: null,
  };
}

/** What the address asks for, and the form where it does not. Throws on what is unknown, and when no suite is chosen. */
function chosen(address: URLSearchParams): Choice {
  const data = new FormData(form);
  const list = (name: string) => address.get(name)?.split(",");
  const suites = list("suites") ?? data.getAll("suite").map(String);
  const mode = address.get("mode") ?? String(data.get("mode"));
  check(suites.length > 0, "suites", () => "none is chosen; tick one at least");
  for (const suite of suites) checkOneOf(suite, SUITES, "suites");
  checkOneOf(mode, MODES, "mode");
  return { suites: suites as SuiteName[], mode, only: list("only") ?? [] };
}

/** Measures with live progress, then shows the report and offers the JSON. */
async function start(address: URLSearchParams): Promise<void> {
  const progress = element("progress");
  const status = element("status");
  const button = element<HTMLButtonElement>("start");
  const tell = (state: string, text: string) => {
    status.dataset.state = state;
    status.textContent = text;
  };
  const add = (text: string) => {
    const item = document.createElement("li");
    item.textContent = text;
    progress.append(item);
    progress.scrollTop = progress.scrollHeight;
  };
  button.disabled = true;
  progress.replaceChildren();
  tell("running", "Measuring: leave this tab in front.");
  try {
    const { file, failure } = await measureAll({ ...chosen(address), device: "webgpu" }, pagePlatform(), {
      start: ({ adapter, software }) => {
        element("adapter").textContent = `${adapter || "unnamed adapter"}${software ? ": a software adapter, no GPU" : ""}`;
      },
      suite: (name, seconds) => add(`${name}: at most about ${seconds} s`),
      row: (row) => add(`${labelOf(row)}: ${row.ms.median.toPrecision(3)} ms`),
      leftOut: (cell) => add(`${labelOf(cell)}: left out, ${cell.reason}`),
    });
    await show(file);
    if (failure) throw failure;
    tell("done", `Done: ${file.rows.length} rows in ${file.seconds.toFixed(0)} s.`);
  } catch (error) {
    tell("failed", error instanceof Error ? error.message : String(error));
  }
  button.disabled = false;
}

async function show(file: BenchFile): Promise<void> {
  const save = element<HTMLAnchorElement>("save");
  URL.revokeObjectURL(save.href);
  save.href = URL.createObjectURL(new Blob([JSON.stringify(file, null, 1)], { type: "application/json" }));
  save.download = savedName(NO_ORIGIN, "coppice-bench", "json");
  save.hidden = false;
  const report = element<HTMLIFrameElement>("report");
  const { htmlReport } = await import("../output/html.js"); // with the library that draws its charts
  report.srcdoc = htmlReport(file);
  report.hidden = false;
}

const form = element<HTMLFormElement>("choices");
const address = new URLSearchParams(location.search);
form.addEventListener("submit", (event) => {
  event.preventDefault();
  void start(new URLSearchParams());
});
if (address.has("run")) void start(address);
