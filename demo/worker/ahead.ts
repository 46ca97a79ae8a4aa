import { takeSamples } from "../../src/api/data.js";
import { TASKS } from "../../src/api/extend.js";
import {
  createCpuDevice,
  createWebgpuDevice,
  type Dataset,
  type Device,
  type Split,
  type StartInfo,
  train,
} from "../../src/api/index.js";
import { checkedOutputs } from "../../src/tasks/checked.js";
import { type Settings, trainOptions } from "../settings.js";
import { currentData, currentTask } from "./data.js";
import { memoryOf } from "./device.js";
import { partsFor } from "./parts.js";
import { showNetwork } from "./viewer.js";

/** What a training comes to, before it is begun. */
export interface Ahead {
  readonly connections: number;
  /** Connections of the dense network of the same sizes. */
  readonly dense: number;
  /** Bytes on the device. */
  readonly memory: number;
  /** Seconds on each device that was timed. */
  readonly seconds: Readonly<Partial<Record<Settings["device"], number>>>;
}

/** Batches of an epoch that is timed. */
const BATCHES = 12;
/** Connections of a dense network that is drawn. */
const MOST_DRAWN = 2e6;
/** Values of the data that are read to look ahead. */
const MOST_VALUES = 2e7;

let looking: AbortController | undefined;

/** Lets the device be used by something else. */
export function stopLooking(): void {
  looking?.abort();
}

/**
 * Lays out the network of the settings and times it on the CPU, and where `gpu` on a GPU, a few batches and an evolution; with `draw`, it is
 * drawn beside its dense twin. null where it was stopped, or the data are too many for a look. Throws what training would.
 */
export async function lookAhead(settings: Settings, draw: boolean, gpu: boolean): Promise<Ahead | null> {
  stopLooking();
  const data = currentData();
  if (data.samples * data.features > MOST_VALUES) return null;
  looking = new AbortController();
  const { signal } = looking;
  const device = createCpuDevice({ threads: 1 });
  const look = (by: Settings, screen: number, on: Device = device) =>
    layOut(by, someBatches(by), on, signal, draw && on === device ? screen : null);
  try {
    const ahead = await look(settings, 0);
    if (draw && settings.method !== "dense" && ahead.dense <= MOST_DRAWN)
      await look({ ...settings, method: "dense", members: 1 }, 1);
    if (!gpu) return ahead;
    const other = await createWebgpuDevice();
    const { seconds } = await look(settings, 0, other).finally(() => other.dispose());
    return { ...ahead, seconds: { ...ahead.seconds, ...seconds } };
  } catch (error) {
    if (signal.aborted) return null;
    throw error;
  } finally {
    await device.dispose();
  }
}

/** The data as the settings part them, of the training part a few batches: samples that lie far apart, as neighbours may be alike. */
function someBatches(settings: Settings): Pick<Split, "train"> & { readonly share: number } {
  const { train } = partsFor(settings);
  const share = Math.max(1, train.samples / (BATCHES * settings.batch));
  const samples = Math.floor(train.samples / share);
  const places = Uint32Array.from({ length: samples }, (_, i) => Math.floor(i * share));
  const some = takeSamples(train, places);
  return hasOutputs(some) ? { train: some, share } : { train, share: 1 };
}

/** Whether what is learnt is among samples: a few may lack a label, an event, or a weight above 0 that others have. */
function hasOutputs(some: Dataset): boolean {
  if (some.weights?.every((weight) => weight === 0)) return false;
  try {
    return checkedOutputs(TASKS[currentTask()], some).length > 0;
  } catch {
    return false; // what the whole training part lacks is told by training on it
  }
}

/** Draws the untrained network on a screen; of the first one, trains it for two short epochs, of which the second is timed. */
async function layOut(
  settings: Settings,
  { train: some, share }: ReturnType<typeof someBatches>,
  device: Device,
  signal: AbortSignal,
  screen: number | null,
): Promise<Ahead> {
  let start: StartInfo | undefined;
  const drawn = new AbortController();
  const model = train(
    { train: some },
    {
      ...trainOptions(settings, currentTask()),
      epochs: Math.max(2, settings.epochs),
      until: 2,
      device,
      tune: "off",
      ...memoryOf(device),
      signal: AbortSignal.any([signal, drawn.signal]),
      onStart: (info) => {
        start = info;
      },
      onNetwork: async (view) => {
        if (screen === null || drawn.signal.aborted) return;
        showNetwork(view, screen, true);
        await device.read(view.layers.flatMap(({ blocks }) => blocks.map(({ values }) => values))); // the drawing's copy is made by then
        if (screen > 0) drawn.abort();
        screen = null;
      },
    },
  );
  const ended = await model.catch((error) => {
    if (!drawn.signal.aborted) throw error;
  });
  const { layers = [], memory } = start ?? {};
  const last = ended?.history[ended.history.length - 1]?.seconds;
  await ended?.dispose();
  return {
    connections: layers.reduce((sum, { nnz }) => sum + nnz, 0),
    dense: layers.reduce((sum, layer, i) => sum + (layer.in * layer.out) / (i > 0 ? settings.members : 1), 0),
    memory: memory?.total ?? 0,
    seconds: last ? { [device.info.kind]: settings.epochs * (last.train * share + last.evolve) } : {},
  };
}
