import type { Format } from "../format.js";
import { isMat, isMat4 } from "./signature.js";

/** Variables that MATLAB saved: see `readMat`. */
export const matlab: Format = {
  name: "matlab",
  title: "MATLAB 4 to 7",
  plural: "MATLAB files",
  about:
    "MATLAB 4 to 7: variables `X` and `Y`, or other usual names (`fea`, `gnd`; `data`, `label`), or `--x`, `--y`, which take `data.X`, a field of a struct, too; sparse samples stay sparse; labels may be a cell of texts; `--group` names a variable",
  extensions: [".mat"],
  options: ["orientation", "group", "sampleWeight", "x", "y"],
  claims: (head, name) => (isMat(head) || isMat4(head) ? "sure" : /\.mat$/i.test(name) && "likely"),
  async read([file], options) {
    const { readMat } = await import("./matlab.js");
    return readMat(await file.whole(), file.name, options);
  },
};
