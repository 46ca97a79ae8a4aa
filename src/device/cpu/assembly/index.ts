export { dense, denseT, denseUpdate } from "./dense";
export { gather } from "./gather";
export { carry, countSigns, histogram, mark } from "./prune";
export { sddmm, spmm, spmmT } from "./sparse";
