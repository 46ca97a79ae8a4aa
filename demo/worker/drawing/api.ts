import type { Dataset, NetworkView, WebgpuDevice } from "../../../src/api/index.js";
import { inputName } from "../../names.js";
import { currentData } from "../data.js";
import { isWebgpu } from "../device.js";
import { createDrawing, type Drawing, type DrawingStats, type Target } from "./drawing.js";
import { createDrawingLoop } from "./loop.js";
import type { NeuronInfo } from "./neuron-info.js";

/** Size of the canvas in CSS pixels, and device pixels of each. */
export interface CanvasSize {
  readonly width: number;
  readonly height: number;
  readonly pixelRatio: number;
}

interface Open {
  readonly canvas: OffscreenCanvas;
  /** Told whether a network is on the canvas. */
  readonly drawn: (drawn: boolean) => void;
  readonly reducedMotion: boolean;
  size: CanvasSize;
  dark: boolean;
}

let open: Open | undefined;
let view: NetworkView | undefined;
let current: { readonly drawing: Drawing; readonly device: WebgpuDevice; readonly data: Dataset; stop(): void } | undefined;

/** Takes the canvas that networks are drawn on from now on; `drawn` is told when there is one, and when there is none any more. */
export async function openDrawing(
  canvas: OffscreenCanvas,
  options: Omit<Open, "canvas" | "drawn">,
  drawn: Open["drawn"],
): Promise<void> {
  closeDrawing();
  open = { canvas, drawn, ...options };
  if (view?.valid) drawView(view);
}

/** Draws a network, and follows its weights while it is lent, unless they stand `still`. One on the CPU device is not drawn, nor is what was before it. */
export function drawView(shown: NetworkView, still = false): void {
  view = shown;
  const { device } = shown;
  if (!open) return;
  if (!isWebgpu(device)) {
    closeDrawing();
    open.drawn(false);
    return;
  }
  if (current?.device !== device || current.data !== currentData()) {
    closeDrawing();
    current = startDrawing(open, device);
  }
  current.drawing.show(shown, still);
  open.drawn(true);
}

function startDrawing({ canvas, reducedMotion, dark, size }: Open, device: WebgpuDevice) {
  const data = currentData();
  const imageShape = data.imageShape ?? null;
  const drawing = createDrawing(canvasTarget(canvas, device.gpuDevice), device, { imageShape, reducedMotion, dark });
  drawing.resize(size.width, size.height, size.pixelRatio);
  const loop = createDrawingLoop(drawing, device.gpuDevice);
  return { drawing, device, data, stop: loop.stop };
}

function closeDrawing(): void {
  current?.stop();
  current?.drawing.dispose();
  current = undefined;
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

export async function resizeDrawing(size: CanvasSize): Promise<void> {
  if (open) open.size = size;
  current?.drawing.resize(size.width, size.height, size.pixelRatio);
}

export async function moveDrawing(move: Parameters<Drawing["camera"]>[0]): Promise<void> {
  current?.drawing.camera(move);
}

export async function zoomDrawing(factor: number, x: number, y: number): Promise<void> {
  current?.drawing.zoom(factor, x, y);
}

export async function resetDrawing(): Promise<void> {
  current?.drawing.reset();
}

export async function themeDrawing(dark: boolean): Promise<void> {
  if (open) open.dark = dark;
  current?.drawing.theme(dark);
}

/** A neuron under the pointer, and the names of it and of its strongest inputs. */
export interface NamedNeuron extends NeuronInfo {
  readonly name: string;
  readonly inputNames: readonly string[];
}

/** What is known of the neuron near (x, y), whose connections are brought out; null, and none are, where there is no neuron. */
export async function pointAtDrawing(x: number, y: number): Promise<NamedNeuron | null> {
  if (!current) return null;
  const { drawing, data } = current;
  const info = await drawing.pick(x, y);
  drawing.highlight(info);
  if (!info) return null;
  const nameOf = (layer: number, id: number) =>
    layer > 0 ? `neuron ${id + 1}` : inputName(view?.layers[0].in === data.features ? data : {}, id); // a model may be of other data
  return {
    ...info,
    name: info.layer > 0 ? `Layer ${info.layer}, ${nameOf(info.layer, info.id)}` : `Input: ${nameOf(0, info.id)}`,
    inputNames: info.inputs.map(({ id }) => nameOf(info.layer - 1, id)),
  };
}

/** Numbers of the drawing; null before there is one. */
export async function drawingStats(): Promise<DrawingStats | null> {
  return current?.drawing.stats() ?? null;
}
