import * as fc from "fast-check";
import { encode, mutate, mutation, text } from "../fields.js";
import { type Entry, ZEROS, zipFields } from "./zip.js";

const RELATIONS = `<Relationships><Relationship Id="r1" Type="x/worksheet" Target="worksheets/a.xml"/><Relationship Id="r2" Type="x/worksheet" Target="/xl/b.xml"/><Relationship Id="r3" Type="x/sharedStrings" Target="texts.xml"/><Relationship Id="r4" Type="x/styles" Target="styles.xml"/></Relationships>`;
const book = (state: string, early: boolean) =>
  `<workbook><workbookPr date1904="${Number(early)}"/><sheets><sheet name="A" r:id="r1" state="${state}"/><sheet name="B &amp; C" r:id="r2"/></sheets></workbook>`;
const STYLES =
  '<styleSheet><numFmts><numFmt numFmtId="170" formatCode="d\\-mmm"/><numFmt numFmtId="171" formatCode="[h]:mm &quot;h&quot;"/></numFmts><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="170"/><xf numFmtId="171"/><xf numFmtId="16"/></cellXfs></styleSheet>';
const TEXTS =
  "<sst><si><t>id</t></si><si><t>a</t></si><si><r><t>cl</t></r><r><t>ass_x000A_</t></r></si><si><t>u</t><rPh><t>no</t></rPh></si><si><t>v</t></si></sst>";
/** What a cell may hold instead. */
const ODD = [
  ...[
    '<c t="s"><v>9</v></c>',
    '<c t="b"><v>1</v></c>',
    '<c t="e"><v>#N/A</v></c>',
    '<c s="1"><v>45000.5</v></c>',
    '<c s="3"><v>0.25</v></c>',
  ],
  ...[
    '<c t="d"><v>2026-01-01</v></c>',
    "<c><v>1e999</v></c>",
    '<c s="2"><v>1e300</v></c>',
    '<c s="4"><v>59</v></c>',
    "<c><v>x</v></c>",
  ],
  ...[
    "<c><f>1+1</f><v>2</v></c>",
    "<c><f>1+1</f><v/></c>",
    '<c t="str"><f>1</f><v></v></c>',
    "<c/>",
    '<c r="XFD1"><v>1</v></c>',
    '<c r="A1"/>',
  ],
  ...[
    '<c t="inlineStr"><is><t>"#\n,</t></is></c>',
    "<c><v><![CDATA[3]]></v></c>",
    "<c><v>&#49;&lt;</v></c>",
    '<c t="s"><v>__proto__</v></c>',
    "<c",
    "<v>",
  ],
];

/** Workbooks of two sheets whose cells, rows, parts or archive may be wrong in one thing. */
export const xlsxFile: fc.Arbitrary<Uint8Array> = fc
  .record({
    rows: fc.integer({ min: 0, max: 5 }),
    from: fc.constantFrom(1, 1, 1, 3, 1048575),
    odd: fc.oneof({ weight: 1, arbitrary: fc.constant("") }, { weight: 2, arbitrary: fc.constantFrom(...ODD) }),
    at: fc.nat(20),
    after: fc.constantFrom("", "", '<mergeCells><mergeCell ref="A1:B2"/></mergeCells>', "</sheetData>"),
    hidden: fc.boolean(),
    state: fc.constantFrom("visible", "visible", "hidden"),
    part: fc.nat(9),
    change: mutation,
    outer: mutation,
    deflated: fc.boolean(),
  })
  .map(({ rows, from, odd, at, after, hidden, state, part, change, outer, deflated }) => {
    const head = `<row r="${from}" hidden="${Number(hidden)}"><c t="s"><v>0</v></c><c t="s"><v>1</v></c><c t="s"><v>2</v></c></row>`;
    const line = (i: number) => {
      const cells = [`<c t="inlineStr"><is><t>s${i}</t></is></c>`, `<c><v>${i}.5</v></c>`, `<c t="s"><v>${3 + (i % 2)}</v></c>`];
      if (odd && at % 5 === i) cells[at % 3] = odd;
      return `<row${hidden ? "" : ` r="${from + i + 1}"`}>${cells.join("")}</row>`;
    };
    const sheet = `<worksheet><sheetData>${head}${Array.from({ length: rows }, (_, i) => line(i)).join("")}</sheetData>${after}</worksheet>`;
    const parts: [string, string][] = [
      ["[Content_Types].xml", "<Types/>"],
      ["xl/workbook.xml", book(state, hidden)],
      ["xl/_rels/workbook.xml.rels", RELATIONS],
      ["xl/worksheets/a.xml", sheet],
      ["xl/b.xml", sheet],
      ["xl/texts.xml", TEXTS],
      ["xl/styles.xml", STYLES],
    ];
    const entries = parts.map(([name, xml], k): Entry => {
      const data = k === part ? mutate([text(name, xml)], change) : encode([text(name, xml)]);
      return { name, data, deflated };
    });
    if (part === 8) entries[3] = { ...entries[3], data: ZEROS, deflated: true };
    const fields = zipFields(part === 9 ? entries.filter((_, k) => k !== at % 7) : entries);
    return part === 7 ? mutate(fields, outer) : encode(fields);
  });
