import { BIAS, type LayerKind } from "./kind.js";

/** y = f(W x + b), where W holds the connections of a topology. */
export const sparse: LayerKind = { name: "sparse", params: [{ name: "values", per: "connection", init: 0 }, BIAS] };
