import type { NetworkView } from "../../../src/api/index.js";
import { type Camera, createCamera } from "./camera.js";
import { describeNeuron, type NeuronInfo, type NeuronPlace } from "./neuron-info.js";
import { NONE, type Painter, type Scene } from "./painter.js";
import { compose, inputIds, NEVER, type Picture } from "./picture.js";
import { themeOf } from "./theme.js";

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
  /** Composes the network that was shown last, before a frame: evolutions may be more than frames. Resolves when its weights are known, if that takes a moment. */
  ready(): Promise<void> | undefined;
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
  /** Lights up the neurons of each layer, inputs first, by what they answer, each layer by its largest; null: none. */
  light(answers: readonly Float32Array[] | null): void;
  /** Where the outputs are seen. */
  outputs(): readonly { readonly id: number; readonly x: number; readonly y: number }[];
  /** What is drawn and how, to be drawn elsewhere; null before `show`. */
  still(): { readonly picture: Picture; readonly scene: Scene } | null;
  stats(): DrawingStats;
  dispose(): void;
}

/** Seconds that a change takes to fade. */
const FADE = 0.9;
/** So many times as many connections are drawn of a network that stands still. */
const STILL = 3;
/** How near the pointer has to be, beside the neuron's own radius. */
const REACH = 9;

/** A drawing of networks by `painter`. Nothing is seen before `show`. */
export function createDrawing(painter: Painter, options: DrawingOptions): Drawing {
  const fade = options.reducedMotion ? 0 : FADE;
  const origin = performance.now(); // the shaders' 32-bit seconds start here
  const seconds = (time: number) => (time - origin) / 1000;
  let theme = themeOf(options.dark);
  let size = { width: 300, height: 150, pixelRatio: 1 };
  let picture: Picture | null = null;
  let waiting: { readonly view: NetworkView; readonly still: boolean; readonly time: number } | null = null;
  let camera: Camera | null = null;
  let still = false;
  let highlight = NONE;
  let changed = true;
  let last = -NEVER;
  let frames = 0;

  const sceneAt = (time: number, eye: Camera): Scene => {
    return { camera: eye, theme, size, time: seconds(time), fade: Math.max(fade, 1e-6), highlight };
  };
  /** Composes what was shown last, and resolves when its weights are known, if that takes a moment. */
  const take = () => {
    if (!waiting) return undefined;
    const { view, time, still: nowStill } = waiting;
    waiting = null;
    if (!view.valid) return undefined; // its weights are gone: the network before stays
    still = nowStill;
    const layout = picture?.layout;
    picture = compose(view, options.imageShape, picture, seconds(time), fade, still ? STILL * painter.most : painter.most);
    if (picture.layout !== layout) highlight = NONE;
    if (!camera || picture.layout.sizes.join() !== layout?.sizes.join())
      camera = createCamera(picture.layout, size.width, size.height);
    changed = true;
    return painter.show(picture)?.then(() => {
      changed = true;
    });
  };
  return {
    show(view, nowStill = false, time = performance.now()) {
      waiting = { view, still: nowStill, time };
      if (nowStill || !picture) void take(); // its weights may be gone by the next frame
    },
    ready: () => take(),
    frame(time) {
      void take();
      if (!picture || !camera) return;
      painter.frame(sceneAt(time, camera));
      frames++;
      last = time;
      changed = false;
    },
    due(time, { fading, following } = GPU_PACE) {
      if (!picture) return false;
      const lent = (waiting ?? picture).view.valid && !still;
      const since = time - last;
      if (seconds(last) <= picture.settled && (!lent || since >= fading)) return true; // one frame is drawn when all is over
      if (waiting && since >= fading) return true;
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
      void take();
      if (!picture?.view.valid || !camera) return null;
      const found = nearest(picture, camera, x, y);
      return found && describeNeuron(picture.view, found, painter.weights);
    },
    highlight(neuron) {
      const place = picture && neuron ? picture.layout.first[neuron.layer] + neuron.id : NONE;
      changed ||= place !== highlight;
      highlight = place;
    },
    light(answers) {
      if (!picture) return;
      lightUp(picture, answers);
      painter.lit();
      changed = true;
    },
    still: () => picture && camera && { picture, scene: sceneAt(performance.now() + 1000 * FADE, camera) },
    stats: () => ({
      drawnConnections: picture?.links.reduce((sum, { live }) => sum + live.length, 0) ?? 0,
      connections: picture?.connections ?? 0,
      drawnNeurons: picture?.dots.reduce((sum, { live }) => sum + live.length, 0) ?? 0,
      frames,
    }),
    outputs() {
      const { layout, dots } = picture ?? {};
      if (!layout || !dots || !camera) return [];
      const eye = camera;
      const plane = dots.length - 1;
      return dots[plane].live.flatMap(({ place }) => {
        const at = eye.project(layout.places.subarray(4 * place, 4 * place + 3));
        return at ? [{ id: place - layout.first[plane], x: Math.round(at.x), y: Math.round(at.y) }] : [];
      });
    },
    dispose() {
      painter.dispose();
      [picture, camera] = [null, null];
    },
  };
}

/** Puts how much each neuron is lit, from 0 to 1, beside its place. */
function lightUp({ layout: { places, first }, view }: Picture, answers: readonly Float32Array[] | null): void {
  for (let at = 3; at < places.length; at += 4) places[at] = 0;
  for (const [layer, values] of (answers ?? []).entries()) {
    const ids = inputIds(view, layer);
    const most = values.reduce((all, value) => Math.max(all, Math.abs(value)), 0) || 1;
    for (const [n, value] of values.entries())
      if (n < ids.length) places[4 * (first[layer] + ids[n]) + 3] = Math.abs(value) / most;
  }
}

/** The neuron drawn nearest to (x, y), within reach of it; of several as near, the one in front. */
function nearest({ dots, layout }: Picture, camera: Camera, x: number, y: number): NeuronPlace | null {
  let best: NeuronPlace | null = null;
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
