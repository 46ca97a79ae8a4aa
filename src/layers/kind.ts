import type { Activation } from "../activations/activation.js";
import type { ParamSpec } from "./param.js";

/** What a layer computes, as an object in a file. */
export interface LayerKind {
  readonly name: string;
  /** Its parameters, in the order of files. */
  readonly params: readonly ParamSpec[];
}

/** A bias for each neuron, which the update of the weights trains along. */
export const BIAS: ParamSpec = { name: "bias", per: "output", init: 0 };

/** The parameters of a layer of that kind whose neurons answer so. Those that an activation trains are one, by its name. */
export function paramsOf({ params }: LayerKind, { name, parameters }: Activation): readonly ParamSpec[] {
  return parameters ? [...params, { name, per: "output", init: parameters.map(({ init }) => init) }] : params;
}
