export { dense, denseT, denseUpdate } from "./dense";
export { gather } from "./gather";
export { sddmm, spmm, spmmT } from "./sparse";
