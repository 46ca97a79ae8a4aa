import { makeDataset } from "../../src/data/make-dataset.js";
import { createScratch } from "../../src/device/scratch.js";
import { networkConfig } from "../../src/nn/config.js";
import { layerBuffers, layerConnections } from "../../src/nn/layer.js";
import { estimateMemory } from "../../src/nn/memory.js";
import { evaluationBatch } from "../../src/train/inference.js";
import { train } from "../../src/train/train.js";
import { CoppiceError } from "../../src/util/check.js";
import { randomFloats } from "../problems.js";
import type { Cell, Mode } from "../record.js";
import { summarize } from "../stats.js";
import { evolveOnce } from "./evolve.js";
import { createTrainer, erDensities, sampleSteps, type Trainer } from "./networks.js";
import { type Bench, measureInChild, wanted } from "./suite.js";

/** What --only takes in this suite: parts of it. */
export const SCALE: readonly string[] = ["connections", "million", "memory"];

const CONNECTIONS: Readonly<Record<Mode, number[]>> = { quick: [1e4, 1e5, 1e6], full: [1e4, 1e5, 1e6, 1e7, 1e8] };
/** Erdos-Renyi epsilon and batch of the networks that grow. */
const [EPSILON, BATCH] = [20, 8];

/** The network of more than a million neurons: gene expression of 54,675 probes, 18 classes; epsilon 10, batch 5. */
export const MILLION = { sizes: [54_675, 500_000, 500_000, 18], epsilon: 10, batch: 5 } as const;
/** Samples of its synthetic data: an epoch of 20 steps, or one of a published data set's size (1,397 in training, rounded). */
const MILLION_SAMPLES: Readonly<Record<Mode, number>> = { quick: 100, full: 1400 };

/** Cost by size: steps, evolutions and memory from 10^4 to 10^8 connections, a network of a million neurons, and what GPUs would hold. */
export async function runScale(bench: Bench): Promise<void> {
  if (wanted(bench, "memory")) memoryOfGpus(bench);
  if (wanted(bench, "connections")) {
    for (const connections of CONNECTIONS[bench.mode]) await measureSize(bench, connections);
  }
  if (bench.only.includes("million")) await trainMillion(bench);
  else if (wanted(bench, "million")) await millionInChildren(bench);
}

/** A network n-n-10 of about so many connections in its sparse layer: what a connection costs in time and memory. */
async function measureSize(bench: Bench, connections: number): Promise<void> {
  const size = Math.round(connections / (2 * EPSILON));
  const sizes = [size, size, 10];
  const cell = { connections, neurons: 2 * size + 10 };
  const refused = bench.budget.refuses(bench.pace.predict("size", connections, 2) ?? 0);
  if (refused) return bench.leaveOut({ name: "step", cell }, refused);
  const began = performance.now();
  let trainer: Trainer | undefined;
  let measuring = "step";
  try {
    trainer = await createTrainer(bench.device, {
      sizes,
      densities: [(2 * EPSILON) / size, null],
      batch: BATCH,
      samples: 2 * BATCH,
    });
    const [layer] = trainer.network.layers;
    const nnz = layerConnections(layer);
    const deviceBytes = layerBuffers(layer).reduce((sum, buffer) => sum + 4 * (buffer?.length ?? 0), 0);
    const step = await sampleSteps(trainer, bench.patience);
    const memory = { bytesPerConnection: deviceBytes / nnz, deviceBytes };
    bench.row({
      name: "step",
      cell,
      clock: "wall",
      ms: step,
      figures: { nsPerConnection: (1e6 * step.median) / nnz, ...memory },
    });
    measuring = "evolution"; // which needs more memory than a step
    const scratch = createScratch(trainer.device);
    const evolutions = [await evolveOnce(trainer, scratch, 1), await evolveOnce(trainer, scratch, 2)];
    scratch.free();
    const ms = summarize(
      evolutions.map((times) => times.ms.total),
      1,
    );
    bench.row({ name: "evolution", cell, clock: "wall", ms, figures: { nsPerConnection: (1e6 * ms.median) / nnz } });
  } catch (error) {
    if (!(error instanceof CoppiceError)) throw error;
    bench.leaveOut({ name: measuring, cell }, error.message);
  } finally {
    trainer?.dispose();
  }
  bench.pace.learn("size", connections, performance.now() - began);
}

