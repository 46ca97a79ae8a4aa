export { dense, denseT, denseUpdate } from "./dense";
export { gather } from "./gather";
export { carry, countSigns, histogram, mark } from "./prune";
export { sddmm } from "./sddmm";
export { spmm, spmmT } from "./sparse-product";
