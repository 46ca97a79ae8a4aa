import type { Dataset } from "../data/dataset.js";
import type { Inputs } from "../data/sample-matrix.js";
import type { Device, ReplayOptions } from "../device/device.js";
import { openScope, type Scope } from "../device/scope.js";
import { createScratch } from "../device/scratch.js";
import { evolutionKernels, evolve } from "../evolution/evolve.js";
import type { EvolveOptions, LayerEvolution } from "../evolution/evolve-options.js";
import { openExploration, withExplored } from "../evolution/exploration.js";
import { createProbes, gradientSteps } from "../evolution/gradient-probe.js";
import { findPieces, type Pieces } from "../evolution/pieces.js";
import { countEvolutions } from "../evolution/schedules.js";
import type { Variants } from "../kernels/candidates.js";
import { sortBatches } from "../losses/whole.js";
import { connectionsOf, goalsOf } from "../methods/layouts/layout.js";
import type { Metric } from "../metrics/metric.js";
import { swapOf } from "../nn/averages.js";
import { lossIn } from "../nn/config.js";
import { layerBuffers } from "../nn/layer.js";
import {
  countStacked,
  createNetwork,
  memberSizes,
  type Network,
  networkBytes,
  networkConnections,
  networkSizes,
  snapshotMembers,
} from "../nn/network.js";
import type { Samples } from "../nn/resident.js";
import { createRunner, type Runner } from "../nn/runner.js";
import type { NetworkState } from "../nn/state.js";
import { placeSamples } from "../nn/streamed.js";
import { checkedDevice } from "../self-check/known.js";
import { checkedOutputs, checkedTargets, type Targets, wholeTargets } from "../tasks/checked.js";
import { taskOf } from "../tasks/index.js";
import { learntTargets, scaledMetrics, type TargetScale } from "../tasks/target-scale.js";
import { random } from "../util/random.js";
import { createCensus } from "./census.js";
import { checkFinite } from "./divergence.js";
import { seedsOf } from "./ensemble.js";
import { evaluateSet } from "./evaluate-set.js";
import { evaluationBatch } from "./inference.js";
import { type Measures, measuresOf, metricsOf } from "./measures.js";
import type { TrainConfig } from "./options.js";
import { sampleWeights } from "./sample-weights.js";
import { partsOf, stepRates } from "./schedules.js";
import { lendView, type NetworkView } from "./view.js";

const SETS = ["train", "test", "validation"] as const;
type SetName = (typeof SETS)[number];

/** The sets of a run, standardised. */
export interface SessionData {
  readonly train: Dataset<Inputs>;
  readonly test?: Dataset<Inputs>;
  readonly validation?: Dataset<Inputs>;
  /** What the targets are standardised by; absent of tasks that take them as they are. */
  readonly scale?: TargetScale;
  /** The most that they may take on the device; more are streamed through it. */
  readonly dataBytes?: number;
}

/** What a session is made of. */
export interface SessionParts {
  readonly config: TrainConfig;
  /** The network that it begins with, or those of an ensemble's members. */
  readonly members: readonly NetworkState[];
  readonly data: SessionData;
  /** How each kernel deals its work; by default as on an adapter that was never timed. */
  readonly variants?: Variants;
}

type Measured = Readonly<Record<SetName, Measures | null>>;

/** What an evaluation comes to; of an ensemble that of its averaged outputs, and of each member. */
export interface Evaluated {
  readonly sets: Measured;
  readonly members: readonly Measured[];
}

/** How an epoch is trained. */
interface EpochReplay extends ReplayOptions {
  readonly within?: (steps: number) => Promise<unknown>;
}

