import { BIAS, type LayerKind } from "./kind.js";

/** y = f(W x + b), where W holds a weight in every cell. */
export const dense: LayerKind = { name: "dense", params: [{ name: "values", per: "connection", init: 0, file: "weight" }, BIAS] };
