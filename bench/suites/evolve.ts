import { createScratch, type Scratch } from "../../src/device/scratch.js";
import { evolutionConfig } from "../../src/evolution/config.js";
import { evolve } from "../../src/evolution/evolve.js";
import { openExploration } from "../../src/evolution/exploration.js";
import { createProbes } from "../../src/evolution/gradient-probe.js";
import { GROWERS, type GrowerName } from "../../src/evolution/growers/index.js";
import { findPieces } from "../../src/evolution/pieces.js";
import { PRUNERS, type PrunerName } from "../../src/evolution/pruners/index.js";
import { SCORERS, type ScorerName } from "../../src/evolution/scorers/index.js";
import { connectBy } from "../../src/methods/topologies/connect.js";
import { TOPOLOGIES } from "../../src/methods/topologies/index.js";
import { networkConfig } from "../../src/nn/config.js";
import { memberSizes, networkSizes, snapshotMembers } from "../../src/nn/network.js";
import { grow } from "../../src/sparse/grow.js";
import { uniformDensity } from "../../src/sparse/initial.js";
import { createWorkspace } from "../../src/sparse/loops.js";
import { select } from "../../src/sparse/remove.js";
import { type Topology, toCsc } from "../../src/sparse/topology.js";
import { CoppiceError } from "../../src/util/check.js";
import { random } from "../../src/util/random.js";
import type { Cell, Mode } from "../record.js";
import { summarize } from "../stats.js";
import { createTrainer, erDensities, MEMBER, NETWORKS, type NetworkCase, sampleSteps, type Trainer } from "./networks.js";
import { PHASES, type PhaseTimes, timePhases } from "./phases.js";
import { type Bench, measureInChild, wanted } from "./suite.js";

/** What --only takes in this suite: parts of it. */
export const EVOLVE: readonly string[] = ["phases", "small", "removal", "sampled", "members", "rules", "b", "cpu"];

const CONNECTIONS: Readonly<Record<Mode, number[]>> = { quick: [1e4, 1e5, 1e6], full: [1e4, 1e5, 1e6, 1e7] };
/** Density of the layer that evolves, and what its network is trained with: shares are of an epoch of STEPS steps. */
const [DENSITY, BATCH, STEPS] = [0.01, 32, 100];
/** Members of ensembles that evolve. */
const MEMBERS = [1, 2, 4, 8];
/** Evolutions of one measurement. */
const ROUNDS: Readonly<Record<Mode, number>> = { quick: 3, full: 7 };

/** Networks for small data, 111 samples of 1,024 features, and how often they evolve in a run of 60 epochs. */
const SMALL = [
  { hidden: [300, 300], epsilon: 10, batch: 32 },
  { hidden: [500, 500, 500], epsilon: 10, batch: 8 },
  { hidden: [1000, 1000], epsilon: 20, batch: 32 },
] as const;
const SMALL_ROUNDS = 59;

/** What an evolution costs: its phases from 10^4 to 10^7 connections, with neuron removal, of small networks, and all of network b against its epoch. */
export async function runEvolve(bench: Bench): Promise<void> {
  for (const connections of CONNECTIONS[bench.mode]) {
    const size = Math.round(Math.sqrt(connections / DENSITY));
    const network = { sizes: [size, size, 10], densities: [DENSITY, null], batch: BATCH, samples: 2 * BATCH };
    const cell = { connections: Math.round(DENSITY * size * size) };
    if (wanted(bench, "phases")) await measureEvolutions(bench, "", cell, network, STEPS);
    if (wanted(bench, "removal")) await measureEvolutions(bench, "with removal: ", cell, network, STEPS, { score: "strength" });
    if (wanted(bench, "sampled")) await measureEvolutions(bench, "grow sampled: ", cell, network, STEPS, { grow: "sampled" });
  }
  if (wanted(bench, "small")) await smallNetworks(bench);
  if (wanted(bench, "members")) await memberSweep(bench);
  if (wanted(bench, "rules")) everyTopology(bench);
  if (wanted(bench, "rules")) await everyRule(bench);
  if (wanted(bench, "b")) await networkB(bench);
  if (wanted(bench, "cpu") && bench.offspring && bench.device.info.kind === "webgpu") {
    const cell = { name: "all layers: evolution", cell: networkBCell("cpu") };
    await measureInChild(bench, bench.offspring, cell, ["evolve", "--device", "cpu", `--${bench.mode}`, "--only", "b"]);
  }
}

