import type { OwnPiece } from "../methods/pieces.js";
import { type TrainValues as Options, trainOptionsOf } from "../train/flat-options.js";
import type { TrainOptions } from "../train/options.js";
import { type Preset, presetValues } from "./presets.js";

/** The values of the training options by commander's names: what was given, nothing else. JSON. */
export interface TrainValues extends Options {
  readonly preset?: Preset;
}

/** The library's options of these values, those of the preset underneath, and the pieces that they may name. */
export function trainOptions(given: TrainValues, pieces: readonly OwnPiece[] = []): TrainOptions {
  return { ...trainOptionsOf({ ...presetValues(given.preset, given), ...given }), pieces };
}
