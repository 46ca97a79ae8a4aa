import type { Dataset, Device, NetworkView } from "../../../src/api/index.js";
import { html } from "../../../src/report/html.js";
import { inputName } from "../../names.js";
import { currentData } from "../data.js";
import { isWebgpu, whenGone } from "../device.js";
import { createCanvasPainter, paint, weightsOf } from "./canvas-painter.js";
import { createDrawing, type Drawing, type DrawingStats } from "./drawing.js";
import { createGpuPainter, type Target } from "./gpu-painter.js";
import { createDrawingLoop, type DrawingLoop } from "./loop.js";
import type { NeuronInfo } from "./neuron-info.js";
import type { Painter } from "./painter.js";
import { createSvgPen } from "./svg-pen.js";
import { themeOf } from "./theme.js";

/** Size of the canvas in CSS pixels, and device pixels of each. */
export interface CanvasSize {
  readonly width: number;
  readonly height: number;
  readonly pixelRatio: number;
}

/** Where an output is seen, and its name. */
export interface Output {
  readonly x: number;
  readonly y: number;
  readonly name: string;
}

/** What a page is told of its drawing. */
export interface Watcher {
  /** The canvas that a network is on. */
  drawn(on: keyof Canvases): void;
  outputs(outputs: readonly Output[]): void;
}

/** A canvas for networks on a GPU, and one for those on the CPU: one that has given WebGPU gives nothing else any more. */
export interface Canvases {
  readonly webgpu: OffscreenCanvas;
  readonly cpu: OffscreenCanvas;
}

interface Screen extends Watcher {
  readonly canvases: Canvases;
  readonly reducedMotion: boolean;
  size: CanvasSize;
  dark: boolean;
  /** Whether the visitor sees it: what is out of view is not drawn. */
  seen: boolean;
  view?: { readonly shown: NetworkView; readonly still: boolean };
  current?: { readonly drawing: Drawing; readonly device: Device; readonly data: Dataset; readonly loop: DrawingLoop };
  /** The outputs that the page was told last. */
  told: string;
}

/** The first is that of the first run, the others those of the runs it races against. */
const screens: Screen[] = [];
/** When training last stood between two submits. */
let lastHeld = -Infinity;
/** ms after which it is taken to be no longer under way. */
const HELD_MS = 300;
/** Outputs that are named: more names would lie upon each other. */
const MOST_NAMES = 26;

/** Takes the canvases that networks of a run are drawn on from now on. */
export async function openDrawing(
  screen: number,
  canvases: Canvases,
  options: Pick<Screen, "reducedMotion" | "size" | "dark">,
  drawn: Watcher["drawn"],
  outputs: Watcher["outputs"],
): Promise<void> {
  if (screens[screen]) closeDrawing(screens[screen]);
  const { view } = screens[screen] ?? {};
  screens[screen] = { canvases, drawn, outputs, ...options, seen: true, told: "", view };
  redraw(screens[screen]);
}

/** Draws a network, and follows its weights while it is lent, unless they stand `still`. */
export function drawView(shown: NetworkView, screen = 0, still = false): void {
  const on = screens[screen];
  if (!on) return;
  on.view = { shown, still };
  if (on.seen || still) redraw(on); // what stands still may be gone when it is seen
}

function redraw(screen: Screen): void {
  const { shown, still } = screen.view ?? {};
  if (!shown?.valid) return;
  const { device } = shown;
  if (screen.current?.device !== device || screen.current.data !== currentData()) {
    closeDrawing(screen);
    screen.current = startDrawing(screen, device);
  }
  screen.current.drawing.show(shown, still);
  screen.drawn(device.info.kind);
}

function startDrawing(screen: Screen, device: Device) {
  const { reducedMotion, dark, size } = screen;
  const data = currentData();
  const drawing = createDrawing(painterFor(screen.canvases, device), {
    imageShape: data.imageShape ?? null,
    reducedMotion,
    dark,
  });
  drawing.resize(size.width, size.height, size.pixelRatio);
  const leaves = () => performance.now() - lastHeld < HELD_MS;
  const done = () =>
    isWebgpu(device) ? device.gpuDevice.queue.onSubmittedWorkDone() : new Promise((resolve) => setTimeout(resolve));
  const loop = createDrawingLoop(drawing, { leaves, done }, () => tellOutputs(screen));
  loop.see(screen.seen);
  whenGone(device, loop.stop);
  return { drawing, device, data, loop };
}

function closeDrawing(screen: Screen): void {
  screen.current?.loop.stop();
  screen.current?.drawing.dispose();
  screen.current = undefined;
}

/** Where the outputs are seen, by their names; none where there are too many. */
function outputsOf(
  { data: { classes, targetNames: names = classes }, drawing }: NonNullable<Screen["current"]>,
  { shown }: NonNullable<Screen["view"]>,
): Output[] {
  const { layers } = shown;
  const named = names.length <= MOST_NAMES && layers[layers.length - 1].out === names.length; // a model may be of other data
  return named ? drawing.outputs().map(({ id, x, y }) => ({ x, y, name: names[id] })) : [];
}

/** Tells where the outputs are, if they are seen elsewhere than before. */
function tellOutputs(screen: Screen): void {
  const { current, view } = screen;
  if (!current || !view) return;
  const outputs = outputsOf(current, view);
  const text = JSON.stringify(outputs);
  if (text !== screen.told) screen.outputs(outputs);
  screen.told = text;
}

