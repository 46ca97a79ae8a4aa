import { CoppiceError, check } from "../../util/check.js";
import type { OpenFile } from "./file.js";
import { isText, refuseForeign, refuseForeignText, startOf } from "./foreign.js";
import { type Claim, type Format, inWords, listFormats, listSeveral } from "./format.js";

/**
 * The format that files are in: the first of the list that surely is, else the first that likely is. Throws, naming what is read, where no
 * format claims a file, where it is of a kind that is known and not read, and where the format wants fewer files or some content.
 */
export function findFormat<Own extends object>(files: readonly OpenFile[], formats: readonly Format<Own>[]): Format<Own> {
  for (const { name, head } of files)
    if (!formats.some((format) => format.claims(head, name) === "sure"))
      refuseForeign(
        name,
        head,
        formats.some((format) => format.claims(head, name)),
      );
  const first = (how: Claim) => formats.find((format) => files.some(({ head, name }) => format.claims(head, name) === how));
  const format = first("sure") ?? first("likely");
  const { several } = format ?? {};
  check(files.length <= (several?.most ?? 1), files.map(({ name }) => name).join(" + "), () => {
    const some = inWords(listSeveral(formats), "or");
    return `${files.length === 2 ? "two" : files.length} files are read only as ${some}, samples and labels; labels of a table in a file of their own are option labels`;
  });
  const [{ name, head }] = files;
  check(several !== undefined || head.length > 0, name, () => "the file is empty");
  return format ?? refuseUnknown(files[0], formats);
}

/** Throws unless some format of the list takes so many files. */
export function checkCount(count: number, formats: readonly Format[]): void {
  const most = formats.reduce((found, { several }) => Math.max(found, several?.most ?? 1), 1);
  check(count >= 1 && count <= most, "readDataset", () => {
    return `${count} files given; expected ${inWords(["one", ...listSeveral(formats)], "or")}`;
  });
}

function refuseUnknown({ name, head }: OpenFile, formats: readonly Format[]): never {
  const text = isText(head);
  if (text) refuseForeignText(name, head);
  const hint = text ? "; a table of text goes by the name of .csv or .tsv" : "";
  throw new CoppiceError(
    `${name}: unknown format (it ${startOf(head)}); read are ${listFormats(formats)}, each also gzipped (.gz)${hint}`,
  );
}
