import { plainName } from "../../data/names.js";
import type { TrainOptions } from "../../train/options.js";
import type { TrainData } from "../../train/prepare-data.js";
import type { RunOptions } from "../../train/run-options.js";
import { train } from "../../train/train.js";
import { check, checkInteger, checkKeys, checkObject } from "../../util/check.js";
import { inputStrength } from "./strength.js";

/** A feature that was selected. */
export interface SelectedFeature {
  readonly name: string;
  /** Its place in the data, from 0. */
  readonly index: number;
  /** The sum of |w| over the connections that it has left. */
  readonly strength: number;
}

/** How many features are to be selected, and how the network is trained that selects them. */
export interface SelectOptions {
  readonly features: number;
  /** Default: method npset with growth by gradient; hidden neurons stay but for those that lost a side. */
  readonly train?: TrainOptions & RunOptions;
}

/** The part of the training after which inputs leave no more, as in NeuroFS. */
const UNTIL = 0.65;
/** The part of the hidden neurons that leaves: none; those that lost a side go all the same. */
const NO_NEURONS = 1e-9;

/**
 * The features that a sparse network keeps, the strongest first (after NeuroFS, Atashgahi et al. 2023). In training inputs leave, the weakest by the sum of
 * |w| first and evenly until 65 % of the epochs, until so many are left; connections grow among those, by gradients. Inputs are scaled as `train` has it, by the training
 * part alone, and no other part of the data is looked at. Throws what `train` throws, and unless fewer features are asked for than there are.
 */
export async function selectFeatures(data: TrainData, options: SelectOptions): Promise<readonly SelectedFeature[]> {
  checkObject(options, "selectFeatures: options");
  checkKeys<SelectOptions>(options, { features: true, train: true }, "selectFeatures: option");
  const { features: most, train: given = {} } = options;
  checkObject(data, "selectFeatures: data");
  checkObject(data.train, "selectFeatures: data.train");
  checkObject(given, "selectFeatures: train");
  const { features, featureNames } = data.train;
  checkInteger(most, "selectFeatures: features", 1);
  check(most < features, "selectFeatures: features", () => {
    return `${most}, but the data have ${features}; give fewer, as there is nothing to choose otherwise`;
  });
  const model = await train(data, selecting(given, most, features));
  try {
    const strength = inputStrength(await model.save());
    const order = Array.from(strength.keys()).sort((a, b) => strength[b] - strength[a] || a - b);
    return order.slice(0, most).map((index) => ({ name: plainName(featureNames, index), index, strength: strength[index] }));
  } finally {
    await model.dispose();
  }
}

/** The options of the training, with what was not given. */
function selecting(given: TrainOptions & RunOptions, most: number, features: number): TrainOptions & RunOptions {
  const { epochs = 100, evolution = {} } = given;
  const removal = {
    amount: NO_NEURONS,
    inputAmount: 1 - most / features,
    schedule: "linear",
    first: 1,
    last: Math.max(2, Math.round(UNTIL * epochs)),
    floor: Math.min(most, 2),
  } as const;
  const rules = { grow: "gradient", ...evolution, removal: { ...removal, ...evolution.removal } } as const;
  return { ...given, method: given.method ?? "npset", evolution: rules };
}
