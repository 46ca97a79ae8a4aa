import "./drawing.css";
import { effect, type Signal, signal } from "@preact/signals-core";
import { proxy, type Remote, transfer } from "comlink";
import { MOST_RACERS } from "../settings.js";
import type * as drawing from "../worker/drawing/api.js";
import { h } from "./dom.js";
import { fixed, whole } from "./format.js";
import { isDark, onTheme } from "./theme.js";

type Asked<F> = F extends (screen: number, ...rest: infer A) => infer R ? (...rest: A) => R : never;
/** What a worker that draws does for one canvas of the page. */
type DrawingApi = { readonly [K in DrawingCall]: Asked<Remote<DrawingWorker>[K]> };
const CALLS = [
  "resizeDrawing",
  "seeDrawing",
  "moveDrawing",
  "zoomDrawing",
  "resetDrawing",
  "themeDrawing",
  "pointAtDrawing",
] as const;
type DrawingCall = (typeof CALLS)[number];
type DrawingWorker = Pick<typeof drawing, DrawingCall | "openDrawing">;

/** Pixels an arrow key turns the network by, and how much closer a + goes. */
const KEY_STEP = 24;
const KEY_ZOOM = 1.2;
/** Milliseconds between questions to the worker while the pointer moves. */
const HOVER_MS = 80;
const HELP =
  "The network as it trains: inputs in front, then each layer; blue lines are positive weights, orange ones negative. Drag or arrow keys turn it, shift moves it, plus and minus zoom, as does the wheel while this has the focus or Ctrl is held, double click or 0 shows all of it.";

/** What is drawn where: of the first run, and of those that it races against; null where nothing is. */
export const shownOn = Array.from({ length: MOST_RACERS }, (_, i) => signal(i === 0 ? "The network" : null));

/** Shows pictures of these titles, and no others. */
export function showOn(titles: readonly string[]): void {
  for (const [i, title] of shownOn.entries()) {
    title.value = titles[i] ?? null;
  }
}

/**
 * Fills `host` with canvases, which the worker that trains draws networks on, with their keys, names of outputs and tooltips. All of them are
 * drawn while some of their box is in view, or none: in a race none has an advantage. What the visitor does with pointer, wheel and keys is sent there.
 */
export async function attachDrawings(host: HTMLElement, api: Remote<DrawingWorker>): Promise<void> {
  const entry = (colour: string, text: string) => h("span", { class: `key-${colour}` }, text);
  const key = h(
    "p",
    { class: "network-key" },
    ...[entry("positive", "positive weight"), entry("negative", "negative"), entry("fresh", "grown just now")],
    h("small", {}, "Drag to turn, with Shift to move; zoom with the wheel and Ctrl, or after a click."),
  );
  const seen = signal(true);
  const screens = shownOn.map((title, screen) => createScreen(screen, title, seen, api));
  const networks = h("div", { class: "networks" }, ...screens.map(({ node }) => node));
  effect(() => {
    networks.classList.toggle("several", shownOn.filter(({ value }) => value !== null).length > 1);
  });
  const whole = () => void (document.fullscreenElement ? document.exitFullscreen() : host.requestFullscreen());
  const full = h("button", { class: "small", onclick: whole, hidden: !document.fullscreenEnabled }, "Full screen");
  const reset = h(
    "button",
    { class: "small", id: "network-reset", onclick: () => screens.map((one) => one.reset()) },
    "Reset view",
  );
  host.replaceChildren(networks, h("div", { class: "row network-foot" }, key, full, reset));
  await Promise.all(screens.map(({ open }) => open()));
  new IntersectionObserver(([{ isIntersecting }]) => {
    seen.value = isIntersecting;
  }).observe(networks);
}