/** All layers of small networks, against an epoch of their 111 samples. */
async function smallNetworks(bench: Bench): Promise<void> {
  for (const { hidden, epsilon, batch } of SMALL) {
    const sizes = [1024, ...hidden, 2];
    const network = { sizes, densities: erDensities(sizes, epsilon), batch, samples: 111 };
    const cell = { network: sizes.join("-"), epsilon, batch };
    await measureEvolutions(bench, "small: ", cell, network, Math.ceil(111 / batch), { rounds: SMALL_ROUNDS });
  }
}

/** All layers of ensembles of more and more members, against an epoch of STEPS steps. */
async function memberSweep(bench: Bench): Promise<void> {
  const { sizes, batch, epsilon } = MEMBER;
  for (const members of MEMBERS) {
    const network = { sizes, densities: erDensities(sizes, epsilon), batch, samples: 2 * batch, members };
    await measureEvolutions(bench, "members: ", { network: sizes.join("-"), batch, members }, network, STEPS);
  }
}

/** One layer of 3,312 x 3,000 by every rule, gradients over a batch of BATCH samples; percolation takes another layer above it. */
async function everyRule(bench: Bench): Promise<void> {
  const dense = (sizes: number[]) => ({
    cell: { network: sizes.join("-"), epsilon: 20, batch: BATCH },
    network: { sizes, densities: [...erDensities(sizes, 20).slice(0, -1), null], batch: BATCH, samples: 2 * BATCH },
  });
  const { cell, network } = dense([3312, 3000, 5]);
  const deep = dense([3312, 3000, 3000, 5]);
  for (const percolate of [false, true])
    await measureEvolutions(bench, `rules, ${percolate ? "" : "no "}percolation: `, deep.cell, deep.network, STEPS, {
      percolate,
    });
  for (const prune of Object.keys(PRUNERS) as PrunerName[])
    await measureEvolutions(bench, `rules, prune ${prune}: `, cell, network, STEPS, { prune });
  for (const grow of Object.keys(GROWERS) as GrowerName[])
    await measureEvolutions(bench, `rules, grow ${grow}: `, cell, network, STEPS, { grow });
  for (const score of Object.keys(SCORERS) as ScorerName[])
    await measureEvolutions(bench, `rules, score ${score}: `, cell, network, STEPS, { score });
}

/** First connections of one layer of 3,312 x 3,000 by every rule, of BATCH classes of noise. */
function everyTopology(bench: Bench): void {
  const [features, rows, samples] = [3312, 3000, 100];
  const rng = random(1, "bench", "topologies");
  const x = Float32Array.from({ length: features * samples }, () => rng.normal());
  const y = Uint32Array.from({ length: samples }, (_, i) => i % 2);
  const set = { name: "noise", x, y, samples, features, classes: ["a", "b"] };
  const about = { sizes: [features, rows, 2], network: networkConfig(), seed: 1, set, targets: y };
  const density = erDensities(about.sizes, 20)[0] ?? 1;
  for (const [name, rule] of Object.entries(TOPOLOGIES)) {
    const start = performance.now();
    const connect = connectBy(rule, () => about) ?? uniformDensity;
    connect(rows, features, density, random(1, "topology", 0), 0);
    const ms = summarize([performance.now() - start], 1);
    bench.row({
      name: `rules, topology ${name}: connections`,
      cell: { rows, cols: features, samples },
      clock: "wall",
      ms,
      figures: {},
    });
  }
}

