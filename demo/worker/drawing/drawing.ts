import type { NetworkView, WebgpuDevice } from "../../../src/api/index.js";
import { type Camera, createCamera } from "./camera.js";
import { describeNeuron, type NeuronInfo } from "./neuron-info.js";
import { compose, NEVER, type Picture } from "./picture.js";
import { createPipelines, createScenery, SCENE_WORDS, type Scenery } from "./renderer.js";
import { type Theme, themeOf } from "./theme.js";

/** Where frames go. */
export interface Target {
  readonly format: GPUTextureFormat;
  /** Device pixels of the next texture. */
  resize(width: number, height: number): void;
  /** The texture of the frame that is drawn now; usage RENDER_ATTACHMENT. */
  texture(): GPUTexture;
}

export interface DrawingOptions {
  /** [height, width] of the samples, so that inputs stand like pixels; null where they are no pictures. */
  readonly imageShape: readonly [number, number] | null;
  /** Changes are shown at once rather than faded. */
  readonly reducedMotion: boolean;
  readonly dark: boolean;
}

export interface DrawingStats {
  readonly drawnConnections: number;
  readonly connections: number;
  readonly drawnNeurons: number;
  readonly frames: number;
}

/** Milliseconds from a frame to the next while training: when something fades, and when only weights move. */
export interface Pace {
  readonly fading: number;
  readonly following: number;
}

/** 30 frames a second at most, and 10 to follow the weights, so that the device is left for training. */
const GPU_PACE: Pace = { fading: 33, following: 100 };

/** A picture of a network. Times are milliseconds of performance.now(), positions CSS pixels from the top left. */
export interface Drawing {
  /** Shows a network: at the start and after every evolution. What has gone since fades out, what has come fades in. `still`: no training moves its weights. */
  show(view: NetworkView, still?: boolean, time?: number): void;
  /** Draws a frame: with the weights as they are now while the view is valid, else as they last were. */
  frame(time: number): void;
  /** Whether it is time for a frame: something was moved or fades, or training may have moved weights. */
  due(time: number, pace?: Pace): boolean;
  resize(width: number, height: number, pixelRatio: number): void;
  camera(move: { readonly dx: number; readonly dy: number; readonly mode: "pan" | "rotate" }): void;
  zoom(factor: number, x: number, y: number): void;
  reset(): void;
  theme(dark: boolean): void;
  /** What is known of the neuron near (x, y); null where there is none, or the weights are not to be had. */
  pick(x: number, y: number): Promise<NeuronInfo | null>;
  /** Brings out a neuron's own connections; null: all alike again. */
  highlight(neuron: { readonly layer: number; readonly id: number } | null): void;
  stats(): DrawingStats;
  dispose(): void;
}

/** Seconds that a change takes to fade. */
const FADE = 0.9;
const NONE = 0xffffffff;
/** How near the pointer has to be, beside the neuron's own radius. */
const REACH = 9;

