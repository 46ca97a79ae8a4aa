import { CoppiceError } from "../../src/util/check.js";
import type { Cell, Mode } from "../record.js";
import {
  createTrainer,
  denseDensities,
  erDensities,
  MEMBER,
  NETWORKS,
  type NetworkCase,
  sampleSteps,
  type Trainer,
} from "./networks.js";
import type { Bench } from "./suite.js";

/** Densities of the sweep, and batches of the other. */
const DENSITIES: Readonly<Record<Mode, number[]>> = {
  quick: [0.01, 0.05, 0.2],
  full: [0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5],
};
const BATCHES: Readonly<Record<Mode, number[]>> = { quick: [1, 8, 32, 128], full: [1, 8, 32, 128, 512] };
/** Members of ensembles. */
const MEMBERS: Readonly<Record<Mode, number[]>> = { quick: [1, 2, 4, 8, 16], full: [1, 2, 4, 8, 16, 32, 64] };
/** Steps of a quick epoch, and of the sweeps: rounds replay at most so many. */
export const STEPS = 16;

/** Network a at one density in all hidden layers (the output layer is dense), and dense: where sparse crosses dense. */
export async function densitySweep(bench: Bench): Promise<void> {
  const { sizes, batch } = NETWORKS.a;
  for (const density of [null, ...DENSITIES[bench.mode]]) {
    const densities = sizes.slice(1).map((_, i) => (i === sizes.length - 2 ? null : density));
    const cell = { network: "a", batch, density: density ?? 1 };
    await measureSteps(bench, density === null ? "density, dense" : "density, sparse", cell, {
      sizes,
      densities,
      batch,
      samples: STEPS * batch,
    });
  }
}

/** Network a, sparse and dense, at several batches. */
export async function batchSweep(bench: Bench): Promise<void> {
  const { sizes, epsilon } = NETWORKS.a;
  for (const batch of BATCHES[bench.mode]) {
    const samples = STEPS * batch;
    await measureSteps(
      bench,
      "batch, sparse",
      { network: "a", batch },
      { sizes, densities: erDensities(sizes, epsilon), batch, samples },
    );
    await measureSteps(
      bench,
      "batch, dense",
      { network: "a", batch },
      { sizes, densities: denseDensities(sizes), batch, samples },
    );
  }
}

/** Network a with batch norm and without. */
export async function normSteps(bench: Bench): Promise<void> {
  const { sizes, batch, epsilon } = NETWORKS.a;
  const network = { sizes, densities: erDensities(sizes, epsilon), batch, samples: STEPS * batch };
  for (const norm of ["none", "batch"] as const)
    await measureSteps(bench, `norm, ${norm}`, { network: "a", batch }, { ...network, norm });
}

/** A step of ensembles of more and more members, each with weights of its own or all with the same, and what one member takes of it. */
export async function memberSweep(bench: Bench): Promise<void> {
  const { sizes, batch, epsilon } = MEMBER;
  for (const members of MEMBERS[bench.mode]) {
    const network = { sizes, densities: erDensities(sizes, epsilon), batch, samples: STEPS * batch, members };
    const cell = { network: sizes.join("-"), batch, members };
    await measureSteps(bench, "members", cell, network);
    if (members > 1) await measureSteps(bench, "members, shared weights", cell, { ...network, share: true });
  }
}

/** Times steps of one network and reports them, or why not. */
async function measureSteps(bench: Bench, name: string, cell: Cell, network: NetworkCase): Promise<void> {
  const { members = 1 } = network;
  const work = network.sizes
    .slice(1)
    .reduce((sum, out, i) => sum + members * (network.densities[i] ?? 1) * out * network.sizes[i] * network.batch, 0);
  const predicted = bench.pace.predict(name, work);
  const refused = bench.budget.refuses(5 * (predicted ?? 0));
  if (refused) return bench.leaveOut({ name, cell }, refused);
  const trainer = await trainerOrReason(bench, name, cell, network);
  if (!trainer) return;
  const ms = await sampleSteps(trainer, bench.patience);
  trainer.dispose();
  bench.pace.learn(name, work, ms.median);
  const perMember: Record<string, number> = network.members ? { msPerMember: ms.median / members } : {};
  bench.row({ name, cell, clock: "wall", ms, figures: { samplesPerSecond: (1000 * network.batch) / ms.median, ...perMember } });
}

/** A network on the device; null, and the reason in the report, where it does not fit. */
export async function trainerOrReason(bench: Bench, name: string, cell: Cell, network: NetworkCase): Promise<Trainer | null> {
  try {
    return await createTrainer(bench.device, network);
  } catch (error) {
    if (!(error instanceof CoppiceError)) throw error;
    bench.leaveOut({ name, cell }, error.message);
    return null;
  }
}