/** All layers of network b, against its own training epoch of 67 steps at batch 2. */
async function networkB(bench: Bench): Promise<void> {
  const { sizes, epsilon, samples } = NETWORKS.b;
  const densities = erDensities(sizes, epsilon);
  const cell = networkBCell(bench.device.info.kind);
  await measureEvolutions(bench, "all layers: ", cell, { sizes, densities, batch: 2, samples }, samples / 2);
  for (const grow of ["random", "sampled", "gradient"] as const)
    await measureEvolutions(
      bench,
      `all layers, grow ${grow}: `,
      { ...cell, batch: BATCH },
      { sizes, densities, batch: BATCH, samples },
      samples / BATCH,
      { grow },
    );
}

const networkBCell = (device: string): Cell => ({ network: "b", batch: 2, device });

/** Evolves a network several times and reports the phases, in ms and as shares of an epoch of so many steps. */
async function measureEvolutions(
  bench: Bench,
  prefix: string,
  cell: Cell,
  network: NetworkCase,
  steps: number,
  rules: Rules & { readonly rounds?: number } = {},
): Promise<void> {
  const work = network.densities.reduce<number>(
    (sum, density, i) => sum + (density ?? 1) * network.sizes[i] * network.sizes[i + 1] * (network.members ?? 1),
    0,
  );
  const predicted = bench.pace.predict(prefix, work, 2);
  const refused = bench.budget.refuses(predicted ?? 0);
  if (refused) return bench.leaveOut({ name: `${prefix}evolution`, cell }, refused);
  let trainer: Trainer;
  try {
    trainer = await createTrainer(bench.device, network);
  } catch (error) {
    if (!(error instanceof CoppiceError)) throw error;
    return bench.leaveOut({ name: `${prefix}evolution`, cell }, error.message);
  }
  const epochMs = steps * (await sampleSteps(trainer, bench.patience)).median;
  const found: PhaseTimes[] = [];
  const scratch = createScratch(trainer.device);
  const evolveAt = (epoch: number) => evolveOnce(trainer, scratch, epoch, rules);
  await evolveAt(1); // compiles: a run evolves many times
  const { rounds = ROUNDS[bench.mode] } = rules;
  const processor: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const before = processorMs();
    found.push(await evolveAt(round + 2));
    const after = processorMs();
    if (before !== undefined && after !== undefined) processor.push(after - before);
  }
  scratch.free();
  report(bench, prefix, cell, found, epochMs, processor);
  const { topology } = trainer.network.layers[0].blocks[0];
  if (topology && !prefix) hostParts(bench, cell, topology, epochMs);
  trainer.dispose();
  bench.pace.learn(prefix, work, found.reduce((sum, { ms }) => sum + ms.total, 0) + (12 * epochMs) / steps);
}

/** What evolutions do beside SET's: with `score`, 5 % of the hidden neurons that are left go; `grow` chooses the new connections. */
interface Rules {
  readonly score?: ScorerName;
  readonly grow?: GrowerName;
  readonly prune?: PrunerName;
  readonly percolate?: boolean;
}

/** ms of all processors that this process took so far; none in a page. */
function processorMs(): number | undefined {
  const used = globalThis.process?.cpuUsage?.();
  return used && (used.user + used.system) / 1000;
}

