import { isText, refuseForeignText } from "../foreign.js";
import { endsIn } from "../format.js";
import { TABLES } from "./label-file.js";
import { tabular } from "./tabular.js";

/** Numbers parted by commas, tabs, semicolons, bars or spaces: see `readCsv`. */
export const table = tabular(
  {
    name: "table",
    title: "CSV or TSV",
    plural: "tables",
    about: "a table: see [Your own tables](#your-own-tables)",
    extensions: TABLES,
    claims: (head, name) => endsIn(name, TABLES) && isText(head) && "likely",
  },
  async (file) => {
    refuseForeignText(file.name, file.head);
    return { bytes: await file.whole(), options: { delimiter: /\.(tsv|tab)$/i.test(file.name) ? "\t" : undefined } };
  },
);
