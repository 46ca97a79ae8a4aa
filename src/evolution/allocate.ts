import { check, isList } from "../util/check.js";
import { shown } from "../util/shown.js";
import type { Allotment } from "./allocators/allocator.js";
import type { EvolveOptions } from "./evolve-options.js";
import type { GradientProbe } from "./gradient-probe.js";
import type { Remains } from "./remains.js";

/** How many connections each layer is to have, by the allocator; what is left of those that do not evolve, and 0 for dense ones (null). */
export async function allocate(
  remains: readonly (Remains | null)[],
  options: EvolveOptions,
  probe: GradientProbe,
): Promise<number[]> {
  const { evolves, epoch, epochs } = options;
  const { allocator } = options.pieces;
  const evolving = remains.flatMap((rest) => (rest && evolves[rest.layer] ? [allotmentOf(rest, options)] : []));
  const counts = await allocator.counts(evolving, { progress: epoch / epochs, probe });
  const where = `allocator ${allocator.name}`;
  const many = isList(counts) ? counts.length : shown(counts);
  check(many === evolving.length, where, () => `gives ${many} counts for ${evolving.length} layers`);
  const all = remains.map((rest) => rest?.left ?? 0);
  for (const [i, { layer, left, cells }] of evolving.entries()) {
    const fits = Number.isInteger(counts[i]) && counts[i] >= left && counts[i] <= cells;
    check(fits, where, () => {
      return `layer ${layer} is to have ${counts[i]} connections; give a whole number from the ${left} that are left to its ${cells} cells`;
    });
    all[layer] = counts[i];
  }
  const sum = (numbers: readonly number[]) => numbers.reduce((total, count) => total + count, 0);
  const [given, first] = [sum(counts), sum(evolving.map((layer) => layer.first))];
  const { most = 1 } = allocator;
  check(given <= most * first, where, () => {
    return `gives ${given} connections in all; memory is planned for ${most} x ${first}, with which training began: give fewer, or set most to ${Math.ceil(given / first)}`;
  });
  return all;
}

function allotmentOf(
  rest: Remains,
  { firstConnections, goals, config: { growFirst } }: Pick<EvolveOptions, "firstConnections" | "goals" | "config">,
): Allotment {
  const { layer, before, pruned, left, base } = rest;
  const cells = base.rows * base.cols;
  return {
    layer,
    before,
    pruned,
    left,
    first: firstConnections[layer],
    goal: goals?.[layer] ?? before,
    cells,
    room: cells - (growFirst ? base.nnz : left),
    get kept() {
      return rest.kept;
    },
  };
}