/** One evolution of SET (zeta 0.3), timed by phases. Gradients are those of a batch. */
export async function evolveOnce(
  { device, network, runner, samples }: Trainer,
  scratch: Scratch,
  epoch: number,
  { score, grow, prune = "set", percolate = false }: Rules = {},
): Promise<PhaseTimes> {
  const removal = score ? ({ score, amount: 0.05, schedule: "percentile", first: 1, last: 1000, every: 1 } as const) : null;
  const members = await snapshotMembers(device, network);
  const firstSizes = memberSizes(network);
  const classes = firstSizes.at(-1) ?? 2;
  const config = evolutionConfig(
    { prune, percolate, ...(grow && { grow }), zeta: 0.3, regrowInit: "heUniform", removal },
    { epochs: 1000, classes, stepsPerEpoch: 1 },
  );
  const counts = network.layers.flatMap((_, i) => members.flatMap(({ layers }) => signs(layers[i].params.values)));
  const evolves = network.layers.map(({ kind }) => kind.name === "sparse");
  const firsts = { firstSizes, firstConnections: members[0].layers.map(({ params: { values } }) => values.length) };
  const options = { config, pieces: findPieces(config), epoch, epochs: 1000, seed: 1, ...firsts, evolves, counts };
  const exploration = config.exploration ? openExploration(network, members, firstSizes) : null;
  const pass = {
    order: Uint32Array.from({ length: samples }, (_, i) => i),
    steps: 1,
    firstStep: 0,
    rates: () => [-1, 1, 1, 1] as const,
  };
  return timePhases(scratch, (timed) => {
    const sizes = networkSizes(network);
    const probes = () => createProbes({ device: timed.device, sizes, pass: (after) => runner.pass(after, pass) });
    return evolve(timed, network, { ...options, exploration, probes });
  });
}

/** How many values are positive, negative, zero, not finite: what rides in an epoch's read-back. */
function signs(values: ArrayLike<number>): number[] {
  const counts = [0, 0, 0, 0];
  for (let i = 0; i < values.length; i++) counts[values[i] > 0 ? 0 : values[i] < 0 ? 1 : values[i] === 0 ? 2 : 3]++;
  return counts;
}

function report(
  bench: Bench,
  prefix: string,
  cell: Cell,
  found: readonly PhaseTimes[],
  epochMs: number,
  processor: readonly number[],
): void {
  const { bytesUp, bytesDown } = found[0];
  const moved: Readonly<Record<string, number>> = { total: bytesUp + bytesDown, "read-back": bytesDown, upload: bytesUp };
  for (const phase of ["total", ...PHASES] as const) {
    const ms = summarize(
      found.map((times) => times.ms[phase]),
      1,
    );
    const figures = {
      ofEpoch: ms.median / epochMs,
      ...(moved[phase] !== undefined && { bytesMoved: moved[phase] }),
      ...(phase === "total" && processor.length > 0 && { processorMs: summarize(processor, 1).median }),
    };
    bench.row({ name: prefix + (phase === "total" ? "evolution" : phase), cell, clock: "wall", ms, figures });
  }
}

/** What the host does in an evolution, part by part: keeping the survivors, growing 30 % anew, sorting by column. */
function hostParts(bench: Bench, cell: Cell, topology: Topology, epochMs: number): void {
  const rng = random(1, "bench", "survivors");
  const mask = new Uint32Array(Math.ceil(topology.nnz / 32));
  for (let k = 0; k < topology.nnz; k++) if (rng.float() >= 0.3) mask[k >>> 5] |= 1 << (k & 31);
  const kept = select(topology, mask).topology;
  const space = createWorkspace();
  const parts = {
    "host: keep survivors": () => select(topology, mask),
    "host: regrow": () => grow(kept, topology.nnz - kept.nnz, rng),
    "host: sort by column": () => toCsc(topology),
    "host: draw, merge, sort": () => {
      space.keep();
      toCsc(grow(topology, topology.nnz - kept.nnz, rng, mask, space).topology, space);
    },
  };
  for (const [name, part] of Object.entries(parts)) {
    const times = Array.from({ length: ROUNDS[bench.mode] }, () => {
      const start = performance.now();
      part();
      return performance.now() - start;
    });
    const ms = summarize(times, 1);
    const figures = { ofEpoch: ms.median / epochMs, connectionsPerSecond: (1000 * topology.nnz) / ms.median };
    bench.row({ name, cell, clock: "wall", ms, figures });
  }
}
