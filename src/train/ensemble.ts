import { type Given, option, settle } from "../options/option.js";
import { flag, integer } from "../options/schema.js";
import { check } from "../util/check.js";
import { memberSeed } from "../util/random.js";

/** Networks that are trained together, in the dispatches of one, and averaged. */
export const ENSEMBLE = {
  members: option(integer({ min: 1, max: 256 }), 1, "networks that are trained together and averaged", { unit: "M" }),
  /** Names the streams of topology, weights, dropout, regrowth and removal; samples come in the run's own order. */
  member: option(integer({ min: 0, max: 2 ** 31 }), 0, "number of the first member, which names its random streams", {
    unit: "i",
  }),
  /** Draws by each member's own stream, so that it has the weights that it has alone. */
  bagging: option(flag(), false, "train each member on samples that are drawn with replacement, by weights of the gradients"),
};

/** The networks of a run, and the number of the first; absent of one network with the run's own streams. */
export interface Ensemble {
  readonly members?: number;
  readonly member?: number;
  /** Whether samples have bootstrap weights; absent where they have none. */
  readonly bagging?: true;
}

/** The ensemble among the options. Throws where it would start from a model, or have kinds of layers of the user's own. */
export function settleEnsemble(options: Given<typeof ENSEMBLE>, started: boolean, own: boolean): Ensemble {
  const { members, member, bagging } = settle(ENSEMBLE, options);
  const given = members > 1 ? "members" : "member";
  check(!started || (members === 1 && member === 0), given, () => {
    return "first weights and connections are a member's own, but start gives them: leave it out";
  });
  check(members === 1 || !own, "members", () => {
    return "a layer of a kind of your own knows no members; leave it out, or train one network";
  });
  return { ...(members > 1 && { members }), ...(member > 0 && { member }), ...(bagging && { bagging }) };
}

/** The seed of each network's streams: of one, or of the members of an ensemble. */
export function seedsOf({ seed, members = 1, member = 0 }: Ensemble & { readonly seed: number }): number[] {
  return Array.from({ length: members }, (_, j) => memberSeed(seed, member + j));
}
