import { callable, pieceOf } from "../options/piece.js";
import { custom, flag, list, oneOf, optional, record, text } from "../options/schema.js";
import { LAYER_KINDS, type LayerKindName } from "./index.js";
import type { LayerKind } from "./kind.js";

const starts = (value: unknown) =>
  Number.isFinite(value) || (Array.isArray(value) && value.length > 0 && value.every(Number.isFinite));
const PARAM = record(
  {
    name: text(
      /^(?!(indptr|indices|values|weight|bias|neurons)$)[a-z][a-zA-Z0-9]*$/,
      "a word that names no other array of a layer",
    ),
    per: oneOf(["output", "input", "layer"]),
    init: custom(starts, "a finite number, or a list of them"),
    trained: optional(flag()),
    decays: optional(flag()),
  },
  { only: true },
);

const leftOut = (reason: string) => optional(custom<undefined>((value) => value === undefined, `left out: ${reason}`));

/** A kind of layers: by its name, or one of the user's own. */
export const LAYER = pieceOf<LayerKindName, LayerKind>("layer kind", LAYER_KINDS, {
  told: ["forward"],
  fields: {
    params: list(PARAM),
    outputs: optional(callable),
    forward: callable,
    backward: callable,
    gradients: optional(callable),
    onnx: optional(callable),
    update: leftOut("give gradients, and coppice takes the step"),
    connect: leftOut("a layer of your own has no connections"),
  },
  problem: ({ params, gradients }) =>
    !gradients && params.some(({ trained = true }) => trained) ? "gradients: are missing, but parameters are trained" : undefined,
});
