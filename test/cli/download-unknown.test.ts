import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { download } from "../../src/cli/download.js";
import { CONTENT, HURRY, useDownload } from "./downloads.js";
import { type Answer, serve, serveWithoutRanges } from "./server.js";

const { server, final, answers, expectWhole } = useDownload();

describe("a file that nobody knows", () => {
  const OTHER = CONTENT.slice(7).reverse();
  /** Downloads without a known length or sum; resolves with notes. */
  async function fetchedUnknown(): Promise<string[]> {
    const notes: string[] = [];
    await download({ url: server.url() }, final(), { ...HURRY, onNote: (note) => void notes.push(note) });
    return notes;
  }
  const tagged =
    (tag: string, answer: Answer): Answer =>
    (request, response, n) => {
      response.setHeader("etag", tag);
      answer(request, response, n);
    };
  /** Sends the bytes without a length; its chunks, if it has any, end only where it is whole. */
  const unmeasured =
    (bytes: Uint8Array, chunked: boolean, whole = true): Answer =>
    (_, response) => {
      if (!chunked) response.removeHeader("transfer-encoding");
      response.useChunkedEncodingByDefault = chunked;
      response.write(bytes, () => setTimeout(() => (whole ? response.end() : response.destroy()), 5));
    };

  it("may not be whole where neither its length nor chunks are told, which a note says", async () => {
    server.answers(unmeasured(CONTENT.subarray(0, 700), false));
    expect(await fetchedUnknown()).toEqual(["the server told no length; it may not be whole"]);
    expect(readFileSync(final()).length).toBe(700);
  });

  it("is whole where its last chunk came, and is asked for again where it did not", async () => {
    answers(unmeasured(CONTENT.subarray(0, 700), true, false), unmeasured(CONTENT, true));
    expect(await fetchedUnknown()).toContainEqual(expect.stringMatching(/trying again/));
    expectWhole();
  });

  it.each<[string, Answer]>([
    ["answers with all of it", tagged('"two"', serveWithoutRanges(OTHER))],
    ["goes on with it", tagged('"two"', serve(OTHER))],
  ])("is begun anew at once where it changed between two tries, and the server %s", async (_, answer) => {
    answers(tagged('"one"', serve(CONTENT, 30_000)), answer, answer);
    const notes = await fetchedUnknown();
    expect(notes.at(-1)).toMatch(/changed on the server|its part is dropped/);
    expect(Buffer.compare(readFileSync(final()), OTHER)).toBe(0);
    expect(server.ranges.length).toBeLessThanOrEqual(3);
  });
});
