import { CoppiceError } from "../../src/util/check.js";
import { maximum, minimum } from "../../src/util/extremes.js";
import type { Cell, Mode } from "../record.js";
import { type Summary, summarize } from "../stats.js";
import { answerOneByOne } from "./answer.js";
import {
  createTrainer,
  denseDensities,
  deviceMsPerStep,
  erDensities,
  NETWORKS,
  type NetworkCase,
  sampleEpochs,
  sampleSteps,
  type Trainer,
} from "./networks.js";
import { type Bench, type Offspring, type Peers, unlessItFits, wanted } from "./suite.js";
import { batchSweep, densitySweep, memberSweep, normSteps, STEPS, trainerOrReason } from "./sweeps.js";

/** What --only takes in this suite: parts of it. */
export const STEP: readonly string[] = [
  "networks",
  "cpu",
  "peers",
  "host",
  "predict",
  "density",
  "batch",
  "norm",
  "members",
  "a",
  "b",
];

/** How often all systems are timed in turn: what else a machine does hits them alike. */
const PASSES: Readonly<Record<Mode, number>> = { quick: 2, full: 3 };
/** The part of the suite's time that one network's comparison may take. */
const NETWORK_SHARE = 0.36;
/** The part that an epoch may take. */
const EPOCH_SHARE = 0.05;
/** Steps before the host's cost is measured. */
const WARM_STEPS = 1000;

/** Whole training steps and epochs, beside what a user would pick instead, and what they cost the host. */
export async function runStep(bench: Bench): Promise<void> {
  if (wanted(bench, "host") && bench.device.info.kind === "webgpu") await hostCost(bench);
  if (wanted(bench, "predict")) await answerOneByOne(bench);
  const chosen = (["a", "b"] as const).filter((name) => bench.only.includes(name));
  for (const name of chosen.length > 0 ? chosen : (["a", "b"] as const)) await compareSystems(bench, name);
  if (wanted(bench, "density")) await densitySweep(bench);
  if (wanted(bench, "batch")) await batchSweep(bench);
  if (wanted(bench, "norm")) await normSteps(bench);
  if (wanted(bench, "members")) await memberSweep(bench);
}

/** A system under comparison: one turn measures it, null when it is left out from now on. */
interface System {
  readonly name: string;
  turn(): Promise<Summary | null>;
  dispose?(): void;
}

/** The same network in every system, all in turn, several times. */
async function compareSystems(bench: Bench, name: keyof typeof NETWORKS): Promise<void> {
  const { sizes, batch, epsilon } = NETWORKS[name];
  const samples = bench.mode === "full" ? NETWORKS[name].samples : Math.min(NETWORKS[name].samples, STEPS * batch);
  const cell = { network: name, batch };
  const { kind } = bench.device.info;
  const own = (how: string, densities: readonly (number | null)[]) =>
    ownSystem(bench, `coppice ${kind} ${how}`, cell, { sizes, densities, batch, samples });
  const networks = wanted(bench, "networks");
  const beside = kind === "webgpu"; // what runs on the CPU is measured beside a GPU, once
  // The dense network on this device comes last: where the time is short, it is what takes the longest.
  const systems: System[] = [
    ...(networks ? [await own("sparse", erDensities(sizes, epsilon))] : []),
    ...(beside && bench.offspring && wanted(bench, "cpu") ? cpuSystems(bench, bench.offspring, name, cell) : []),
    ...(beside && bench.peers && wanted(bench, "peers") ? peerSystems(bench, bench.peers, name, cell) : []),
    ...(networks ? [await own("dense", denseDensities(sizes))] : []),
  ];
  const budget = bench.budget.share(NETWORK_SHARE);
  const turns = new Map<System, Summary[]>(systems.map((system) => [system, []]));
  const cost = new Map<System, number>(); // ms of a system's last turn, set-up included
  for (let pass = 0; pass < PASSES[bench.mode]; pass++) {
    for (const [system, summaries] of turns) {
      const refused = budget.refuses(cost.get(system) ?? 0);
      if (refused && pass === 0) bench.leaveOut({ name: system.name, cell }, refused);
      if (refused) continue;
      const start = performance.now();
      const summary = await system.turn();
      cost.set(system, performance.now() - start);
      if (summary) summaries.push(summary);
    }
  }
  for (const [system, summaries] of turns) {
    if (summaries.length > 0) {
      const ms = mergeTurns(summaries);
      bench.row({ name: system.name, cell, clock: "wall", ms, figures: { samplesPerSecond: (1000 * batch) / ms.median } });
    }
    system.dispose?.();
  }
}

