export { byColumn } from "./by-column";
export { grow } from "./grow";
export { growWeights } from "./grow-weights";