/** Trains the million neurons on each device, in a process of its own each, so that its peak memory is its own. */
async function millionInChildren(bench: Bench): Promise<void> {
  const { kind } = bench.device.info;
  for (const device of kind === "cpu" ? ["cpu"] : [kind, "cpu"]) {
    const cell = { ...millionCell(bench.mode), device };
    const name = "million neurons";
    if (!bench.offspring) bench.leaveOut({ name, cell }, "a page has no processes: measured by coppice bench");
    else if (bench.mode === "quick")
      bench.leaveOut({ name, cell }, "takes minutes: measured by --full, or by bench scale --only million");
    else {
      const options = ["scale", "--device", device, `--${bench.mode}`, "--only", "million"];
      await measureInChild(bench, bench.offspring, { name, cell }, options);
    }
  }
}

function millionCell(mode: Mode): Cell {
  const { sizes, batch } = MILLION;
  return { network: sizes.join("-"), batch, samples: MILLION_SAMPLES[mode] };
}

/** Trains the million neurons here, with SET: two epochs, an evolution between them. */
async function trainMillion(bench: Bench): Promise<void> {
  const { sizes, epsilon, batch } = MILLION;
  const samples = MILLION_SAMPLES[bench.mode];
  const cell = { ...millionCell(bench.mode), device: bench.device.info.kind };
  const [features, classes] = [sizes[0], sizes[sizes.length - 1]];
  try {
    const data = makeDataset(expressions(samples, features, classes));
    let planned = 0;
    const model = await train(
      { train: data },
      {
        method: "set",
        hidden: sizes.slice(1, -1),
        epsilon,
        batch,
        epochs: 2,
        lr: 0.005,
        evaluateEvery: 2,
        device: bench.device,
        onStart: ({ memory }) => {
          planned = memory.total;
        },
      },
    );
    const nnz = model.layers.reduce((sum, layer) => sum + layer.nnz, 0);
    const peak: Record<string, number> = bench.peakBytes ? { peakBytes: bench.peakBytes() } : {};
    const { steps } = model.history[0];
    const epochs = model.history.map(({ seconds }) => 1000 * seconds.train);
    const whole = { ...cell, connections: nnz, steps };
    const ms = summarize(epochs, 1);
    const figures = {
      msPerStep: ms.median / steps,
      nsPerConnection: (1e6 * ms.median) / steps / nnz,
      deviceBytes: planned,
      ...peak,
    };
    bench.row({ name: "million neurons, epoch", cell: whole, clock: "wall", ms, figures });
    const evolve = summarize([1000 * model.history[0].seconds.evolve], 1);
    bench.row({
      name: "million neurons, evolution",
      cell: whole,
      clock: "wall",
      ms: evolve,
      figures: { ofEpoch: evolve.median / ms.median },
    });
    await model.dispose();
  } catch (error) {
    if (!(error instanceof CoppiceError)) throw error;
    bench.leaveOut({ name: "million neurons, epoch", cell }, error.message);
  }
}

/** Synthetic gene expression: noise, and a shift of the class's own hundredth of the features. */
function expressions(samples: number, features: number, classes: number) {
  const x = randomFloats(samples * features);
  const labels = Array.from({ length: samples }, (_, i) => i % classes);
  for (let i = 0; i < samples; i++) for (let j = labels[i]; j < features; j += 100) x[i * features + j] += 1;
  return { name: "synthetic gene expression", x, labels, features };
}

/** GPUs by memory in GB (10^9 bytes), of which a tenth is left to the system and the driver. */
const GPUS = [4, 8, 24];
const USABLE = 0.9;
/** What such GPUs let a kernel bind. */
const BINDING_BYTES = 2 ** 31;

/** By the engine's own arithmetic: what the million neurons take, and how wide their two hidden layers could be. */
function memoryOfGpus(bench: Bench): void {
  const { batch, epsilon, sizes } = MILLION;
  const samples = MILLION_SAMPLES.full;
  const plan = (width: number) => {
    const widened = [sizes[0], width, width, sizes[3]];
    const densities = erDensities(widened, epsilon);
    const sets = [{ samples, evaluationBatch: evaluationBatch(widened, samples, BINDING_BYTES) }];
    const { total } = estimateMemory({ sizes: widened, densities, config: networkConfig({}), batch, sets, evolves: true });
    const connections = densities.reduce<number>(
      (sum, density, i) => sum + Math.round((density ?? 1) * widened[i] * widened[i + 1]),
      0,
    );
    return { total, connections };
  };
  const { total, connections } = plan(sizes[1]);
  for (const gpuGb of GPUS) {
    const room = USABLE * gpuGb * 1e9;
    let widest = 0;
    for (let step = 2 ** 27; step >= 1; step /= 2) if (plan(widest + step).total <= room) widest += step;
    bench.remember({ network: sizes.join("-"), connections, batch, bytes: total, gpuGb, fits: total <= room, widest });
  }
}
