import { activationOf } from "../activations/index.js";
import type { Layout } from "../methods/layouts/layout.js";
import type { Method } from "../methods/method.js";
import type { NetworkConfig } from "../nn/config.js";
import { type Given, option, settle } from "../options/option.js";
import { flag, integer, oneOf } from "../options/schema.js";
import { check } from "../util/check.js";
import { memberSeed } from "../util/random.js";

/** Networks that are trained together, in the dispatches of one, and averaged. */
export const ENSEMBLE = {
  members: option(integer({ min: 1, max: 256 }), 1, "networks that are trained together and averaged", { unit: "M" }),
  /** Names the streams of topology, weights, dropout, regrowth and removal; samples come in the run's own order. */
  member: option(integer({ min: 0, max: 2 ** 31 }), 0, "number of the first member, which names its random streams", {
    unit: "i",
  }),
  /** weights: all members have the connections and weights of one network, and scalings and output layers of their own. */
  share: option(oneOf(["none", "weights"]), "none", "what the members share, where weights is all but scalings and outputs", {
    unit: "what",
  }),
  /** Draws by each member's own stream, so that it has the weights that it has alone. */
  bagging: option(flag(), false, "train each member on samples that are drawn with replacement, by weights of the gradients"),
};

/** The networks of a run, and the number of the first; absent of one network with the run's own streams. */
export interface Ensemble {
  readonly members?: number;
  readonly member?: number;
  /** What the members share; absent where they share nothing. */
  readonly share?: "weights";
  /** Whether samples have bootstrap weights; absent where they have none. */
  readonly bagging?: true;
}

/** What each member is to be. */
interface Members {
  /** Whether it starts from a model. */
  readonly started: boolean;
  /** Whether it has layers of kinds of the user's own. */
  readonly own: boolean;
  readonly network: Pick<NetworkConfig, "skip" | "activation">;
  readonly output: string;
  readonly method: Method;
}

/** The ensemble among the options. Throws where it would start from a model, or have kinds of layers of the user's own. */
export function settleEnsemble(options: Given<typeof ENSEMBLE>, { started, own, ...network }: Members): Ensemble {
  const { members, member, share, bagging } = settle(ENSEMBLE, options);
  const given = members > 1 ? "members" : "member";
  check(!started || (members === 1 && member === 0), given, () => {
    return "first weights and connections are a member's own, but start gives them: leave it out";
  });
  check(members === 1 || !own, "members", () => {
    return "a layer of a kind of your own knows no members; leave it out, or train one network";
  });
  check(share === "none" || members > 1, "share", () => "there is one network; give members (16, say), or leave share out");
  if (share === "weights") checkShare(network);
  return {
    ...(members > 1 && { members }),
    ...(member > 0 && { member }),
    ...(share === "weights" && { share }),
    ...(bagging && { bagging }),
  };
}

/** Throws unless a network has weights that members can share. */
function checkShare({ network: { skip, activation }, output, method }: Omit<Members, "started" | "own">): void {
  const refuse = (fits: boolean, why: string) => check(fits, "share", () => `${why}, or leave share out`);
  refuse(method.layout.hidden, "a network without a hidden layer has no weights to share; take a method that has one");
  refuse(output === "auto" || output === "dense", `outputs are each member's own and dense, but output is ${output}; drop that`);
  refuse(skip !== "linear", "a linear skip has no scalings; drop skip");
  const { name, parameters } = activationOf(activation);
  refuse(!parameters, `activation ${name} has trained parameters, and members have none of their own; take another`);
}

/** Rows of a batch's activations in each layer of one network: members that share weights have one each of a neuron. */
export function columnsOf({ layout: { sizes }, share, members = 1 }: Ensemble & { readonly layout: Layout }): number[] {
  return sizes.map((size) => (share ? members * size : size));
}

/** The seed of each network's streams: of one, or of the members of an ensemble. */
export function seedsOf({ seed, members = 1, member = 0 }: Ensemble & { readonly seed: number }): number[] {
  return Array.from({ length: members }, (_, j) => memberSeed(seed, member + j));
}
