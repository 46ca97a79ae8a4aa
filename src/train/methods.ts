import { layOut, METHODS, type MethodName } from "../methods/index.js";
import type { Layout, RemovalPlan, Shape } from "../methods/layouts/layout.js";

export { METHOD_NAMES as METHODS, type MethodName as Method } from "../methods/index.js";
export { smallDense } from "../methods/layouts/dense-small.js";
export { type Layout, OUTPUTS, parametersOf } from "../methods/layouts/layout.js";

/** The network that a built-in method starts with. */
export const layoutOf = (method: MethodName, shape: Shape, plan: RemovalPlan | null): Layout =>
  layOut(METHODS[method], shape, plan);
