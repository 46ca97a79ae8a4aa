import { byId, h, messageOf } from "./dom.js";

const WORKER = "./isolate.js";

/** Says whether threads share memory here, and switches the service worker that lets them on and off. */
export function createIsolation(): HTMLElement {
  const box = h("div", { class: "isolation", id: "isolation" });
  const error = h("p", { id: "isolation-error", class: "error", role: "alert", hidden: true });
  const show = async () => {
    const worker = await registered();
    box.replaceChildren(h("p", { id: "isolation-state" }, describe(worker !== undefined)), ...choice(worker), error);
  };
  const attempt = (work: () => Promise<unknown>) => async () => {
    try {
      await work();
      location.reload();
    } catch (failure) {
      error.textContent = messageOf(failure);
      error.hidden = false;
    }
  };
  const choice = (worker: ServiceWorkerRegistration | undefined): HTMLElement[] => {
    const hint = (text: string) => h("span", { class: "hint" }, text);
    if (worker) {
      const off = { id: "isolation-off", onclick: attempt(() => worker.unregister()) };
      const text = "This page and its data start afresh; the CPU side then has one thread again.";
      return [h("div", { class: "row" }, h("button", off, "Switch the service worker off and reload"), hint(text))];
    }
    if (crossOriginIsolated || !navigator.serviceWorker) return [];
    const on = { id: "isolation-on", onclick: attempt(register) };
    const text =
      "It adds three headers to this folder's own files and does nothing else. It stays until it is switched off. This page and its data start afresh.";
    return [h("div", { class: "row" }, h("button", on, "Use all cores: reload with an isolation service worker"), hint(text))];
  };
  show().catch((failure) => {
    box.replaceChildren(error);
    error.textContent = messageOf(failure);
    error.hidden = false;
  });
  return box;
}

function describe(on: boolean): string {
  const cores = navigator.hardwareConcurrency;
  if (crossOriginIsolated) {
    const by = on ? "by the service worker of this page" : "by the headers of this host";
    return `This page is isolated from others (${by}), so its threads may share memory: the CPU side uses all ${cores} cores.`;
  }
  const one = `so threads cannot share memory and the CPU side uses 1 of ${cores} cores.`;
  if (on) return `The service worker is on, but this load went past it (a forced reload does), ${one} Reload the page.`;
  const none = navigator.serviceWorker ? "" : " This browser has no service workers here that could add them.";
  return `This host sends no isolation headers, ${one}${none}`;
}

/** This page's service worker, where it is switched on; another site's of the same origin is none of ours. */
async function registered(): Promise<ServiceWorkerRegistration | undefined> {
  const found = await navigator.serviceWorker?.getRegistration();
  const script = found && (found.active ?? found.waiting ?? found.installing)?.scriptURL;
  return script === new URL(WORKER, document.baseURI).href ? found : undefined;
}

/**
 * Registers the service worker, for this folder. The page's own policy refuses scripts as workers by their address, as they would not be
 * held to it; so a blank page in a frame does it, whose policy allows this alone.
 */
async function register(): Promise<void> {
  const frame = h("iframe", { src: "./isolate.html", hidden: true, title: "Registers the service worker" });
  const loaded = new Promise((resolve) => frame.addEventListener("load", resolve, { once: true }));
  byId("isolation").append(frame);
  try {
    await loaded;
    const worker = frame.contentWindow?.navigator.serviceWorker;
    if (!worker) throw new Error("this browser has no service workers here");
    await worker.register(WORKER);
    await navigator.serviceWorker.ready;
  } finally {
    frame.remove();
  }
}
