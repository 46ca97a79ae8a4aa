import { findPiece } from "../options/piece.js";
import type { Activation } from "./activation.js";
import { gelu } from "./gelu.js";
import { linear } from "./linear.js";
import { allRelu, leakyRelu, relu } from "./relu.js";
import { sigmoid } from "./sigmoid.js";
import { srelu } from "./srelu.js";
import { tanh } from "./tanh.js";

/** The activations that have a name; `relu`, `leakyRelu` and `allRelu` are one rectifier with different slopes below 0. */
export const ACTIVATIONS = { relu, leakyRelu, allRelu, srelu, sigmoid, tanh, gelu, linear };

/** The name of an activation. */
export type ActivationName = keyof typeof ACTIVATIONS;

/** The activation of that name, or itself. */
export const activationOf = (activation: ActivationName | Activation): Activation =>
  findPiece<ActivationName, Activation>(ACTIVATIONS, activation);
