import type { MethodName } from "../../src/api/extend.js";
import type { EpochRecord } from "../../src/api/index.js";
import { type Settings, withLater } from "../settings.js";
import type { BuiltIn, DataInfo, FileOptions, NamedHash, Source } from "../sources.js";
import type { RunStart } from "../worker/reports.js";
import { linkProblem } from "./link-check.js";
import { fieldOf, firstOf, labelOf, taskOf } from "./metrics.js";

/** What a link holds: settings, which data, and what came out where, if a run was finished. */
export interface Link {
  readonly settings: Settings;
  readonly data: { readonly builtIn: BuiltIn } | FileData;
  /** The methods that it raced against; none of a run that did not race. */
  readonly rivals?: readonly MethodName[];
  readonly result: Result | null;
}

/** A file by its content, and how it was read: another choice of columns is other data. */
export interface FileData extends NamedHash {
  /** The file of the labels, where it was one of its own. */
  readonly labels?: NamedHash;
  readonly options: Omit<FileOptions, "labels">;
}

/** The end of a run, to be compared with another's. */
export interface Result {
  readonly version: string;
  /** Device kind and adapter, as the run's plan has them. */
  readonly device: string;
  /** Loss and metrics, as a record names them. */
  readonly testLoss: number;
  readonly [metric: `test${string}`]: number;
}

/** The address of this page with the link after its #. */
export function writeLink(link: Link, base: string): string {
  const url = new URL(base);
  url.hash = new URLSearchParams({ run: JSON.stringify(link) }).toString();
  return url.href;
}

/** The link in an address; null where there is none. Throws when it is not one that this page wrote. */
export function readLink(address: string): Link | null {
  const text = new URLSearchParams(new URL(address).hash.slice(1)).get("run");
  if (text === null) return null;
  let link: Link;
  try {
    link = JSON.parse(text);
  } catch {
    throw new Error("link: what follows the # is cut off or changed; copy the whole link again");
  }
  if (link !== null && typeof link === "object") link = { ...link, settings: withLater(link.settings) };
  const problem = linkProblem(link);
  if (problem !== null) throw new Error(`link: ${problem}; copy the whole link again`);
  const { settings, data, rivals, result } = link;
  return { settings, data, ...(rivals && { rivals }), result: result ?? null };
}

/** How data are named in a link. */
export function linkData(source: Source, { name, sha256, labels, task }: DataInfo): Link["data"] {
  if (source.kind === "built-in") return { builtIn: source.name };
  const { labels: _bySha256, task: _asFound, ...options } = source.options;
  const learnt = task === "classification" ? {} : { task }; // links of 0.1.0 say nothing
  return { name, sha256: sha256 ?? "", ...(labels && { labels }), options: { ...options, ...learnt } };
}

/** The end of a run as a link keeps it; the plan says what the bits depend on. null where the run was not tested. */
export function resultOf(start: RunStart, tested: Tested): Result | null {
  const { testLoss, ...others } = tested;
  const measures = Object.entries(others).filter(([key]) => key.startsWith("test"));
  if (testLoss === null || measures.some(([, value]) => value === null)) return null;
  const { version, device, adapter } = start.plan;
  return { version, device: `${device} ${adapter}`, testLoss, ...Object.fromEntries(measures) };
}

type Tested = Pick<EpochRecord, `test${string}`>;

/** What a run here says about a link's run: only the same data, settings, version and device can repeat it. */
export function compareRuns(link: Link, here: { settings: Settings; data: Link["data"]; result: Result }): string {
  if (!link.result) return "";
  const other: string[] = [];
  if ("builtIn" in link.data || "builtIn" in here.data || !sameFiles(link.data, here.data)) {
    if (JSON.stringify(link.data) !== JSON.stringify(here.data)) other.push("other data");
  } else if (sorted(link.data.options) !== sorted(here.data.options)) other.push("the file read with other choices");
  if (sorted(link.settings) !== sorted(here.settings)) other.push("other settings");
  if (link.result.version !== here.result.version) other.push(`version ${here.result.version} instead of ${link.result.version}`);
  if (link.result.device !== here.result.device) other.push(`device "${here.result.device}" instead of "${link.result.device}"`);
  const metric = firstOf(taskOf(here.data));
  const value = (result: Result) => result[fieldOf(metric, "test")]?.toFixed(4) ?? "none";
  const [linked, now] = [value(link.result), value(here.result)];
  const figures = `linked: ${labelOf(metric)} ${linked}, loss ${link.result.testLoss}; here: ${now}, ${here.result.testLoss}`;
  if (other.length > 0) return `Not a reproduction of the link's run (${other.join(", ")}). ${figures}.`;
  const { result } = link;
  const equal = Object.entries(here.result).every(([key, value]) => result[key as keyof Result] === value);
  return equal
    ? `Reproduced the link's run to the last digit. ${figures}.`
    : `Same data, settings, version and device, but another result. ${figures}.`;
}

/** Whether data are of the same files; their names do not matter. */
export function sameFiles(
  a: Omit<FileData, "options">,
  b: { readonly sha256: string | null; readonly labels?: NamedHash | null },
): boolean {
  return a.sha256 === b.sha256 && a.labels?.sha256 === b.labels?.sha256;
}

/** Whether data are the same, read in the same way. */
export function sameData(a: Link["data"], b: Link["data"]): boolean {
  if ("builtIn" in a || "builtIn" in b) return JSON.stringify(a) === JSON.stringify(b);
  return sameFiles(a, b) && sorted(a.options) === sorted(b.options);
}

/** What was chosen as text, in whatever order it was chosen. */
function sorted(choices: object): string {
  return JSON.stringify(Object.entries(choices).sort());
}
