import { option } from "../../../options/option.js";
import { integer, optional } from "../../../options/schema.js";
import type { ModelFormat } from "../format.js";
import { decodeFolder } from "./decode.js";
import { encodeScipy } from "./encode.js";
import { SCIPY_FILE } from "./names.js";

/** What scipy and numpy load. */
export const npz: ModelFormat = {
  name: "npz",
  title: "npz",
  about: `a folder with a file a layer, layers.0.npz and so on, since scipy.sparse.load_npz reads one matrix a file: the weights [out, in] as CSR.
numpy.load gives the biases from the same files; input.npz has the statistics of the inputs, model.json the rest. "coppice import" reads it back.
Of an ensemble --member names the network: a folder each.`,
  options: { member: option(optional(integer({ min: 0 })), undefined, "network of an ensemble, from 0 on", { unit: "j" }) },
  folder: {
    names: SCIPY_FILE,
    write: encodeScipy,
    read: async (files, where, pieces) => ({ saved: await decodeFolder(files, where, { pieces }), checksums: true }),
  },
};
