import type { Settings } from "../settings.js";
import { BUILT_IN, type BuiltIn, type DataInfo, type FileOptions, type Source } from "../sources.js";
import type { RunStart } from "../worker/training.js";

/** What a link holds: settings, which data, and what came out where, if a run was finished. */
export interface Link {
  readonly settings: Settings;
  readonly data: { readonly builtIn: BuiltIn } | FileData;
  readonly result: Result | null;
}

/** A file by its content, and how it was read: another choice of columns is other data. */
interface FileData {
  readonly name: string;
  readonly sha256: string;
  readonly options: Omit<FileOptions, "labels">;
}

/** The end of a run, to be compared with another's. */
export interface Result {
  readonly version: string;
  /** Device kind and adapter, as the run's plan has them. */
  readonly device: string;
  readonly testLoss: number;
  readonly testAccuracy: number;
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
  let link: Partial<Link>;
  try {
    link = JSON.parse(text);
  } catch {
    throw new Error("link: what follows the # is cut off or changed; copy the whole link again");
  }
  const { data, settings } = link;
  const known =
    data &&
    ("builtIn" in data
      ? BUILT_IN.includes(data.builtIn)
      : /^[0-9a-f]{64}$/.test(data.sha256) && typeof data.options === "object");
  if (!known || typeof settings !== "object" || settings === null)
    throw new Error("link: it names no data or no settings; copy the whole link again");
  return { settings, data, result: link.result ?? null };
}

/** How data are named in a link. */
export function linkData(source: Source, { name, sha256 }: DataInfo): Link["data"] {
  if (source.kind === "built-in") return { builtIn: source.name };
  const { labels: _ofThisFile, ...options } = source.options; // its bytes are in the sha256
  return { name, sha256: sha256 ?? "", options };
}

/** The end of a run as a link keeps it; the plan says what the bits depend on. */
export function resultOf(start: RunStart, last: { testLoss: number | null; testAccuracy: number | null }): Result {
  const { version, device, adapter } = start.plan;
  return { version, device: `${device} ${adapter}`, testLoss: last.testLoss ?? 0, testAccuracy: last.testAccuracy ?? 0 };
}

/** What a run here says about a link's run: only the same data, settings, version and device can repeat it. */
export function compareRuns(link: Link, here: { settings: Settings; data: Link["data"]; result: Result }): string {
  if (!link.result) return "";
  const other: string[] = [];
  if ("builtIn" in link.data || "builtIn" in here.data || link.data.sha256 !== here.data.sha256) {
    if (JSON.stringify(link.data) !== JSON.stringify(here.data)) other.push("other data");
  } else if (sorted(link.data.options) !== sorted(here.data.options)) other.push("the file read with other choices");
  if (sorted(link.settings) !== sorted(here.settings)) other.push("other settings");
  if (link.result.version !== here.result.version) other.push(`version ${here.result.version} instead of ${link.result.version}`);
  if (link.result.device !== here.result.device) other.push(`device "${here.result.device}" instead of "${link.result.device}"`);
  const figures = `linked: accuracy ${link.result.testAccuracy.toFixed(4)}, loss ${link.result.testLoss}; here: ${here.result.testAccuracy.toFixed(4)}, ${here.result.testLoss}`;
  if (other.length > 0) return `Not a reproduction of the link's run (${other.join(", ")}). ${figures}.`;
  const equal = link.result.testLoss === here.result.testLoss && link.result.testAccuracy === here.result.testAccuracy;
  return equal
    ? `Reproduced the link's run to the last digit. ${figures}.`
    : `Same data, settings, version and device, but another result. ${figures}.`;
}

/** What was chosen as text, in whatever order it was chosen. */
function sorted(choices: object): string {
  return JSON.stringify(Object.entries(choices).sort());
}
