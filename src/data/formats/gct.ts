import { check } from "../../util/check.js";
import { list } from "../names.js";
import { endsIn } from "./format.js";
import { latin } from "./table/cells.js";
import { labelName } from "./table/column-names.js";
import { lineAt } from "./table/lines.js";
import { tabular } from "./table/tabular.js";

const VERSION = /^#1\.[23]\s*$/;

function countRows(bytes: Uint8Array): number {
  let rows = 0;
  for (let at = 0; at < bytes.length; rows++) {
    const { line, next } = lineAt(bytes, at);
    if (line.trim() === "") rows--;
    at = next;
  }
  return rows;
}

/**
 * GenePattern's tables of genes x samples: a version, the sizes, then the table. Columns of annotations (Description; those that version 1.3
 * counts) are left out. Rows that version 1.3 has above the genes describe samples: they are left out but for label and group.
 * Throws unless there are as many rows and columns as the sizes say.
 */
export const gct = tabular(
  {
    name: "gct",
    title: "GCT",
    plural: "GCT files",
    about:
      "genes x samples of GenePattern, without its descriptions; labels come from `--labels`, or a row of version 1.3 (`--label`, or the one named so)",
    extensions: [".gct"],
    claims: (head, name) => {
      const first = latin(head, 0, Math.min(6, head.length));
      if (/^#1\.[23]\s/.test(first)) return "sure";
      return endsIn(name, [".gct"]) && "likely";
    },
  },
  async (file, { label: asked, target, labels, ignoreLabels, group }) => {
    const where = file.name;
    const bytes = await file.whole();
    const version = lineAt(bytes, 0);
    const sizes = lineAt(bytes, version.next);
    check(VERSION.test(version.line), where, () => `row 1 is "${version.line.slice(0, 40)}", expected the version, #1.2 or #1.3`);
    const [rows, columns, before = 1, above = 0] = sizes.line.trim().split(/\s+/).map(Number);
    const counts = [rows, columns, before, above];
    check(
      counts.every((count) => Number.isSafeInteger(count) && count >= 0),
      where,
      () => {
        return `row 2 is "${sizes.line.slice(0, 40)}", expected the numbers of rows and columns`;
      },
    );
    const names = lineAt(bytes, sizes.next, bytes.length)
      .line.trimEnd()
      .split("\t")
      .map((name) => name.replace(/^"(.*)"$/, "$1"));
    check(names.length === columns + before + 1, where, () => {
      return `row 3 has ${names.length} cells, expected ${columns + before + 1}, as row 2 claims ${columns} samples`;
    });
    const found = countRows(bytes.subarray(sizes.next)) - 1;
    check(found === rows + above, where, () => `it has ${found} rows below the names, but row 2 claims ${rows + above}`);
    const described: string[] = [];
    for (let k = 0, at = lineAt(bytes, sizes.next).next; k < above; k++) {
      const { line, next } = lineAt(bytes, at);
      described.push(line.split("\t")[0]);
      at = next;
    }
    const wanted = asked === undefined && !target && !labels && !ignoreLabels;
    const alike = (how: string) => described.filter((name) => wanted && labelName(name) === how);
    const named = alike("yes").length > 0 ? alike("yes") : alike("maybe");
    const label = named.length === 1 ? named[0] : asked;
    const left = described.filter((name) => ![label, group, ...(target ?? [])].includes(name));
    const notes = [
      ...(named.length === 1 ? [`row "${label}" holds the labels: of the rows above the genes it alone is named so`] : []),
      ...(left.length > 0
        ? [
            `${left.length === 1 ? "1 row above the genes is" : `${left.length} rows above the genes are`} left out: ${list(left)}`,
          ]
        : []),
    ];
    const problem =
      wanted && label === undefined
        ? `no row of genes holds labels; give them in a file (option labels)${above > 0 ? `, or name a row above the genes (option label): ${list(described)}` : ""}`
        : undefined;
    return {
      problem,
      bytes: bytes.subarray(sizes.next),
      notes,
      options: {
        fileRow: (line) => line + 2,
        delimiter: "\t",
        header: true,
        orientation: "columns",
        id: 0,
        ...(label !== undefined && { label }),
        ignore: [...names.slice(1, 1 + before), ...left],
      },
    };
  },
);