/** A canvas with what lies upon it. */
function createScreen(screen: number, title: Signal<string | null>, seen: Signal<boolean>, all: Remote<DrawingWorker>) {
  const id = (name: string) => (screen === 0 ? name : `${name}-${screen + 1}`);
  const api = Object.fromEntries(
    CALLS.map((call) => [call, (...rest: unknown[]) => (all[call] as (...args: unknown[]) => unknown)(screen, ...rest)]),
  ) as unknown as DrawingApi;
  const canvases = { webgpu: createCanvas(), cpu: createCanvas() };
  const names = h("div", { class: "network-names", "aria-hidden": "true" });
  const caption = h("figcaption", {});
  const stage = h("div", { class: "network" }, canvases.webgpu, canvases.cpu, names);
  const node = h("figure", { class: "figure" }, caption, stage);
  const drawn = signal<keyof typeof canvases | null>(null);
  effect(() => {
    node.hidden = title.value === null;
    caption.textContent = title.value ?? "";
    for (const [kind, canvas] of Object.entries(canvases)) {
      canvas.hidden = kind !== (drawn.value ?? "webgpu");
      canvas.style.visibility = drawn.value ? "" : "hidden";
      canvas.id = canvas.hidden ? "" : id("network");
    }
  });
  const show = (outputs: readonly drawing.Output[]) => {
    names.replaceChildren(
      ...outputs.map(({ x, y, name }) => {
        const place = h("span", {}, name);
        place.style.translate = `${x + 8}px calc(${y}px - 50%)`;
        return place;
      }),
    );
  };
  const size = () => sizeOf(Object.values(canvases).find(({ hidden }) => !hidden) ?? stage);
  const open = async () => {
    const [webgpu, cpu] = [canvases.webgpu, canvases.cpu].map((canvas) => canvas.transferControlToOffscreen());
    const reducedMotion = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const options = { size: size(), dark: isDark(), reducedMotion };
    const told = proxy((on: keyof typeof canvases) => {
      drawn.value = on;
    });
    await all.openDrawing(screen, transfer({ webgpu, cpu }, [webgpu, cpu]), options, told, proxy(show));
    new ResizeObserver(() => void api.resizeDrawing(size())).observe(stage);
    effect(() => void api.seeDrawing(seen.value && title.value !== null));
    onTheme(() => void api.themeDrawing(isDark()));
    const tip = h("div", { id: id("neuron"), class: "neuron-tip", role: "status", hidden: true });
    stage.append(tip);
    for (const canvas of Object.values(canvases)) {
      const hide = addTooltip(canvas, api, tip);
      movePointers(canvas, api, hide);
      moveKeys(canvas, api, hide);
    }
  };
  return { node, open, reset: () => void api.resetDrawing() };
}

const createCanvas = () => h("canvas", { tabIndex: 0, role: "img", "aria-label": HELP });

function sizeOf({ clientWidth: width, clientHeight: height }: HTMLElement) {
  return { width, height, pixelRatio: Math.min(devicePixelRatio, 2) }; // finer than that is not seen, and costs the device
}

/** One pointer turns, with shift it moves; two move and zoom. Moves are sent once a frame. */
function movePointers(canvas: HTMLCanvasElement, api: DrawingApi, moved: () => void): void {
  const pointers = new Map<number, { x: number; y: number }>();
  const sum = { dx: 0, dy: 0, mode: "rotate" as "rotate" | "pan" };
  let waiting = false;
  const send = (dx: number, dy: number, mode: "rotate" | "pan") => {
    if (mode !== sum.mode) Object.assign(sum, { dx: 0, dy: 0, mode });
    sum.dx += dx;
    sum.dy += dy;
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => {
      waiting = false;
      void api.moveDrawing({ ...sum });
      Object.assign(sum, { dx: 0, dy: 0 });
    });
  };
  canvas.addEventListener("pointerdown", (event) => {
    canvas.setPointerCapture(event.pointerId);
    pointers.set(event.pointerId, at(event));
    moved();
  });
  canvas.addEventListener("pointermove", (event) => {
    const before = pointers.get(event.pointerId);
    if (!before) return;
    const now = at(event);
    pointers.set(event.pointerId, now);
    const [dx, dy] = [now.x - before.x, now.y - before.y];
    const other = [...pointers].find(([id]) => id !== event.pointerId)?.[1];
    if (!other) return send(dx, dy, event.shiftKey ? "pan" : "rotate");
    send(dx / 2, dy / 2, "pan"); // the other finger moves by its own events
    const spread = (point: { x: number; y: number }) => Math.max(1, Math.hypot(point.x - other.x, point.y - other.y));
    void api.zoomDrawing(spread(now) / spread(before), (now.x + other.x) / 2, (now.y + other.y) / 2);
  });
  for (const end of ["pointerup", "pointercancel"] as const)
    canvas.addEventListener(end, ({ pointerId }) => void pointers.delete(pointerId));
  canvas.addEventListener("dblclick", () => {
    moved();
    void api.resetDrawing();
  });
  canvas.addEventListener(
    "wheel",
    (event) => {
      const meant = event.ctrlKey || event.metaKey || document.activeElement === canvas;
      if (!meant) return; // the page scrolls
      event.preventDefault();
      moved();
      const pixels = event.deltaY * (event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 16 : 1);
      const { x, y } = at(event);
      void api.zoomDrawing(Math.exp(-pixels * (event.ctrlKey ? 0.01 : 0.0015)), x, y); // a pinch on a touchpad comes with ctrlKey
    },
    { passive: false },
  );
}

