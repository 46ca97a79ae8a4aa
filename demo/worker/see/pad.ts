import { isSparse } from "../../../src/api/data.js";
import type { Device, SavedModel } from "../../../src/api/index.js";
import type { DeviceBuffer } from "../../../src/device/device.js";
import { openScope } from "../../../src/device/scope.js";
import { folded } from "../../../src/io/folded.js";
import { membersOf } from "../../../src/io/saved-model.js";
import { createNetwork } from "../../../src/nn/network.js";
import { createResidentData, writeSamples } from "../../../src/nn/resident.js";
import { createRunner } from "../../../src/nn/runner.js";
import { unshared } from "../../../src/nn/share-weights.js";
import type { ClassAnswers } from "../../../src/tasks/classification.js";
import type { Settings } from "../../settings.js";
import { currentData } from "../data.js";
import { onDevice } from "../device.js";
import { lightDrawing } from "../drawing/api.js";
import { askModel, model } from "../model.js";
import { chosenSamples, inputsOf, labelsOf, samplesAt } from "./samples.js";

/** The pictures that a model takes. */
export interface PadInfo {
  /** [height, width]. */
  readonly shape: readonly [number, number];
  readonly classes: readonly string[];
}

/** Null of a model that takes no pictures, or no classes, or other pictures than those of the open data. */
export function padInfo(): PadInfo | null {
  const { saved } = model();
  const { imageShape, features } = currentData();
  const known = (saved.config.task ?? "classification") === "classification" && !saved.prepared;
  return imageShape && known && features === saved.features ? { shape: imageShape, classes: saved.classes } : null;
}

/** A picture of the samples held out, its points from 0 to 1 of the largest value in the data, and its class. */
export function testPicture(): { readonly ink: Float32Array; readonly label: string | null } {
  const { places } = chosenSamples();
  const set = samplesAt([places[Math.floor(Math.random() * places.length)]]);
  const most = mostInk();
  const [label] = labelsOf(set) ?? [];
  const x = set.x as Float32Array;
  return { ink: Float32Array.from(x, (value) => value / most), label: label === undefined ? null : model().saved.classes[label] };
}

/** What the model answers for a picture, its points from 0 to 1: the probability of every class. The drawing lights up as its neurons do. */
export async function answerPicture(ink: Float32Array, device: Settings["device"]): Promise<Float32Array> {
  const { saved, origin } = model();
  const most = mostInk();
  const x = Float32Array.from(ink, (value) => most * value);
  const { probabilities } = await askModel(device, (asked) => asked.predict(x) as Promise<ClassAnswers>);
  const set = { ...samplesAt([0]), x, samples: 1 };
  const inputs = inputsOf(set).x as Float32Array;
  const activations = await onDevice(origin?.settings.device ?? device, (on) => activationsOf(on, saved, inputs));
  lightDrawing(0, [ink, ...activations]);
  return probabilities;
}

/** The drawing is as it was. */
export function endPicture(): void {
  lightDrawing(0, null);
}

/** The largest value of the open data. */
let largest: { readonly of: object; readonly most: number } | undefined;
function mostInk(): number {
  const { x } = currentData();
  if (largest?.of === x) return largest.most;
  const values = isSparse(x) ? x.values : x;
  let most = 0;
  for (let k = 0; k < values.length; k++) most = Math.max(most, values[k]);
  largest = { of: x, most: most || 1 };
  return largest.most;
}

type Probe = { readonly device: Device; readonly saved: SavedModel; run(x: Float32Array): Promise<Float32Array[]>; end(): void };
let probe: Promise<Probe> | undefined;

/** What the neurons of every layer of the first network answer, outputs last. */
async function activationsOf(device: Device, saved: SavedModel, x: Float32Array): Promise<Float32Array[]> {
  const before = await probe;
  if (before?.device !== device || before.saved !== saved) {
    before?.end();
    probe = createProbe(device, saved);
  }
  return (await (probe as Promise<Probe>)).run(x);
}

/** A network on the device for one sample at a time. */
async function createProbe(on: Device, saved: SavedModel): Promise<Probe> {
  const { device, release } = openScope(on);
  const plain = folded(saved);
  const [first] = membersOf(plain);
  const [member] = unshared(first);
  const network = createNetwork(device, first.config ?? plain.config, member, false);
  const sample = { samples: 1, features: saved.features };
  const data = createResidentData(device, "pad", { ...sample, x: new Float32Array(saved.features), y: new Uint32Array(1) });
  const runner = await createRunner(device, network, data, { batch: 1, training: false, metrics: [] });
  const order = new Uint32Array(1);
  return {
    device: on,
    saved,
    async run(x) {
      writeSamples(device, data.shards[0], x, saved.features);
      let layers: readonly DeviceBuffer[] = [];
      const after = ({ activations: { y } }: { activations: { y: readonly DeviceBuffer[] } }) => {
        layers = y.slice(1);
        return [];
      };
      await runner.pass(after, { order, steps: 1, firstStep: 0, rates: () => [0, 1, 1, 1] });
      const read = await device.read(layers);
      return read.map((values) => Float32Array.from({ length: values.length / 4 }, (_, n) => values[4 * n]));
    },
    end: release,
  };
}