/** Our own training step on the suite's device; its epoch and its time by the device's clock are reported at the first turn. */
async function ownSystem(bench: Bench, name: string, cell: Cell, network: NetworkCase): Promise<System> {
  const trainer = await trainerOrReason(bench, name, cell, network);
  let first = true;
  return {
    name,
    async turn() {
      if (!trainer) return null;
      const ms = await sampleSteps(trainer, bench.patience);
      if (first) await reportEpoch(bench, name, cell, trainer, ms.median);
      first = false;
      return ms;
    },
    dispose: () => trainer?.dispose(),
  };
}

/** An epoch of the resident samples, with the time the device itself takes for a step. */
async function reportEpoch(bench: Bench, name: string, cell: Cell, trainer: Trainer, stepMs: number): Promise<void> {
  const { steps } = trainer.runner;
  const refused = bench.budget.share(EPOCH_SHARE).refuses(steps * stepMs);
  if (refused) return bench.leaveOut({ name: `${name}, epoch`, cell: { ...cell, steps } }, refused);
  const ms = await sampleEpochs(trainer, bench.patience);
  const gpuMsPerStep = await deviceMsPerStep(trainer, stepMs);
  const figures = { msPerStep: ms.median / steps, gpuMsPerStep };
  bench.row({ name: `${name}, epoch`, cell: { ...cell, steps }, clock: "wall", ms, figures });
}

/** The CPU device in a process of its own: both its rows from one turn of a child; where one ends without a result, no other is tried. */
function cpuSystems(bench: Bench, offspring: Offspring, network: string, cell: Cell): System[] {
  const found = new Map<string, Summary>();
  let gone = false;
  const turn = (name: string, ask: boolean) => async () => {
    if (ask && !gone) {
      found.clear();
      const options = ["step", "--device", "cpu", `--${bench.mode}`, "--only", `networks,${network}`];
      const child = await unlessItFits(bench, { name: "coppice cpu sparse and dense", cell }, () => offspring(options));
      gone = child === null;
      for (const row of child?.rows ?? []) if (row.cell.network === network) found.set(row.name, row.ms);
    }
    return found.get(name) ?? null;
  };
  return ["coppice cpu sparse", "coppice cpu dense"].map((name, i) => ({ name, turn: turn(name, i === 0) }));
}

/** Other libraries, each in a process of its own; what cannot run is left out once, with the reason. */
function peerSystems(bench: Bench, peers: Peers, network: "a" | "b", cell: Cell): System[] {
  if (peers.missing) {
    bench.leaveOut({ name: "peers", cell }, peers.missing);
    return [];
  }
  return peers.systems.map((name): System => {
    let gone = false;
    return {
      name,
      async turn() {
        if (gone) return null;
        try {
          return await peers.run(name, network, bench.mode);
        } catch (error) {
          if (!(error instanceof CoppiceError)) throw error;
          bench.leaveOut({ name, cell }, error.message);
          gone = true;
          return null;
        }
      },
    };
  });
}

/** Several turns as one: the least, the median of the medians, the worst 90 % quantile. */
export function mergeTurns(turns: readonly Summary[]): Summary {
  const medians = turns.map(({ median }) => median).sort((a, b) => a - b);
  const middle = medians.length >> 1;
  return {
    min: minimum(turns.map(({ min }) => min)),
    median: medians.length % 2 === 1 ? medians[middle] : (medians[middle - 1] + medians[middle]) / 2,
    p90: maximum(turns.map(({ p90 }) => p90)),
    rounds: turns.reduce((sum, { rounds }) => sum + rounds, 0),
    replays: turns[0].replays,
  };
}

/**
 * JavaScript's time for encoding and submitting one step, a dispatch: `run` returns to its caller when the step has been submitted. And
 * whether an epoch of small steps waits for the host: its wall time a step beside the device's own.
 */
async function hostCost(bench: Bench): Promise<void> {
  const sizes = [64, 100, 100, 10];
  const network = { sizes, densities: [0.1, 0.1, null], batch: 4, samples: 4000 };
  const trainer = await createTrainer(bench.device, network);
  const { device, runner } = trainer;
  await runner.runSteps(0, WARM_STEPS); // JavaScript is compiled by then, as in an epoch
  await device.idle();
  const dispatches = runner.recording.dispatches.length;
  const times: number[] = [];
  for (let i = 0; i < 500; i++) {
    const start = performance.now();
    const submitted = device.run(runner.recording, 1);
    times.push(performance.now() - start);
    await submitted;
    await device.idle();
  }
  const ms = summarize(times, 1);
  const cell = { network: sizes.join("-"), batch: network.batch, dispatches };
  bench.row({
    name: "host, encode and submit a step",
    cell,
    clock: "wall",
    ms,
    figures: { hostUsPerDispatch: (1000 * ms.median) / dispatches },
  });
  await reportEpoch(bench, "host, small steps", { network: sizes.join("-"), batch: network.batch }, trainer, 0.1);
  trainer.dispose();
}
