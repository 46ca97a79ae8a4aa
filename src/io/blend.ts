import { unshared } from "../nn/share-weights.js";
import { type Member, withoutStates } from "../nn/state.js";
import { check, checkObject } from "../util/check.js";
import { shown } from "../util/shown.js";
import { withAverages } from "./folded.js";
import { checkAlike, checkModel, checkSum, membersOf, type SavedModel } from "./saved-model.js";

/** A model in a blend, and its share of the average. */
export interface BlendPart {
  /** One network or an ensemble, trained on data of the same features and classes as the others, standardised alike. */
  readonly model: SavedModel;
  /** At least 0; those of all parts sum to 1. */
  readonly weight: number;
}

/**
 * One model that answers by the weighted average of several: of probabilities p = sum_k w_k p_k, of losses that average outputs z = sum_k w_k z_k.
 * The networks of all parts are its members. One of K equal members of part k has the weight w_k / K, so that parts may themselves be ensembles
 * or blends. Parts may differ in method, layers, activation and optimiser, not in task and loss.
 *
 * A part of weight 0 is left out. If one part is left, the answer is its model. Otherwise it is new, and can be used and exported but not trained
 * on: it has neither optimiser state nor training nor conformal scores. What is told of its table is the first part's. Its file says "coppice/2" and has a tensor
 * `members.weights`, which earlier readers refuse. The arrays of the parts are shared, not copied.
 *
 * Throws a usage error, naming the part, on what is no model, on weights below 0 or not summing to 1 (within 1e-6), and on parts that differ
 * in their classes, the number or names of their features, their standardisation, task or loss.
 *
 * @example
 * const model = blend([{ model: await ensemble.save(), weight: 0.6 }, { model: await linear.save(), weight: 0.4 }]);
 * await writeFile("model.safetensors", encodeCheckpoint(model));
 */
export function blend(parts: readonly BlendPart[]): SavedModel {
  check(Array.isArray(parts) && parts.length > 0, "blend", () => `${shown(parts)} is no list of models with their weights`);
  for (const [k, part] of parts.entries()) {
    const where = `blend: part ${k}`;
    checkObject(part, where, "model with its weight");
    checkModel(part.model, where);
    const { weight } = part;
    check(typeof weight === "number" && weight >= 0, `${where}: weight`, () => {
      return `${shown(weight)}, expected a number of at least 0`;
    });
    checkSame(part.model, parts[0].model, where);
  }
  checkSum(parts, "blend: weights");
  const used = parts.filter(({ weight }) => weight > 0);
  if (used.length === 1) return used[0].model;
  const plain = used.map(({ model, weight }) => ({ model: withAverages(model), weight }));
  const [{ model: first }] = plain;
  const members = plain.flatMap((part) => shareOut(part, JSON.stringify(first.config)));
  checkAlike(members, first.config, "blend");
  const { training: _, conformal: __, ...kept } = first; // scores are of the part's predictions
  return { ...kept, network: members[0], members };
}

/** The networks of a part with their shares, and their config where it is not that of all. */
function shareOut({ model, weight: whole }: BlendPart, common: string): Member[] {
  const networks = membersOf(model).flatMap(unshared);
  return networks.map(({ weight = 1 / networks.length, config = model.config, ...network }) => {
    return { ...withoutStates(network), weight: whole * weight, ...(JSON.stringify(config) !== common && { config }) };
  });
}

/** Throws unless two models take the same inputs, standardised alike, to the same classes. */
function checkSame(model: SavedModel, first: SavedModel, where: string): void {
  const same = (name: string, of: (model: SavedModel) => unknown) =>
    check(JSON.stringify(of(model)) === JSON.stringify(of(first)), where, () => {
      return `its ${name} are not those of part 0; blend models that were trained on the same data`;
    });
  same("classes", ({ classes }) => classes);
  check(model.temperature === undefined, where, () => {
    return "it is calibrated, and a temperature holds for one model's own outputs; blend models that were trained without calibrate";
  });
  check(model.threshold === undefined, where, () => {
    return "its threshold holds for one model's own probabilities; blend models that were trained without threshold";
  });
  same("task and loss", ({ config: { task, loss } }) => [task, loss]);
  check(model.features === first.features, where, () => `has ${model.features} features, part 0 has ${first.features}`);
  same("steps of samples", ({ prepared }) => prepared);
  same("names of features", ({ featureNames }) => featureNames);
  same("images", ({ imageShape }) => imageShape);
  same("statistics of the inputs", ({ input }) => input);
  same("scale of targets", ({ targets }) => targets);
}
