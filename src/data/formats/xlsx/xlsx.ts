import { isWorkbook } from "../foreign.js";
import { endsIn } from "../format.js";
import { MAX_INFLATED } from "../gunzip.js";
import { isZip } from "../numpy/zip.js";
import { tabular } from "../table/tabular.js";

const EXTENSIONS = [".xlsx", ".xlsm"];

/** Sheets of Excel and of programs that write its files: see `sheetTable`. */
export const xlsx = tabular(
  {
    name: "xlsx",
    title: "Excel",
    plural: "workbooks",
    about:
      "the first sheet of a workbook, or `--sheet NAME`, as a table (see [Your own tables](#your-own-tables)): formulas are their saved values, dates are texts, merged cells are refused",
    extensions: EXTENSIONS,
    options: ["sheet"],
    claims: (head, name) => (isWorkbook(head) || (isZip(head) && endsIn(name, EXTENSIONS))) && "sure",
  },
  async (file, { sheet, maxBytes = MAX_INFLATED }) => {
    const { sheetTable } = await import("./sheet.js");
    return sheetTable(await file.whole(), file.name, sheet, maxBytes);
  },
);
