import { dense } from "./dense.js";
import type { LayerKind } from "./kind.js";
import { sparse } from "./sparse.js";

/** The kinds of layers by name. */
export const LAYER_KINDS = { sparse, dense } satisfies Record<string, LayerKind>;
/** The name of a built-in kind. */
export type LayerKindName = keyof typeof LAYER_KINDS;
