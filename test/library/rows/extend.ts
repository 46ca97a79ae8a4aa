import { WRONG } from "../wrong.js";
import type { Rows } from "./right.js";

/** The functions of `coppice/extend`. */
export const OF_EXTEND: Rows = {
  defineKernel: {
    args: [{ name: "own", wgsl: "", params: {}, bindings: {}, constants: {}, workgroups: () => 1, twin() {} }],
    wrong: [
      {
        name: WRONG.text,
        wgsl: WRONG.text,
        params: WRONG.object,
        bindings: WRONG.object,
        constants: WRONG.object,
        workgroups: WRONG.function,
        twin: WRONG.function,
      },
    ],
  },
};
