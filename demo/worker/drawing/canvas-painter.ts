import type { NetworkView } from "../../../src/api/index.js";
import { NONE, type Painter, type Scene } from "./painter.js";
import { NEVER, type Picture } from "./picture.js";
import type { Pen } from "./svg-pen.js";

/** Steps of opacity that lines are drawn in: those of one are one path. */
const STEPS = 60;
/** Lines of a path at most: longer ones take canvases more than their share of time. */
const LINES = 250;
/** Opacity of the strongest connections. */
const STRONGEST = 0.75;

/** Paints networks of the CPU device on a canvas, by their weights as they last were read. */
export function createCanvasPainter(canvas: OffscreenCanvas): Painter {
  const context = canvas.getContext("2d", { willReadFrequently: true });
  if (!context) throw new Error("the canvas gives no 2D context");
  let shown: Picture | null = null;
  let weights: Float32Array[] = [];
  const read = async () => {
    const picture = shown;
    if (!picture?.view.valid) return;
    const now = await weightsOf(picture.view);
    if (shown === picture) weights = now;
  };
  return {
    most: 5000,
    show(picture) {
      shown = picture;
      weights = [];
      return read();
    },
    lit() {}, // places are read when they are painted
    frame({ camera, theme, size, time, fade, highlight }) {
      if (!shown) return;
      const { width, height, pixelRatio } = size;
      Object.assign(canvas, { width: Math.max(1, width * pixelRatio), height: Math.max(1, height * pixelRatio) });
      context.scale(pixelRatio, pixelRatio);
      paint(context, shown, weights, { camera, theme, size, time, fade, highlight });
      context.getImageData(0, 0, 1, 1); // makes the canvas paint now, so that what it takes is known
      void read(); // for the next frame
    },
    async weights(view, layer, slots) {
      const all = (await weightsOf(view))[layer];
      return Float32Array.from(slots, (slot) => all[slot]);
    },
    dispose() {
      shown = null;
    },
  };
}

/** [slots] the weights of every layer. */
export async function weightsOf({ device, layers }: NetworkView): Promise<Float32Array[]> {
  const blocks = layers.flatMap((layer, l) => layer.blocks.map((block) => ({ l, block })));
  const values = await device.read(blocks.map(({ block }) => block.values));
  const whole = layers.map(({ blocks }) => new Float32Array(blocks.reduce((sum, { slots }) => sum + slots, 0)));
  blocks.forEach(({ l, block: { slotStart, slots } }, i) => {
    whole[l].set(values[i].subarray(0, slots), slotStart);
  });
  return whole;
}

type Point = ReturnType<Scene["camera"]["project"]>;

/** Planes, and the connections between them, the farthest first. */
export function paint(context: Pen, picture: Picture, weights: readonly Float32Array[], scene: Scene): void {
  const { camera } = scene;
  const { depth, places } = picture.layout;
  const points: Point[] = [];
  for (let at = 0; at < places.length; at += 4) points.push(camera.project(places.subarray(at, at + 3)));
  const away = (x: number) => Math.abs(x - camera.eye[0]);
  const parts = [
    ...picture.dots.map((_, plane) => ({ x: depth[plane], paint: () => paintDots(context, picture, plane, points, scene) })),
    ...picture.links.map((_, l) => ({
      x: (depth[l] + depth[l + 1]) / 2,
      paint: () => weights[l] && paintLinks(context, picture.links[l], weights[l], points, scene),
    })),
  ];
  for (const part of parts.toSorted((a, b) => away(b.x) - away(a.x))) part.paint();
}

/** From 0 at `start` to 1 when the fade is over. */
const passed = ({ time, fade }: Scene, start: number) => Math.min(Math.max((time - start) / fade, 0), 1);

/** Hue by the weight's sign, opacity by |w| / (3 rms of the layer's weights); new ones in the fresh colour, pruned ones in ink. */
function paintLinks(
  context: Pen,
  { live, leaving }: Picture["links"][number],
  weights: Float32Array,
  points: readonly Point[],
  scene: Scene,
): void {
  const { theme, highlight } = scene;
  const rms = Math.sqrt(weights.reduce((sum, w) => sum + w * w, 0) / Math.max(1, weights.length)) || 1e-12;
  const strongest = Math.min(1, Math.max(0.45, 40 / Math.sqrt(live.length + 1))) * STRONGEST;
  const buckets = new Map<string, (readonly [Point, Point])[]>();
  const put = (colour: readonly number[], alpha: number, start: number, end: number) => {
    const attached = highlight === start || highlight === end;
    const seen = highlight === NONE ? alpha : attached ? Math.max(alpha, 0.4) : 0.2 * alpha;
    const step = Math.round(seen * STEPS) / STEPS;
    if (step === 0) return;
    const style = `rgb(${colour
      .slice(0, 3)
      .map((part) => Math.round(255 * part))
      .join(" ")} / ${step})`;
    const lines = buckets.get(style) ?? [];
    buckets.set(style, lines);
    lines.push([points[start], points[end]]);
  };
  for (const { start, end, slot, since } of live) {
    const strength = Math.min(1, Math.abs(weights[slot]) / (3 * rms));
    const fresh = passed(scene, since) < 0.7;
    const colour = fresh ? theme.fresh : weights[slot] >= 0 ? theme.positive : theme.negative;
    put(colour, fresh ? 0.18 * strongest : strongest * (0.02 + 0.98 * strength * strength), start, end);
  }
  for (const { start, end, until } of leaving) put(theme.ink, 0.04 * (1 - passed(scene, until)) ** 2, start, end);
  context.lineWidth = Math.min(1, Math.max(0.6, scene.size.width / 600));
  for (const [style, lines] of buckets) {
    context.strokeStyle = style;
    for (let from = 0; from < lines.length; from += LINES) {
      context.beginPath();
      for (const [a, b] of lines.slice(from, from + LINES)) {
        if (!a || !b) continue;
        context.moveTo(a.x, a.y);
        context.lineTo(b.x, b.y);
      }
      context.stroke();
    }
  }
}

/** Discs with a rim of paper, their radius by degree, in the fresh colour as far as they are lit; those that were removed shrink. */
function paintDots(context: Pen, { dots, layout }: Picture, plane: number, points: readonly Point[], scene: Scene): void {
  const { camera, theme, highlight } = scene;
  const css = (colour: readonly number[]) => `rgb(${colour.slice(0, 3).map((part) => Math.round(255 * part))})`;
  const lit = (by: number) => theme.ink.map((part, c) => part + by * (theme.fresh[c] - part));
  const { live, leaving } = dots[plane];
  context.strokeStyle = css(theme.paper);
  context.lineWidth = 1.2;
  for (const { place, radius, since, until } of [...live, ...leaving]) {
    const at = points[place];
    const shown = passed(scene, since) * (until === NEVER ? 1 : 1 - passed(scene, until));
    if (!at || shown === 0) continue;
    const pointed = place === highlight;
    context.fillStyle = css(lit(pointed ? 1 : layout.places[4 * place + 3]));
    context.beginPath();
    context.arc(at.x, at.y, Math.max((camera.scale * radius) / at.distance, 0.9) * shown * (pointed ? 1.5 : 1), 0, 2 * Math.PI);
    context.fill();
    context.stroke();
  }
}