/** A training run on a device: the network, its resident data and its recorded passes. */
export interface Session {
  readonly network: Network;
  readonly stepsPerEpoch: number;
  readonly bytes: number;
  readonly nnz: number;
  readonly sizes: readonly number[];
  /** The share of the cells of sparse layers that ever held a connection, where it is counted. */
  readonly explored?: number;
  /** What is told of an epoch beside the loss. */
  readonly metrics: readonly Metric[];
  /**
   * Trains on every sample once; `firstStep` counts steps since the start of the run. Throws when training diverges. `within` is awaited after each
   * step of the epoch but its last that an evolution follows.
   */
  trainEpoch(epoch: number, firstStep: number, replay?: EpochReplay): Promise<Measures>;
  evaluate(replay?: ReplayOptions): Promise<Evaluated>;
  /** Prunes, removes, regrows after so many `steps`, on the counts that training brought back, or on new ones. */
  evolve(steps: number): Promise<LayerEvolution[]>;
  /** Runs steps that learn nothing, for timing. */
  runSteps(count: number, signal?: AbortSignal): Promise<void>;
  /** The network as it stands, or each member's of an ensemble. */
  snapshot(): Promise<NetworkState[]>;
  /** Lends the network as it is until the next evolution, or the end of the session. */
  view(): NetworkView;
  /** Frees everything the session has on the device. */
  dispose(): void;
}

/**
 * Puts a network and its data on `on` and records its passes, of the kernels' `variants`. Frees what it had made when that fails; that `on`
 * computes a kernel wrong is such a failure.
 */
export async function createSession(on: Device, parts: SessionParts): Promise<Session> {
  const checked = checkedDevice(on);
  const scope = openScope(checked.device);
  try {
    const { config } = parts;
    const { evolution, epochs } = config;
    const pieces = evolution && findPieces(evolution);
    const session = await buildSession(on, scope, parts, pieces);
    const { network } = session;
    const rewired = pieces && epochs > evolution.period;
    await checked.check(rewired ? evolutionKernels(network, { pieces, evolves: evolvingLayers(config, network) }) : []);
    return session;
  } catch (error) {
    scope.release();
    throw error;
  }
}

