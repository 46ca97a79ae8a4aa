import { createHash } from "node:crypto";
import { existsSync, mkdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { MAX_INFLATED } from "../data/formats/gunzip.js";
import { type DataFile, isClaimed } from "../data/read-dataset.js";
import { addNote } from "../files/notes.js";
import { fileNameOf, isAddress, keepReceived, openDataFile } from "../files/read.js";
import { formatBytes } from "../nn/memory.js";
import { CoppiceError, check } from "../util/check.js";
import { cacheFolder } from "./cache-folder.js";
import { download, noteOn, sha256Of } from "./download.js";
import { downloadProgress } from "./download-progress.js";
import { say, type Terminal } from "./terminal.js";

/** Options that name data and how they come here. */
export interface ReceiveValues {
  readonly data?: string;
  readonly test?: string;
  readonly labels?: string;
  readonly sha256?: string;
  readonly format?: string;
  readonly offline?: boolean;
  readonly maxBytes?: number;
}

/**
 * Reads standard input and fetches addresses that --data, --test and --labels name; commands that read data call it first. Fetched files stay in
 * the cache folder. `sha256` says what the one address of --data must lead to; an address may also end in #sha256=.... Throws a usage error on an
 * address that is none of http, and a failure where it cannot be fetched, or leads to something else.
 */
export async function receiveData(values: ReceiveValues, terminal: Terminal): Promise<void> {
  const { data = "", test, labels, sha256, format } = values;
  const named = [
    ...parts(data).map((part) => ["--data", part]),
    ...parts(test).map((part) => ["--test", part]),
    ["--labels", labels],
  ];
  const from = named.filter(([, part]) => part !== undefined && (part === "-" || isAddress(part))) as [string, string][];
  const inputs = from.filter(([, part]) => part === "-");
  check(inputs.length <= 1, inputs.at(-1)?.[0] ?? "", () => "standard input can be given once; save it, and name the file");
  const addresses = from.filter(([option, part]) => option === "--data" && part !== "-");
  check(sha256 === undefined || addresses.length === 1, "--sha256", () => {
    return `is for one address of --data, and there are ${addresses.length}; others may end in #sha256=HEX`;
  });
  check(format === undefined || from.length > 0, "--format", () => {
    return "is for standard input (--data -) and addresses; files have it in their names";
  });
  for (const [option, part] of new Map(from.map((one) => [one[1], one])).values())
    if (part === "-") await receiveInput(values, terminal);
    else await fetchAddress(option, part, option === "--data" ? sha256 : undefined, values, terminal);
}

/** The parts of data in several files; an address may hold commas. */
function parts(data: string | undefined): string[] {
  return data === undefined ? [] : isAddress(data) && !/,([a-z]+:\/\/|-$)/i.test(data) ? [data] : data.split(",");
}

/** Standard input as a file, in memory. */
async function receiveInput(
  { format, maxBytes = MAX_INFLATED }: ReceiveValues,
  { input = process.stdin }: Terminal,
): Promise<void> {
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  let size = 0;
  for await (const chunk of input) {
    size += chunk.length;
    check(size <= maxBytes, "--data -", () => `standard input gives more than ${maxBytes} bytes; raise it with --max-bytes`);
    chunks.push(chunk as Uint8Array<ArrayBuffer>);
  }
  check(size > 0, "--data -", () => "standard input is empty");
  const bytes = new Blob(chunks);
  const name = `stdin${format === undefined ? "" : `.${format}`}`;
  keepReceived("-", await nameByContent({ name, bytes }, "standard input", maxBytes));
}

/** A file under a name that says its format, if it has an ending; else as its content says, or else a table, which is noted. */
async function nameByContent(file: DataFile, what: string, maxBytes: number): Promise<DataFile> {
  if (file.name.includes(".") || (await isClaimed(file, maxBytes))) return file;
  addNote(`${what} is read as a table, as nothing else claims it (option --format)`);
  return { ...file, name: `${file.name}.csv` };
}

async function fetchAddress(
  option: string,
  address: string,
  asked: string | undefined,
  { format, offline = false, maxBytes = MAX_INFLATED }: ReceiveValues,
  terminal: Terminal,
): Promise<void> {
  const { hash, href } = URL.canParse(address) ? new URL(address) : { hash: "", href: "" };
  check(/^https?:/.test(href), option, () => `${address} is no address that is fetched from: http://... and https://... are`);
  const sha256 = asked ?? /^#sha256=(.*)$/i.exec(hash)?.[1];
  check(sha256 === undefined || /^[\da-f]{64}$/i.test(sha256), option, () => {
    return `sha256 is "${sha256}", expected 64 hexadecimal digits`;
  });
  const url = href.replace(/#.*$/, "");
  const name = fileNameOf(url) + (format === undefined ? "" : `.${format}`);
  const folder = join(cacheFolder(terminal.env), "data", createHash("sha256").update(url).digest("hex").slice(0, 16));
  const path = join(folder, name);
  if (existsSync(path)) await checkCached(path, url, sha256?.toLowerCase(), terminal);
  else {
    check(!offline, option, () => `${url} is not in the cache (${path}), and --offline fetches nothing`);
    mkdirSync(folder, { recursive: true });
    const progress = downloadProgress(terminal, name, url);
    const remote = { url, ...(sha256 !== undefined && { sha256: sha256.toLowerCase() }) };
    const found = await download(remote, path, { signal: terminal.signal, ...progress }).finally(progress.stop);
    const sure = sha256 === undefined ? `; to be sure that it stays the same, add --sha256 ${found}` : ", verified";
    say(terminal, `${path}: ${formatBytes(statSync(path).size)}${sure}`);
  }
  const file = await openDataFile(path);
  keepReceived(address, await nameByContent({ ...file, name }, name, maxBytes));
}

/** Throws where a cached file is not what is asked for. */
async function checkCached(path: string, url: string, sha256: string | undefined, terminal: Terminal): Promise<void> {
  const found = sha256 === undefined ? undefined : await sha256Of(path);
  if (found !== sha256)
    throw new CoppiceError(
      `${path}, fetched from ${url}: sha256 is ${found}, expected ${sha256}; delete it to fetch it anew`,
      "failure",
    );
  const date = statSync(path).mtime.toISOString().slice(0, 10);
  const note = noteOn(path);
  const unsure = `, fetched ${date}; ${note && `${note}; `}delete it to fetch it anew`;
  const sure = sha256 === undefined ? unsure : ", verified";
  say(terminal, `${url} is in the cache: ${path}${sure}`);
}
