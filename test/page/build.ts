import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "vite";

// `globalSetup` of vitest.config.ts: the site that all files of test/page open is built once.

const config = new URL("../../demo/vite.config.ts", import.meta.url).pathname;
/** The folder of the site that was built for all tests, in the environment that they share. */
const BUILT = "COPPICE_TEST_SITE";

/** Where the site lies in the folder of a host. */
const SITE = "some/where";

/** The site as `npm run build` makes it, in a sub-folder of a static host. */
export interface BuiltSite {
  /** The folder of the host. */
  readonly root: string;
  readonly folder: string;
  remove(): Promise<void>;
}

/** The site that was built for all tests, which stays; where there is none, a new one. */
export async function buildSite(): Promise<BuiltSite> {
  const built = process.env[BUILT];
  const root = built ?? (await mkdtemp(join(tmpdir(), "coppice-site-")));
  const folder = join(root, SITE);
  if (!built) await build({ configFile: config, logLevel: "error", build: { outDir: folder, emptyOutDir: true } });
  return { root, folder, remove: () => (built ? Promise.resolve() : rm(root, { recursive: true, force: true })) };
}

/** Builds the site for all tests, and removes it after them. */
export async function setup(): Promise<() => Promise<void>> {
  const { root, remove } = await buildSite();
  process.env[BUILT] = root;
  return remove;
}
