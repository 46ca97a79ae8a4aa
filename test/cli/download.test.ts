import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type DownloadOptions, download, sha256Of } from "../../src/cli/download.js";
import { numRuns } from "../matrix.js";
import { CONTENT, HURRY, useDownload } from "./downloads.js";
import { type Answer, serve, serveWithoutRanges } from "./server.js";

const { folder, server, final, answers, expectWhole } = useDownload();
const SHA256 = createHash("sha256").update(CONTENT).digest("hex");
const part = () => `${final()}.part`;

/** Downloads; resolves with what was noted on the way, rejects as the download does. */
async function fetched(options: DownloadOptions = {}): Promise<string[]> {
  const notes: string[] = [];
  const remote = { url: server.url(), bytes: CONTENT.length, sha256: SHA256 };
  const onNote = (note: string) => {
    notes.push(note);
    options.onNote?.(note);
  };
  await download(remote, final(), { ...HURRY, ...options, onNote });
  return notes;
}

async function failure(options: DownloadOptions = {}): Promise<string> {
  const error = await fetched(options).catch((error: Error) => error);
  expect(error).toMatchObject({ name: "CoppiceError", kind: "failure" });
  expect(existsSync(final())).toBe(false);
  return (error as Error).message;
}

describe("a download", () => {
  it("is the file, and nothing else stays", async () => {
    answers((request, response, n) => {
      expect(request.headers["accept-encoding"]).toBe("identity");
      serve(CONTENT)(request, response, n);
    });
    const done: number[] = [];
    expect(await fetched({ onBytes: (bytes) => done.push(bytes) })).toEqual([]);
    expectWhole();
    expect(done.at(-1)).toBe(CONTENT.length);
    expect(done).toEqual([...done].sort((a, b) => a - b));
    expect(await sha256Of(final())).toBe(SHA256);
  });

  it("goes on where connections break, more often than it tries in vain", async () => {
    const cuts = [1, 9_000, 20_000, 30_000, 40_000, 49_999];
    answers(...cuts.map((cut) => serve(CONTENT, cut)));
    const notes = await fetched({ retries: 0 });
    expectWhole();
    expect(server.ranges).toEqual([undefined, ...cuts.map((cut) => `bytes=${cut}-`)]);
    expect(notes.length).toBe(cuts.length);
  });

  it("leaves a stalled connection and goes on with another", async () => {
    answers(
      (_, response) => void response.writeHead(200, { "content-length": CONTENT.length }).write(CONTENT.subarray(0, 7_000)),
    );
    const [note] = await fetched({ stallMs: 300, retries: 20 });
    expect(note).toMatch(/^nothing arrived for 0\.3 s; trying again/);
    expectWhole();
    expect(server.ranges.slice(0, 2)).toEqual([undefined, "bytes=7000-"]);
  });

  it("leaves a server that never answers", async () => {
    answers(
      () => {},
      () => {},
      () => {},
    );
    expect(await failure({ stallMs: 60 })).toMatch(/nothing arrived for 0\.06 s; gave up after 3 vain tries; nothing was kept/);
  });

  it("writes nothing of an answer that announces another length, and takes the next", async () => {
    for (const length of [CONTENT.length + 1_000, CONTENT.length - 1_000]) {
      const lie: Answer = (_, response) => {
        response.writeHead(200, { "content-length": length });
        response.write(CONTENT.subarray(0, 10), () => setTimeout(() => response.destroy(), 5));
      };
      server.ranges.length = 0;
      answers(lie, lie, lie);
      expect(await failure()).toContain(`the server announces ${length} bytes, expected 50000; gave up`);
      expect(existsSync(part())).toBe(false);
    }
    expect(await fetched()).toEqual([]);
    expectWhole();
  });

  it("starts again, and says so, where the server ignores ranges", async () => {
    answers(serve(CONTENT, 30_000), serveWithoutRanges(CONTENT));
    expect(await fetched()).toEqual([
      expect.stringMatching(/trying again/),
      "the server does not resume: starting at the beginning",
    ]);
    expectWhole();
  });

  it("gives up on a server that ignores ranges and breaks off at the same byte for ever", async () => {
    server.answers(serveWithoutRanges(CONTENT, 30_000));
    expect(await failure()).toMatch(/gave up after 3 vain tries; 30000 of 50000 bytes are kept in .*file\.mat\.part/);
    expect(server.ranges.length).toBe(4);
  });

  it("is deleted, with both sums told, when its bytes are others", async () => {
    const wrong = CONTENT.slice();
    wrong[49_999] ^= 1;
    server.answers(serve(wrong));
    const message = await failure();
    expect(message).toContain(`sha256 is ${createHash("sha256").update(wrong).digest("hex")}, expected ${SHA256}`);
    expect(existsSync(part())).toBe(false);
    expect(server.ranges.length).toBe(1);
  });

  it("is deleted when it goes on beyond its length", async () => {
    answers((_, response) => void response.writeHead(200).end(Buffer.concat([CONTENT, CONTENT])));
    expect(await failure()).toMatch(/more than the expected 50000 bytes/);
    expect(existsSync(part())).toBe(false);
  });

  it("fails at once where the server has no such file, and keeps what it has", async () => {
    answers(serve(CONTENT, 100), (_, response) => void response.writeHead(404).end("not here"));
    expect(await failure()).toMatch(/HTTP 404 Not Found; 100 of 50000 bytes are kept/);
    expect(server.ranges.length).toBe(2);
    expect(readFileSync(part()).length).toBe(100);
  });

  it("waits out a server that is busy", async () => {
    const busy: Answer = (_, response) => void response.writeHead(503).end("come back");
    answers(busy, (_, response) => void response.writeHead(429).end());
    expect(await fetched()).toEqual([
      "HTTP 503 Service Unavailable; trying again in 0.001 s",
      "HTTP 429 Too Many Requests; trying again in 0.002 s",
    ]);
    expectWhole();
  });

  it("survives a server that dies half-way and is back at the next call", async () => {
    const dead: Answer = (_, response) => void response.destroy();
    answers(serve(CONTENT, 25_000), dead, dead, dead);
    expect(await failure()).toMatch(/gave up after 3 vain tries; 25000 of 50000 bytes are kept/);
    expect(Buffer.compare(readFileSync(part()), CONTENT.subarray(0, 25_000))).toBe(0);
    await fetched();
    expectWhole();
    expect(server.ranges.at(-1)).toBe("bytes=25000-");
  });

  it("fails with the system's reason where nobody listens", async () => {
    const url = server.url();
    await server.stop();
    const refused = download({ url, bytes: 5, sha256: SHA256 }, final(), { retries: 1, retryMs: 1 });
    await expect(refused).rejects.toThrow(/ECONNREFUSED.*gave up after 2 vain tries; nothing was kept/);
  });

  it("tries once more at most where nobody listens", async () => {
    const url = server.url();
    await server.stop();
    const refused = download({ url }, final(), { retryMs: 1 });
    await expect(refused).rejects.toThrow(/ECONNREFUSED.*gave up after 2 vain tries/);
  });

  it("tries once where fetch goes to no such port, whatever leads there", async () => {
    const notes: string[] = [];
    server.answers((_, response) => void response.writeHead(302, { location: "http://127.0.0.1:1/file" }).end());
    for (const url of ["http://127.0.0.1:1/file", server.url()]) {
      const refused = download({ url }, final(), { retryMs: 1, onNote: (note) => notes.push(note) });
      await expect(refused).rejects.toThrow(/bad port; gave up after 1 vain try; nothing was kept/);
    }
    expect([notes, server.ranges.length]).toEqual([[], 1]);
  });

  it.each<[string, Answer]>([
    ["another start", (_, response) => void response.writeHead(206, { "content-range": "bytes 0-49999/50000" }).end(CONTENT)],
    ["another length", (_, response) => void response.writeHead(206, { "content-range": "bytes 100-59999/60000" }).end(CONTENT)],
    ["no range", (_, response) => void response.writeHead(206).end(CONTENT)],
    ["that there is none", (_, response) => void response.writeHead(416, { "content-range": "bytes */50" }).end()],
  ])("drops its part where the server answers with %s, and starts again", async (_, answer) => {
    answers(serve(CONTENT, 100), answer);
    expect(await fetched()).toContainEqual(expect.stringMatching(/asked to go on at byte 100 of 50000, .*its part is dropped/));
    expectWhole();
    expect(server.ranges).toEqual([undefined, "bytes=100-", undefined]);
  });

  it("deletes a part that was of another file, and has the right one at the next call", async () => {
    mkdirSync(folder.path("new"));
    writeFileSync(part(), CONTENT.subarray(1, 101));
    answers();
    expect(await failure()).toMatch(/sha256 is [0-9a-f]{64}, expected/);
    await fetched();
    expectWhole();
    writeFileSync(part(), Buffer.concat([CONTENT, CONTENT]));
    await fetched();
    expectWhole();
  });

  it("keeps its part when it is interrupted, also while it waits", async () => {
    answers(serve(CONTENT, 500));
    const interruption = new AbortController();
    const onNote = () => setImmediate(() => interruption.abort(new Error("interrupted")));
    const message = await failure({ retryMs: 60_000, signal: interruption.signal, onNote });
    expect(message).toMatch(/^interrupted; 500 of 50000 bytes are kept in .*: the same command goes on from there$/);
    await fetched();
    expectWhole();
    expect(server.ranges.at(-1)).toBe("bytes=500-");
  });

  it("is interrupted while bytes arrive", async () => {
    answers((_, response) => void response.writeHead(200, { "content-length": CONTENT.length }).write(CONTENT.subarray(0, 500)));
    const interruption = new AbortController();
    const onBytes = () => interruption.abort(new Error("interrupted"));
    expect(await failure({ signal: interruption.signal, onBytes })).toMatch(/^interrupted; 500 of 50000 bytes are kept/);
  });

  it("ends with the whole file or none, and a part that begins like it, whatever happens", async () => {
    const cut = fc.nat({ max: CONTENT.length - 1 });
    const fault = fc.oneof(
      cut.map((at): Answer => serve(CONTENT, at)),
      cut.map((at): Answer => serveWithoutRanges(CONTENT, at)),
      fc.constant<Answer>((_, response) => void response.writeHead(500).end("oh")),
      fc.constant<Answer>((_, response) => void response.destroy()),
      fc.constant<Answer>((_, response) => void response.writeHead(206, { "content-range": "bytes 3-4/5" }).end("ab")),
      fc.constant<Answer>((_, response) => void response.writeHead(200, { "content-length": 5 }).end("hello")),
      fc.constant<Answer>((_, response) => void response.writeHead(200).end(CONTENT.subarray(0, 10))),
    );
    await fc.assert(
      fc
        .asyncProperty(fc.array(fault, { maxLength: 5 }), fc.nat({ max: 2 }), async (faults, retries) => {
          answers(...faults);
          const error = await fetched({ retries }).catch((error: Error) => error);
          if (!(error instanceof Error)) return expectWhole();
          expect(error.message).toMatch(/gave up after/);
          expect(existsSync(final())).toBe(false);
          if (existsSync(part())) {
            const bytes = readFileSync(part());
            expect(Buffer.compare(bytes, CONTENT.subarray(0, bytes.length))).toBe(0);
          }
          server.ranges.length = 0;
          answers();
          await fetched(); // from whatever was left
          expectWhole();
        })
        .beforeEach(() => {
          server.ranges.length = 0;
          rmSync(folder.path("new"), { recursive: true, force: true });
        }),
      numRuns(40),
    );
  });
});
