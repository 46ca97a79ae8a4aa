import { callable, pieceOf } from "../../options/piece.js";
import { custom, optional, record, text } from "../../options/schema.js";
import type { ModelFormat } from "./format.js";
import { MODEL_FORMATS, type ModelFormatName } from "./index.js";

const form = { write: callable, read: optional(callable) };
const names = custom<RegExp>((value) => value instanceof RegExp, "a regular expression");

/** A format of models: by its name, or one of the user's own. */
export const MODEL_FORMAT = pieceOf<ModelFormatName, ModelFormat>("model format", MODEL_FORMATS, {
  told: ["file", "folder"],
  fields: {
    title: text(),
    about: text(),
    file: optional(
      record({ extension: text(/^\.[\w.]+$/, "an ending such as .onnx"), mediaType: text(), ...form }, { only: true }),
    ),
    folder: optional(record({ names, ...form }, { only: true })),
    options: optional(custom<undefined>((value) => value === undefined, "left out: a command's options are known before it is")),
  },
  problem: ({ file, folder }) => (!file === !folder ? "it needs a file or a folder, one of them" : undefined),
});