/** A drawing of networks on `device`, whose lent buffers it reads where they are. Nothing is seen before `show`. */
export function createDrawing(target: Target, device: WebgpuDevice, options: DrawingOptions): Drawing {
  const gpu = device.gpuDevice;
  const pipelines = createPipelines(gpu, target.format);
  const usage = GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST;
  const scene = gpu.createBuffer({ label: "drawing scene", size: 4 * SCENE_WORDS, usage });
  const fade = options.reducedMotion ? 0 : FADE;
  const origin = performance.now(); // the shaders' 32-bit seconds start here
  const seconds = (time: number) => (time - origin) / 1000;
  let theme = themeOf(options.dark);
  let size = { width: 300, height: 150, pixelRatio: 1 };
  let picture: Picture | null = null;
  let scenery: Scenery | null = null;
  let camera: Camera | null = null;
  let still = false;
  let highlight = NONE;
  let changed = true;
  let last = -NEVER;
  let frames = 0;

  const devicePixels = () =>
    [size.width, size.height].map((length) => Math.max(1, Math.round(length * size.pixelRatio))) as [number, number];
  const gatherNow = () => {
    if (!picture?.view.valid) return;
    const encoder = gpu.createCommandEncoder({ label: "drawing weights" });
    scenery?.gather(encoder);
    gpu.queue.submit([encoder.finish()]);
  };

  return {
    show(view, nowStill = false, time = performance.now()) {
      still = nowStill;
      const layout = picture?.layout;
      picture = compose(view, options.imageShape, picture, seconds(time), fade);
      if (picture.layout !== layout) highlight = NONE;
      if (!camera || picture.layout.sizes.join() !== layout?.sizes.join())
        camera = createCamera(picture.layout, size.width, size.height);
      scenery?.destroy();
      scenery = createScenery(device, pipelines, scene, picture);
      gatherNow(); // the view may end before the next frame
      changed = true;
    },
    frame(time) {
      if (!picture || !scenery || !camera) return;
      gatherNow();
      target.resize(...devicePixels()); // here, as a canvas is blank after it
      const numbers = [...devicePixels(), ...camera.range, size.pixelRatio, seconds(time), Math.max(fade, 1e-6)];
      gpu.queue.writeBuffer(scene, 0, sceneOf(camera, theme, numbers, highlight));
      submitFrame(gpu, target.texture(), scenery, camera);
      frames++;
      last = time;
      changed = false;
    },
    due(time, { fading, following } = GPU_PACE) {
      if (!picture) return false;
      const lent = picture.view.valid && !still;
      const since = time - last;
      if (seconds(last) <= picture.settled && (!lent || since >= fading)) return true; // one frame is drawn when all is over
      return (changed && (!lent || since >= GPU_PACE.fading)) || (lent && since >= following);
    },
    resize(width, height, pixelRatio) {
      size = { width: Math.max(1, width), height: Math.max(1, height), pixelRatio };
      camera?.resize(size.width, size.height);
      changed = true;
    },
    camera({ dx, dy, mode }) {
      camera?.move(dx, dy, mode);
      changed = true;
    },
    zoom(factor, x, y) {
      camera?.zoom(factor, x, y);
      changed = true;
    },
    reset() {
      camera?.reset();
      changed = true;
    },
    theme(dark) {
      theme = themeOf(dark);
      changed = true;
    },
    async pick(x, y) {
      if (!picture?.view.valid || !camera) return null;
      const found = nearest(picture, camera, x, y);
      return found && describeNeuron(device, pipelines.gather, picture.view, found);
    },
    highlight(neuron) {
      const place = picture && neuron ? picture.layout.first[neuron.layer] + neuron.id : NONE;
      changed ||= place !== highlight;
      highlight = place;
    },
    stats: () => ({
      drawnConnections: picture?.links.reduce((sum, { live }) => sum + live.length, 0) ?? 0,
      connections: picture?.connections ?? 0,
      drawnNeurons: picture?.dots.reduce((sum, { live }) => sum + live.length, 0) ?? 0,
      frames,
    }),
    dispose() {
      scenery?.destroy();
      scene.destroy();
      [picture, scenery, camera] = [null, null, null];
    },
  };
}

/** The scene's words as the shaders read them (scene.wgsl): the camera, five colours, seven numbers, and the place that is brought out. */
function sceneOf(camera: Camera, theme: Theme, numbers: readonly number[], highlight: number): Float32Array<ArrayBuffer> {
  const floats = new Float32Array(SCENE_WORDS);
  floats.set(camera.viewProjection);
  [theme.positive, theme.negative, theme.ink, theme.fresh, theme.paper].forEach((colour, i) => {
    floats.set(colour, 16 + 4 * i);
  });
  floats.set(numbers, 36);
  new Uint32Array(floats.buffer)[43] = highlight;
  return floats;
}

function submitFrame(gpu: GPUDevice, texture: GPUTexture, scenery: Scenery, camera: Camera): void {
  const encoder = gpu.createCommandEncoder({ label: "drawing" });
  const pass = encoder.beginRenderPass({
    label: "drawing",
    colorAttachments: [{ view: texture.createView(), clearValue: [0, 0, 0, 0], loadOp: "clear", storeOp: "store" }],
  });
  scenery.draw(pass, camera.eye[0]);
  pass.end();
  gpu.queue.submit([encoder.finish()]);
}

/** The neuron drawn nearest to (x, y), within reach of it; of several as near, the one in front. */
function nearest({ dots, layout }: Picture, camera: Camera, x: number, y: number) {
  let best: { layer: number; id: number; x: number; y: number } | null = null;
  let least = Infinity;
  dots.forEach(({ live }, layer) => {
    for (const { place, radius } of live) {
      const at = camera.project(layout.places.subarray(4 * place, 4 * place + 3));
      if (!at) continue;
      const away = Math.max(0, Math.hypot(at.x - x, at.y - y) - (camera.scale * radius) / at.distance);
      const score = away + 0.1 * at.distance;
      if (away > REACH || score >= least) continue;
      best = { layer, id: place - layout.first[layer], x: at.x, y: at.y };
      least = score;
    }
  });
  return best;
}
