import { removalDue, removedTarget } from "../../evolution/neurons.js";
import { findPieces } from "../../evolution/pieces.js";
import { countEvolutions } from "../../evolution/schedules.js";
import { goalsOf } from "../../methods/layouts/layout.js";
import type { TrainConfig } from "../../train/options.js";
import type { EpochRecord, EvolutionRecord, LayerSummary } from "../../train/records.js";

/**
 * Floating point operations of training on one sample, by the connections of each layer: 2 nnz forward, 2 nnz for the weights' gradient
 * and 2 nnz for the inputs', which the first layer does without. Activations, loss and updates are left out.
 */
export function stepFlop(connections: readonly number[]): number {
  return connections.reduce((sum, nnz, i) => sum + (i === 0 ? 4 : 6) * nnz, 0);
}

/** Operations of the training steps of a run that was done: exact, from the connections that it trained with at each time. */
export function trainedFlop(
  start: readonly LayerSummary[],
  history: readonly EpochRecord[],
  evolutions: readonly EvolutionRecord[],
  samples: number,
): number {
  let [flop, time] = [0, 0];
  let connections = start.map(({ nnz }) => nnz);
  const trainUntil = (epoch: number) => {
    flop += samples * (epoch - time) * stepFlop(connections);
    time = epoch;
  };
  for (const { epoch, layers } of evolutions) {
    if (epoch > history.length) break;
    trainUntil(epoch);
    connections = layers.map(({ nnz }) => nnz);
  }
  trainUntil(history.length);
  return flop;
}

/**
 * Connections of each layer, of all members, that every epoch (from 1) is planned to train with. Neurons leave by the schedule; a layer keeps
 * its connections as far as they fit, or its density, as its allocator says.
 */
export function plannedConnections({ layout, evolution, epochs, members = 1 }: TrainConfig): number[][] {
  const { sizes, densities } = layout;
  const removal = evolution?.removal;
  const done = (epoch: number) => (evolution ? countEvolutions(evolution, epochs, epoch) : 0);
  const last = sizes.length - 1;
  let living = [...sizes];
  const allocator = evolution && findPieces(evolution).allocator;
  const layers = (evolutions: number): number[] => {
    const goals = goalsOf(layout, allocator?.falls?.(evolutions / done(epochs)) ?? 0);
    return densities.map((density, i) => {
      const cells = living[i] * living[i + 1];
      if (density === null) return cells;
      const first = goals?.[i] ?? Math.round(density * sizes[i] * sizes[i + 1]);
      return allocator?.keeps === "density" ? Math.round(density * cells) : Math.min(cells, first);
    });
  };
  return Array.from({ length: epochs }, (_, e) => {
    const trained = layers(done(e)).map((connections) => members * connections);
    const epoch = e + 1;
    if (removal && done(epoch) > done(epoch - 1) && removalDue(removal, epoch)) {
      living = living.map((size, i) => {
        if (i === 0 || i === last) return size;
        const due = removedTarget(removal, sizes[i], size, epoch) - (sizes[i] - size);
        return size - Math.min(due, Math.max(0, size - removal.floor));
      });
    }
    return trained;
  });
}

/** Operations that the training steps of a run are planned to take. */
export function plannedFlop(config: TrainConfig, samples: number): number {
  return plannedConnections(config).reduce((sum, connections) => sum + samples * stepFlop(connections), 0);
}
