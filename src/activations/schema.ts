import { callable, noSimd, pieceOf, wgslOf } from "../options/piece.js";
import { custom, flag, list, number, optional, record, text } from "../options/schema.js";
import { type Activation, PARAMETERS } from "./activation.js";
import { ACTIVATIONS, type ActivationName } from "./index.js";

const NEEDS = ["y", "z", "nothing"];
const PARAMETER = record({ name: text(), init: number() }, { only: true });

/** An activation: by its name, or one of the user's own. */
export const ACTIVATION = pieceOf<ActivationName, Activation>("activation", ACTIVATIONS, {
  told: ["f"],
  fields: {
    // Trained parameters stand in files by the activation's name, beside these arrays of a layer.
    name: text(
      /^(?!(indptr|indices|values|weight|bias|neurons|data|shape|format)$)[a-z][a-zA-Z0-9]*$/,
      "a word of letters and digits that names no other array of a layer",
    ),
    needs: custom((value) => typeof value === "function" || NEEDS.includes(value as string), `one of ${NEEDS.join(", ")}`),
    wgsl: wgslOf("activate", "derivative"),
    f: callable,
    df: callable,
    simd: noSimd,
    parameters: optional(list(PARAMETER, { least: 1 })),
    gradients: optional(callable),
    slope: optional(callable),
    alpha: optional(number({ min: 0, max: 1 })),
    exact: optional(flag()),
    onnx: optional(callable),
  },
  problem({ needs, parameters, gradients, wgsl, alpha = 0.01 }) {
    if (typeof needs === "function" && !["y", "z"].includes(needs(alpha))) return "needs: returns neither y nor z";
    if (!parameters) return undefined;
    if (parameters.length > PARAMETERS) return `parameters: there are ${parameters.length}, at most ${PARAMETERS} have room`;
    const gradient = gradients && /\bfn\s+gradients\s*\(/.test(wgsl);
    return gradient ? undefined : "parameters: need a function gradients, and one in the wgsl";
  },
});
