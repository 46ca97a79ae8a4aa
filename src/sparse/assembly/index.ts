export { byColumn } from "./by-column";
export { drawFree } from "./draw-free";
export { grow } from "./grow";
export { growWeights } from "./grow-weights";
