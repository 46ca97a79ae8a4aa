import { homedir } from "node:os";
import { join } from "node:path";

/** Where coppice keeps what it can make or fetch anew: $XDG_CACHE_HOME/coppice, else ~/.cache/coppice (%LOCALAPPDATA% on Windows). */
export function cacheFolder(env: Readonly<Record<string, string | undefined>>): string {
  const local = process.platform === "win32" ? env.LOCALAPPDATA : undefined;
  return join(env.XDG_CACHE_HOME || local || join(homedir(), ".cache"), "coppice");
}