function moveKeys(canvas: HTMLCanvasElement, api: DrawingApi, moved: () => void): void {
  const steps: Record<string, [number, number]> = {
    ArrowLeft: [-KEY_STEP, 0],
    ArrowRight: [KEY_STEP, 0],
    ArrowUp: [0, -KEY_STEP],
    ArrowDown: [0, KEY_STEP],
  };
  canvas.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return; // the browser's own
    const step = steps[event.key];
    const closer = { "+": KEY_ZOOM, "=": KEY_ZOOM, "-": 1 / KEY_ZOOM }[event.key];
    if (step) void api.moveDrawing({ dx: step[0], dy: step[1], mode: event.shiftKey ? "pan" : "rotate" });
    else if (closer) void api.zoomDrawing(closer, canvas.clientWidth / 2, canvas.clientHeight / 2);
    else if (event.key === "0" || event.key === "Home") void api.resetDrawing();
    else return;
    event.preventDefault();
    moved();
  });
}

/** Asks for the neuron under the pointer and shows what is known of it; returns what hides that. */
function addTooltip(canvas: HTMLCanvasElement, api: DrawingApi, tip: HTMLElement): () => void {
  let wanted: { x: number; y: number } | null = null;
  let asking = false;
  const ask = async () => {
    if (asking) return;
    asking = true;
    while (wanted) {
      const { x, y } = wanted;
      wanted = null;
      const info = await api.pointAtDrawing(x, y).catch(() => null); // the device was lost, of which training tells
      if (info) show(tip, info, canvas);
      else tip.hidden = true;
      await new Promise((resolve) => setTimeout(resolve, HOVER_MS));
    }
    asking = false;
  };
  const hide = () => {
    tip.hidden = true;
    wanted = { x: -1e6, y: -1e6 }; // near no neuron
    void ask();
  };
  canvas.addEventListener("pointermove", (event) => {
    if (event.buttons !== 0) return;
    wanted = at(event);
    void ask();
  });
  canvas.addEventListener("click", (event) => {
    wanted = at(event); // a tap, where nothing hovers
    void ask();
  });
  canvas.addEventListener("pointerleave", (event) => {
    if (event.pointerType === "mouse") hide();
  });
  return hide;
}

function show(tip: HTMLElement, info: drawing.NamedNeuron, canvas: HTMLCanvasElement): void {
  const { name, degreeIn, degreeOut, strengthIn, strengthOut, inputs, inputNames } = info;
  const line = (label: string, degree: number, strength: number) =>
    degree > 0 && h("div", {}, `${label}: ${whole(degree)} connections, strength ${fixed(strength, 2)}`);
  tip.replaceChildren(
    h("strong", {}, name),
    ...[line("In", degreeIn, strengthIn), line("Out", degreeOut, strengthOut)].filter((node) => node !== false),
    ...(inputs.length > 0 ? [h("div", { class: "soft" }, "Strongest inputs")] : []),
    ...inputs.map(({ weight }, k) =>
      h("div", {}, `${inputNames[k]}: ${weight > 0 ? "+" : "\u2212"}${Math.abs(weight).toFixed(3)}`),
    ),
  );
  tip.hidden = false;
  const x = beside(info.x, tip.offsetWidth, canvas.clientWidth);
  const y = beside(info.y, tip.offsetHeight, canvas.clientHeight);
  tip.style.setProperty("--x", `${x}px`);
  tip.style.setProperty("--y", `${y}px`);
}

/** Where something of `length` starts, so that it lies beside `position` within [0, room]: after it, else before it. */
function beside(position: number, length: number, room: number): number {
  const after = position + 14;
  return Math.max(0, after + length <= room ? after : Math.min(position - 14, room) - length);
}

function at({ offsetX: x, offsetY: y }: MouseEvent): { x: number; y: number } {
  return { x, y };
}
