import { endsIn, type Format } from "../format.js";
import { latin } from "../table/cells.js";

const FIRST_LINE = /^[+-]?[\d.]+(e[+-]?\d+)?(,[+-]?[\d.]+)*[ \t]+(qid:\d+[ \t]+)?\d+:[+-]?[\d.]+(e[+-]?\d+)?([ \t]|\r?\n|$)/i;
const EXTENSIONS = [".svmlight", ".libsvm", ".svm"];

/** Sparse samples as text: see `readSvmlight`. */
export const svmlight: Format = {
  name: "svmlight",
  title: "svmlight",
  plural: "svmlight files",
  about:
    "`label index:value ...`; features are named by their indices, from 0 when one is 0, else from 1; `qid` is the group; `2,0` is several labels",
  extensions: EXTENSIONS,
  options: [],
  claims: (head, name) => {
    if (endsIn(name, EXTENSIONS)) return "likely";
    return FIRST_LINE.test(latin(head, 0, head.length).replace(/^(\s*(#.*)?\r?\n)+/, "")) && "likely";
  },
  read: async ([file], options) => (await import("./svmlight.js")).readSvmlight(file.chunks(), file.name, options),
};