function painterFor({ webgpu, cpu }: Canvases, device: Device): Painter {
  return isWebgpu(device) ? createGpuPainter(canvasTarget(webgpu, device.gpuDevice), device) : createCanvasPainter(cpu);
}

/** The canvas as a target: transparent where nothing is drawn. */
function canvasTarget(canvas: OffscreenCanvas, device: GPUDevice): Target {
  const context = canvas.getContext("webgpu");
  if (!context) throw new Error("the canvas gives no WebGPU context");
  const format = navigator.gpu.getPreferredCanvasFormat();
  context.configure({ device, format, alphaMode: "premultiplied" });
  return {
    format,
    resize(width, height) {
      if (canvas.width !== width) canvas.width = width;
      if (canvas.height !== height) canvas.height = height;
    },
    texture: () => context.getCurrentTexture(),
  };
}

/** Draws what is due of a training, which waits for it: its time is none of training's. */
export function drawHeld(): Promise<void> | undefined {
  lastHeld = performance.now();
  const frames = screens.flatMap(({ current }) => {
    const frame = current?.loop.draw();
    return frame ? [frame] : [];
  });
  return frames.length > 0 ? Promise.all(frames).then(() => {}) : undefined;
}

/** Whether the visitor sees a drawing. */
export async function seeDrawing(screen: number, seen: boolean): Promise<void> {
  const on = screens[screen];
  if (!on || on.seen === seen) return;
  on.seen = seen;
  on.current?.loop.see(seen);
  if (seen) redraw(on);
}

export async function resizeDrawing(screen: number, size: CanvasSize): Promise<void> {
  screens[screen].size = size;
  screens[screen].current?.drawing.resize(size.width, size.height, size.pixelRatio);
}

export async function moveDrawing(screen: number, move: Parameters<Drawing["camera"]>[0]): Promise<void> {
  screens[screen].current?.drawing.camera(move);
}

export async function zoomDrawing(screen: number, factor: number, x: number, y: number): Promise<void> {
  screens[screen].current?.drawing.zoom(factor, x, y);
}

export async function resetDrawing(screen: number): Promise<void> {
  screens[screen].current?.drawing.reset();
}

export async function themeDrawing(screen: number, dark: boolean): Promise<void> {
  screens[screen].dark = dark;
  screens[screen].current?.drawing.theme(dark);
}

/** A neuron under the pointer, and the names of it and of its strongest inputs. */
export interface NamedNeuron extends NeuronInfo {
  readonly name: string;
  readonly inputNames: readonly string[];
}

/** What is known of the neuron near (x, y), whose connections are brought out; null, and none are, where there is no neuron. */
export async function pointAtDrawing(screen: number, x: number, y: number): Promise<NamedNeuron | null> {
  const { current, view } = screens[screen];
  if (!current) return null;
  const { drawing, data } = current;
  const info = await drawing.pick(x, y);
  drawing.highlight(info);
  if (!info) return null;
  const nameOf = (layer: number, id: number) =>
    layer > 0 ? `neuron ${id + 1}` : inputName(view?.shown.layers[0].in === data.features ? data : {}, id); // a model may be of other data
  return {
    ...info,
    name: info.layer > 0 ? `Layer ${info.layer}, ${nameOf(info.layer, info.id)}` : `Input: ${nameOf(0, info.id)}`,
    inputNames: info.inputs.map(({ id }) => nameOf(info.layer - 1, id)),
  };
}

/** Lights up the neurons of each layer, inputs first, by what they answer to a sample; null: none. */
export function lightDrawing(screen: number, answers: readonly Float32Array[] | null): void {
  screens[screen]?.current?.drawing.light(answers);
}

/** The network as it is seen, as an SVG file. Throws where nothing is drawn, or its weights are no longer to be had. */
export async function networkSvg(screen: number): Promise<string> {
  const { current, view } = screens[screen];
  const still = current?.drawing.still();
  if (!current || !still || !view?.shown.valid)
    throw new Error("no network is on the device now: train one, or wait for the end of the training");
  const pen = createSvgPen();
  const [{ size }, theme] = [still.scene, themeOf(false)]; // files are on white
  const weights = await weightsOf(view.shown);
  paint(pen, still.picture, weights, { ...still.scene, theme });
  const ink = theme.ink.slice(0, 3).map((part) => Math.round(255 * part));
  const names = outputsOf(current, view).map(({ x, y, name }) => textAt(x + 8, y + 4, name, `rgb(${ink})`));
  const box = `width="${size.width}" height="${size.height}" viewBox="0 0 ${size.width} ${size.height}"`;
  return `<svg xmlns="http://www.w3.org/2000/svg" ${box} font-family="sans-serif" font-size="12">${pen.elements.join("")}${names.join("")}</svg>\n`;
}

function textAt(x: number, y: number, text: string, fill: string): string {
  return html`<text x="${x}" y="${y}" fill="${fill}">${text}</text>`.text;
}

/** Numbers of the drawing; null before there is one. */
export async function drawingStats(screen = 0): Promise<DrawingStats | null> {
  return screens[screen]?.current?.drawing.stats() ?? null;
}