/** The session on `on`, all of it made through the scope, which ends with it. */
async function buildSession(on: Device, scope: Scope, parts: SessionParts, pieces: Pieces | null): Promise<Session> {
  const { device, release } = scope;
  const { config, members, data, variants } = parts;
  const task = taskOf(config.network.task);
  const outputs = checkedOutputs(task, data.train);
  const sets = SETS.flatMap((name) => {
    const set = data[name];
    if (!set) return [];
    const targets = checkedTargets(task, set, outputs.length);
    const memberWeights = name === "train" ? sampleWeights(config, set) : undefined;
    return [{ name, targets, set: { ...set, y: learntTargets(targets, data.scale), memberWeights } }];
  });
  const network = createNetwork(device, config.network, members, true, seedsOf(config));
  const metrics = scaledMetrics(metricsOf(config), data.scale);
  const placed = placeSamples(device, sets, data.dataBytes);
  const trainData = placed[0].data;
  const { batch, dropLast } = config;
  const trainer = await createRunner(device, network, trainData, { batch, training: true, dropLast, metrics, variants });
  const evaluators: { name: SetName; set: Samples; targets: Targets; runner: Runner }[] = [];
  for (const { name, set, targets, data: samples } of placed) {
    const most = samples.stream?.capacity ?? set.samples;
    const many = Math.min(
      most,
      evaluationBatch(memberSizes(network), set.samples, device.limits.bindingBytes, countStacked(network)),
    );
    const runner = await createRunner(device, network, samples, { batch: many, training: false, metrics, variants });
    evaluators.push({ name, set, targets, runner });
  }
  const swap = await swapOf(device, network);
  const exploration = config.evolution?.exploration ? openExploration(network, members, config.layout.sizes) : null;
  const census = await createCensus(device, network);
  const scratch = createScratch(device);
  let counts: ArrayLike<number> = [];
  let lent = lendView(on, network);
  const orderOf = (epoch: number) => {
    const order = Uint32Array.from({ length: trainData.samples }, (_, i) => i);
    random(config.seed, "order", epoch).shuffle(order);
    const { sortBy } = lossIn(config.network, true);
    if (sortBy) sortBatches(order, batch, wholeTargets(sets[0].targets, data.train), trainData.width, sortBy);
    return order;
  };
  /** Gradients over the batches that come after so many steps, those of the epoch that are over at the end, with the dropout of these steps. */
  const probesAfter =
    (done: number): EvolveOptions["probes"] =>
    (over) => {
      const steps = gradientSteps(over, trainData.samples, batch, trainer.steps);
      const row = done % trainer.steps;
      const firstStep = done - row;
      const size = (row: number) => Math.min(batch, trainData.samples - row * batch);
      let samples = 0;
      for (let i = 0; i < steps; i++) samples += size((row + i) % trainer.steps);
      const rates = (step: number) => [-size(step - firstStep) / samples, 1, 1, 1];
      const pass = { order: orderOf(firstStep / trainer.steps + 1), steps, row, firstStep, rates };
      return createProbes({ device, sizes: networkSizes(network), pass: (after) => trainer.pass(after, pass) });
    };

  const evaluateAll = async (replay?: ReplayOptions) => {
    const none = { train: null, test: null, validation: null };
    const sets: Record<SetName, Measures | null> = { ...none };
    const { weights } = network;
    const each = weights.length > 1 ? weights.map((): Record<SetName, Measures | null> => ({ ...none })) : [];
    for (const { name, set, targets, runner } of evaluators) {
      const whole = {
        targets,
        set: data[name] as Dataset<Inputs>,
        outputs,
        scale: data.scale,
        loss: lossIn(config.network, false),
      };
      const found = await evaluateSet(runner, metrics, whole, replay);
      sets[name] = found.measures;
      for (const [j, own] of each.entries()) own[name] = measuresOf(metrics, found.members[j], set.samples);
    }
    return { sets, members: each };
  };

  return {
    network,
    metrics,
    stepsPerEpoch: trainer.steps,
    get bytes() {
      return networkBytes(network);
    },
    get nnz() {
      return networkConnections(network);
    },
    get sizes() {
      return networkSizes(network);
    },
    async trainEpoch(epoch, firstStep, { within, ...replay } = {}) {
      const { steps } = trainer;
      const pass = { order: orderOf(epoch), firstStep, rates: stepRates(config, steps), extra: census.count, ...replay };
      let [sums, samples]: [readonly number[], number] = [[], 0];
      for (const rows of partsOf(config, firstStep, steps)) {
        const result = await trainer.run({ ...pass, rows });
        counts = result.extra[0];
        checkFinite(result, counts, network.layers.length, { epoch, from: rows[0], steps });
        sums = samples === 0 ? result.sums : sums.map((sum, i) => sum + result.sums[i]);
        samples += result.samples;
        if (rows[1] < steps) await within?.(firstStep + rows[1]);
      }
      return measuresOf(metrics, sums, samples);
    },
    evaluate: (replay) => swap.within(() => evaluateAll(replay)),
    async evolve(steps) {
      if (!config.evolution || !pieces) return [];
      if (counts.length === 0) [counts] = await device.read(await census.count());
      lent.end();
      const { layout, epochs, evolution } = config;
      const epoch = steps / trainer.steps;
      const part = countEvolutions(evolution, epochs, epoch) / countEvolutions(evolution, epochs);
      const before = layersBuffers(network);
      const report = await evolve(scratch, network, {
        config: config.evolution,
        pieces,
        epoch,
        epochs,
        seed: network.seeds[0],
        firstSizes: layout.sizes,
        firstConnections: connectionsOf(layout),
        goals: goalsOf(layout, pieces.allocator.falls?.(part) ?? 0),
        exploration,
        probes: probesAfter(steps),
        evolves: evolvingLayers(config, network),
        counts,
      });
      exploration?.mark(network);
      const after = layersBuffers(network);
      if (after.length !== before.length || after.some((buffer, i) => buffer !== before[i]))
        for (const part of [trainer, ...evaluators.map(({ runner }) => runner), census, swap]) await part.record();
      lent = lendView(on, network);
      return report;
    },
    async runSteps(count, signal) {
      for (let done = 0; done < count; ) {
        const steps = Math.min(count - done, trainer.steps);
        await trainer.runSteps(0, steps, signal);
        done += steps;
      }
      await device.idle();
    },
    get explored() {
      return exploration?.rate();
    },
    async snapshot() {
      const networks = await snapshotMembers(device, network);
      return exploration ? withExplored(networks, exploration) : networks;
    },
    view: () => lent.view,
    dispose() {
      lent.end();
      release();
    },
  };
}

const layersBuffers = ({ layers }: Network) => layers.flatMap(layerBuffers);

/** Which layers evolve: the sparse ones, but for a last one that is to stay. */
function evolvingLayers({ output }: TrainConfig, { layers }: Network): boolean[] {
  return layers.map((layer, i) => layer.kind.connect !== undefined && !(i === layers.length - 1 && output === "fixed"));
}
