import type { NetworkView } from "../../../src/api/index.js";
import type { Camera } from "./camera.js";
import type { Picture } from "./picture.js";
import type { Theme } from "./theme.js";

/** What a frame is drawn by. */
export interface Scene {
  readonly camera: Camera;
  readonly theme: Theme;
  /** CSS pixels, and device pixels of each. */
  readonly size: { readonly width: number; readonly height: number; readonly pixelRatio: number };
  /** Seconds, and how many of them a change takes to fade. */
  readonly time: number;
  readonly fade: number;
  /** Place of the neuron that is pointed at, or NONE. */
  readonly highlight: number;
}

export const NONE = 0xffffffff;

/** Paints pictures of networks: by shaders where the weights are on a GPU, by a canvas where they are on the CPU. */
export interface Painter {
  /** Connections of a layer that are drawn, about: more would take from training and show less. */
  readonly most: number;
  /** Takes the picture to paint from now on, with the weights as they are. Resolves when they are known, if that takes a moment. */
  show(picture: Picture): Promise<void> | undefined;
  /** Takes the lights of the picture's places, which are others now. */
  lit(): void;
  /** Paints a frame: with the weights as they are now while the picture's view is valid, else as they last were. */
  frame(scene: Scene): void;
  /** Weights in some slots (increasing) of a layer of a view, which need not stay valid after the call. */
  weights(view: NetworkView, layer: number, slots: readonly number[]): Promise<Float32Array>;
  dispose(): void;
}
