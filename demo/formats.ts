import { listFormats } from "../src/data/formats/format.js";
import { FORMATS } from "../src/data/formats/index.js";
import { MODEL_FORMATS } from "../src/io/formats/index.js";

/** A format as the page knows it: it is read in a worker. */
export interface PageFormat {
  readonly name: string;
  readonly extensions: readonly string[];
  /** The options of reading that concern it. */
  readonly options: readonly string[];
  /** Whether its files are tables that can be looked at. */
  readonly table: boolean;
}

/** A format of models that are one file, as the page knows it: a worker writes it. The first is what the page keeps models in, and reads. */
export interface PageModelFormat {
  readonly name: string;
  readonly title: string;
  readonly extension: string;
  readonly mediaType: string;
}

const { safetensors, ...others } = MODEL_FORMATS;

/** What the page says and asks about formats. The build puts it into the page, which so does not load the readers. */
export const READ = {
  list: listFormats(FORMATS),
  formats: FORMATS.map(
    ({ name, extensions, options, preview }): PageFormat => ({ name, extensions, options, table: preview !== undefined }),
  ),
  models: [safetensors, ...Object.values(others)].flatMap(({ name, title, file }): PageModelFormat[] =>
    file ? [{ name, title, extension: file.extension, mediaType: file.mediaType }] : [],
  ),
};
