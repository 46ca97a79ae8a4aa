import { readFileSync } from "node:fs";
import { expect } from "vitest";
import type { DownloadOptions } from "../../src/cli/download.js";
import { useFolder } from "./harness.js";
import { type Answer, serve, useServer } from "./server.js";

/** The file that the server has. */
export const CONTENT = Uint8Array.from({ length: 50_000 }, (_, i) => (i * i + (i >> 7)) % 256);
export const HURRY: DownloadOptions = { retries: 2, retryMs: 1 };

/** A server of CONTENT, and a folder that it is downloaded to, for the tests of a file. */
export function useDownload() {
  const folder = useFolder();
  const server = useServer();
  const final = () => folder.path("new/file.mat");
  return {
    folder,
    server,
    final,
    /** The first answers as given, then as it should be done. */
    answers(...first: Answer[]): void {
      server.answers((request, response, n) => (first[n] ?? serve(CONTENT))(request, response, n));
    },
    expectWhole(): void {
      expect(folder.list().filter((name) => name.startsWith("new/"))).toEqual(["new/file.mat"]);
      expect(Buffer.compare(readFileSync(final()), CONTENT)).toBe(0);
    },
  };
}
