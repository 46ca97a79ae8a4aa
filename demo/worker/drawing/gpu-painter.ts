import type { WebgpuDevice } from "../../../src/api/index.js";
import type { Painter, Scene } from "./painter.js";
import type { Picture } from "./picture.js";
import { createPipelines, createScenery, SCENE_WORDS, type Scenery } from "./renderer.js";
import { readWeights } from "./weights.js";

/** Where frames go. */
export interface Target {
  readonly format: GPUTextureFormat;
  /** Device pixels of the next texture. */
  resize(width: number, height: number): void;
  /** The texture of the frame that is drawn now; usage RENDER_ATTACHMENT. */
  texture(): GPUTexture;
}

/** Paints networks on `device`, whose lent buffers it reads where they are. */
export function createGpuPainter(target: Target, device: WebgpuDevice): Painter {
  const gpu = device.gpuDevice;
  const pipelines = createPipelines(gpu, target.format);
  const usage = GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST;
  const words = gpu.createBuffer({ label: "drawing scene", size: 4 * SCENE_WORDS, usage });
  let shown: Picture | null = null;
  let scenery: Scenery | null = null;
  const gatherNow = () => {
    if (!shown?.view.valid) return;
    const encoder = gpu.createCommandEncoder({ label: "drawing weights" });
    scenery?.gather(encoder);
    gpu.queue.submit([encoder.finish()]);
  };
  return {
    most: 20_000,
    show(picture) {
      scenery?.destroy();
      shown = picture;
      scenery = createScenery(device, pipelines, words, picture);
      gatherNow(); // the view may end before the next frame
      return undefined;
    },
    lit: () => scenery?.lit(),
    frame(scene) {
      if (!scenery) return;
      const { width, height, pixelRatio } = scene.size;
      const pixels = [width, height].map((length) => Math.max(1, Math.round(length * pixelRatio)));
      gatherNow();
      target.resize(pixels[0], pixels[1]); // here, as a canvas is blank after it
      gpu.queue.writeBuffer(words, 0, wordsOf(scene, pixels));
      submitFrame(gpu, target.texture(), scenery, scene.camera.eye[0]);
    },
    weights: (view, layer, slots) => readWeights(device, pipelines.gather, view, layer, slots),
    dispose() {
      scenery?.destroy();
      words.destroy();
      [shown, scenery] = [null, null];
    },
  };
}

/** The scene's words as the shaders read them (scene.wgsl): the camera, five colours, seven numbers, and the place that is brought out. */
function wordsOf(
  { camera, theme, size, time, fade, highlight }: Scene,
  [width, height]: readonly number[],
): Float32Array<ArrayBuffer> {
  const floats = new Float32Array(SCENE_WORDS);
  floats.set(camera.viewProjection);
  [theme.positive, theme.negative, theme.ink, theme.fresh, theme.paper].forEach((colour, i) => {
    floats.set(colour, 16 + 4 * i);
  });
  floats.set([width, height, ...camera.range, size.pixelRatio, time, fade], 36);
  new Uint32Array(floats.buffer)[43] = highlight;
  return floats;
}

function submitFrame(gpu: GPUDevice, texture: GPUTexture, scenery: Scenery, eyeX: number): void {
  const encoder = gpu.createCommandEncoder({ label: "drawing" });
  const pass = encoder.beginRenderPass({
    label: "drawing",
    colorAttachments: [{ view: texture.createView(), clearValue: [0, 0, 0, 0], loadOp: "clear", storeOp: "store" }],
  });
  scenery.draw(pass, eyeX);
  pass.end();
  gpu.queue.submit([encoder.finish()]);
}
