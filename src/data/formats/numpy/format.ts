import { inMemory } from "../file.js";
import type { Format } from "../format.js";
import { isNpy } from "./npy-header.js";
import { firstEntry, isZip } from "./zip.js";

/** Arrays that numpy or scipy saved: see `readNumpy`. */
export const numpy: Format = {
  name: "numpy",
  title: "NumPy",
  plural: "NumPy files",
  about:
    "arrays `X` and `y`, or other usual names (`X_tr`, `trainX`, `images`, ...), or `--x`, `--y`; `x_test`, `y_test` (`testX`, `test_images`, ...) beside them are the test set, `x_val`, `y_val` the validation set; `sample_ids`, `feature_names` and `target_names` are names; labels also one-hot; pictures as (n, height, width), colours behind these; `--group` names an array. `X.npy,y.npy`: samples and labels; samples may be a `.npz` that `scipy.sparse.save_npz` wrote (CSR, CSC or COO)",
  extensions: [".npz", ".npy"],
  options: ["group", "sampleWeight", "x", "y"],
  several: { most: 2, title: "a pair of .npy" },
  // other programs' files are archives too
  claims: (head, name) =>
    isNpy(head) || (isZip(head) && (/\.npz$/i.test(name) || /\.npy$/i.test(firstEntry(head)))) ? "sure" : false,
  async read(files, options) {
    const { readNumpy } = await import("./numpy.js");
    return readNumpy(await Promise.all(files.map(inMemory)), options);
  },
};
