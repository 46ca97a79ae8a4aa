import { listFormats } from "../src/data/formats/format.js";
import { FORMATS } from "../src/data/formats/index.js";

/** A format as the page knows it: it is read in a worker. */
export interface PageFormat {
  readonly name: string;
  readonly extensions: readonly string[];
  /** The options of reading that concern it. */
  readonly options: readonly string[];
  /** Whether its files are tables that can be looked at. */
  readonly table: boolean;
}

/** What the page says and asks about formats. The build puts it into the page, which so does not load the readers. */
export const READ = {
  list: listFormats(FORMATS),
  formats: FORMATS.map(
    ({ name, extensions, options, preview }): PageFormat => ({ name, extensions, options, table: preview !== undefined }),
  ),
};
