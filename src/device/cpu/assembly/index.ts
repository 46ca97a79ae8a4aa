export { dense, denseT, denseUpdate } from "./dense";
export { sddmm, spmm, spmmT } from "./sparse";
