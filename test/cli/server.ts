import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach } from "vitest";

/** Answers a request; `n` counts from 0. */
export type Answer = (request: IncomingMessage, response: ServerResponse, n: number) => void;

/** An HTTP server on loopback for every test; `ranges` are the Range headers it was asked with. */
export function useServer() {
  let answer: Answer = (_, response) => void response.writeHead(404).end();
  const ranges: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    ranges.push(request.headers.range);
    answer(request, response, ranges.length - 1);
  });
  beforeEach(() => {
    ranges.length = 0;
    return new Promise<void>((done) => void server.listen(0, "127.0.0.1", done));
  });
  const stop = () =>
    new Promise<void>((done) => {
      server.closeAllConnections();
      server.close(() => done());
    });
  afterEach(stop);
  return {
    ranges,
    stop,
    url: (path = "file") => `http://127.0.0.1:${(server.address() as AddressInfo).port}/${path}`,
    answers(next: Answer) {
      answer = next;
    },
  };
}

/** Serves as it should be done, ranges too; `until`: breaks the connection when so many bytes of the file were sent. */
export function serve(content: Uint8Array, until = Number.POSITIVE_INFINITY): Answer {
  return (request, response) => {
    const start = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? "")?.[1] ?? 0);
    if (start >= content.length) return void response.writeHead(416, { "content-range": `bytes */${content.length}` }).end();
    const length = { "content-length": content.length - start };
    const range = { "content-range": `bytes ${start}-${content.length - 1}/${content.length}` };
    if (start > 0) response.writeHead(206, { ...length, ...range });
    else response.writeHead(200, length);
    sendUntil(response, content.subarray(start, until), until < content.length);
  };
}

/** Sends the whole file whatever range was asked for. */
export function serveWithoutRanges(content: Uint8Array, until = Number.POSITIVE_INFINITY): Answer {
  return (_, response) => {
    response.writeHead(200, { "content-length": content.length });
    sendUntil(response, content.subarray(0, until), until < content.length);
  };
}

/** Sends what is there and then ends, or breaks the connection. */
function sendUntil(response: ServerResponse, bytes: Uint8Array, broken: boolean): void {
  if (!broken) return void response.end(bytes);
  // destroyed once the bytes are on their way: they arrive, but not their end
  response.write(bytes, () => setTimeout(() => response.destroy(), 5));
}
