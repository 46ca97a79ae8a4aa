import { list } from "../../names.js";

const SUBJECT =
  "sample|patient|subject|case|row|record|observation|obs|passenger|customer|employee|student|participant|person|animal|mouse|client|user|account|specimen|donor|serial|line|roll";

/** Names that columns of sample or feature names go by, or rows of names start with. */
const ID_NAMES = [
  /^(ids?|index|unnamed: ?\d+|\.\.\.1|row[._ ]?names?|symbols?|names?|id_ref|[su]?uid|guid|barcodes?|nr|no|#|s\/?no|sl[._ ]?no)\.?$/i,
  /^(mrn|medical[._ -]?record[._ -]?(no|nr|number)|fall(nummer|[._ -]?nr)|kunden(nummer|[._ -]?nr)|pat(ienten?)?[._ -]?(nummer|nr|no))\.?$/i,
  /^(sample|patient|subject|case|gene|probe|probeset|feature|transcript|protein)s?([._ -]?(ids?|names?|symbols?))?$/i,
  /^(entrez|ensembl)([._ -]?(gene)?[._ -]?id)?$/i,
  /^\w+[._ -]ids?$/i,
  /[a-z](Id|ID)$/,
  new RegExp(`^(${SUBJECT})[._ -]?(id|no|nr|num|number|index|idx|code|#)\\.?$`, "i"),
];

/** Names of columns that number the rows of a table, and of the index that pandas writes: "", with a header. */
const ROW_NUMBER_NAME =
  /^(|unnamed: ?\d+|\.\.\.1|index|level_0|row[._ ]?(names?|no|nr|num|number|index|id)?|nr|no|#|s\/?no|sl[._ ]?no)\.?$/i;

const QUANTITY =
  /(^|[^a-z])(age|ages|cycle|day|days|depth|distance|dose|epoch|frame|generation|hour|hours|length|level|minute|minutes|month|months|passage|position|pos|rank|score|second|seconds|size|step|t|temp|temperature|time|timepoint|week|weeks|year|years)([^a-z]|$)/i;

const LABEL_NAME =
  /^((class|label|target|outcome|response|diagnos[ie]s|diagnose|klasse)(es|s)?|species|sub[._ -]?types?|cell[._ -]?types?|phenotype|survived|exited|churn(ed)?|attrition|died|dead|death|deceased|relapsed?|recurrence|malignan(t|cy)|responder|ground[._ -]?truth)([._ -]?(labels?|names?|codes?))?$/i;
const MAYBE_LABEL = /^(y|types?|status|conditions?|groups?|grade|stage|category|treatment|disease|result|gruppe)$/i;

const GENE_NAME = /^(gene|otu|asv|ens[a-z]*\d|loc\d|hsa-|mir-?\d|affx|probe|transcript|protein|ilmn_|cg\d{4})|_(at|st)$/i;
const SAMPLE_NAME = /^(s|samples?|gsm|cells?|patients?|pat|subjects?|tcga|[sed]rr|donors?|mouse|case|control|ctrl)[._ -]?\d/i;

/** Whether most of these name genes or other things measured. */
export function nameGenes(names: readonly string[]): boolean {
  return 2 * names.filter((name) => GENE_NAME.test(name)).length > names.length;
}

/** Whether most of these name samples. */
export function nameSamples(names: readonly string[]): boolean {
  return 2 * names.filter((name) => SAMPLE_NAME.test(name)).length > names.length;
}

/** Whether a column of this name holds identifiers rather than values. */
export function isIdName(name: string): boolean {
  return ID_NAMES.some((pattern) => pattern.test(name));
}

/** Whether a column of this name numbers the rows. */
export function isRowNumberName(name: string): boolean {
  return ROW_NUMBER_NAME.test(name);
}

/** Whether names merely count from 0 or 1: values may be the same. */
export function merelyCount(names: readonly string[]): boolean {
  return (
    names.length > 0 && (names[0] === "0" || names[0] === "1") && names.every((name, k) => name === String(Number(names[0]) + k))
  );
}

/** Whether the name says that its numbers measure something, like time or age. */
export function isQuantityName(name: string): boolean {
  return QUANTITY.test(name);
}

/** Whether a column's name says that it holds labels: "yes" (class, diagnosis, ...), "maybe" (type, status, ...) or "no". */
export function labelName(name: string): "yes" | "maybe" | "no" {
  return LABEL_NAME.test(name) ? "yes" : MAYBE_LABEL.test(name) ? "maybe" : "no";
}

const MONTH = "(jan|feb|m[aä]r|mrz|apr|ma[iy]|jun|jul|aug|sept?|o[ck]t|nov|de[cz])";
const DATE = new RegExp(
  [
    `^(\\d{1,2}[-. ]{1,2}${MONTH}([-. ]\\d{2,4})?`, // 2-Mar, 1. Sep, 2-Mar-22
    "(mar|sept?|dec|oct)[- ]\\d{1,2}", // Mar-02
    "(19|20)\\d\\d-\\d\\d-\\d\\d( 00:00:00)?", // 2022-03-02, as pandas and workbooks have it
    "\\d{1,2}(?<mark>[/.])\\d{1,2}\\k<mark>(19|20)\\d\\d)$", // 3/2/2022
  ].join("|"),
  "i",
);
const FLOAT = /^\d(\.\d+)?E\+\d\d$/;

const DAMAGE: readonly (readonly [pattern: RegExp, kind: string, of: string])[] = [
  [DATE, "date", "dates of genes' names (1-Mar of MARCH1 or MARC1, 2-Sep of SEPT2)"],
  [FLOAT, "number", "numbers of clones' names (2.31E+13 of 2310009E13)"],
];

/** What to say of features' names that Excel made dates or numbers of, as it does of genes' and clones': "2-Mar" of MARCH2, "2.31E+13" of 2310009E13. */
export function excelNotes(names: readonly string[]): string[] {
  return DAMAGE.flatMap(([pattern, kind, of]) => {
    const found = names.filter((name) => pattern.test(name));
    if (found.length === 0 || 2 * found.length > names.length) return [];
    const one = found.length === 1;
    const are = one ? `a feature's name is a ${kind}` : `${found.length} features' names are ${kind}s`;
    return [`${are}: ${list(found)}; Excel makes ${of}: restore ${one ? "it" : "them"} if so`];
  });
}
