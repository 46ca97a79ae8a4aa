import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { encodeNpz } from "../../src/io/formats/scipy/npz.js";
import { run, useFolder } from "./harness.js";
import { serve, useServer } from "./server.js";

const folder = useFolder();
const server = useServer();
const rows = Array.from({ length: 24 }, (_, i) => `s${i},${Math.sin(i)},${Math.cos(3 * i)},${i % 2 ? "b" : "a"}`);
const TABLE = new TextEncoder().encode(`id,p,q,class\n${rows.join("\n")}\n`);
const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");

/** Trains a moment on data; `input` is standard input. The cache is in the test's folder. */
const train = (words: string[], input?: Uint8Array) =>
  run([..."train --hidden 4 --epochs 1 --device cpu --force --out".split(" "), folder.path("run"), ...words], {
    env: { XDG_CACHE_HOME: folder.path("cache") },
    ...(input && { input }),
  });
const SAMPLES = /16 train, 8 test samples of 2 features, 2 classes/;

describe("data from standard input", () => {
  const npz = encodeNpz({
    X: { shape: [24, 2], data: Float64Array.from({ length: 48 }, (_, k) => Math.sin(k)) },
    y: { shape: [24], data: Float64Array.from({ length: 24 }, (_, i) => i % 2) },
  });

  it.each<[string, Uint8Array, string[], boolean]>([
    ["a table, guessed", TABLE, [], true],
    ["a packed table, said", new Uint8Array(gzipSync(TABLE)), ["--format", "csv"], false],
    ["what its content tells", npz, [], false],
  ])("are %s", async (_, bytes, words, guessed) => {
    const { code, err } = await train(["--data", "-", ...words], bytes);
    expect(code, err).toBe(0);
    expect(err).toMatch(SAMPLES);
    expect(err).toMatch(/^stdin: /m);
    expect(err.includes("standard input is read as a table")).toBe(guessed);
  });

  it("are used by a model, with labels from an address", async () => {
    expect((await train(["--data", "-"], TABLE)).code).toBe(0);
    const model = folder.path("run/model.safetensors");
    const { out } = await run(["predict", model, "--data", "-", "--device", "cpu"], { input: TABLE });
    expect(out.split("\n")).toHaveLength(26);
    const labels = new TextEncoder().encode(`id,class\n${rows.map((row) => row.replace(/,.*,/, ",")).join("\n")}\n`);
    server.answers(serve(labels));
    const bare = new TextEncoder().encode(`id,p,q\n${rows.map((row) => row.replace(/,[ab]$/, "")).join("\n")}\n`);
    const { code, err } = await train(["--data", "-", "--labels", server.url("labels.csv")], bare);
    expect(code, err).toBe(0);
    expect(err).toMatch(SAMPLES);
  });

  it.each<[string, string[], Uint8Array, string]>([
    ["nothing", ["--data", "-"], new Uint8Array(0), "--data -: standard input is empty"],
    ["too much", ["--data", "-", "--max-bytes", "100"], TABLE, "--data -: standard input gives more than 100 bytes"],
    ["another format", ["--data", "-", "--format", "npz"], TABLE, "stdin.npz: unknown format"],
    ["a sum of nothing", ["--data", "-", "--sha256", "00"], TABLE, "--sha256: is for one address of --data, and there are 0"],
    ["given twice", ["--data", "-", "--test", "-"], TABLE, "--test: standard input can be given once"],
    ["labels, too", ["--data", "-", "--labels", "-"], TABLE, "--labels: standard input can be given once"],
    ["no input", ["--data", "t.csv", "--format", "csv"], TABLE, "--format: is for standard input (--data -) and addresses"],
  ])("are refused where they are %s", async (_, words, bytes, message) => {
    const { code, err } = await train(words, bytes);
    expect([code, err]).toEqual([2, expect.stringContaining(message)]);
  });
});

describe("data at an address", () => {
  it("are fetched once, and are there without a network, too", async () => {
    server.answers(serve(TABLE));
    const url = server.url("a%20table.csv");
    const first = await train(["--data", url]);
    expect(first.code, first.err).toBe(0);
    expect(first.err).toMatch(SAMPLES);
    expect(first.err).toContain(`to be sure that it stays the same, add --sha256 ${sha256(TABLE)}`);
    expect(first.err).toContain("a table: 16 train");
    expect(readFileSync(folder.path("run/config.json"), "utf8")).toContain(url);
    await server.stop();
    for (const words of [[], ["--offline"], ["--sha256", sha256(TABLE)]]) {
      const again = await train(["--data", url, ...words]);
      expect(again.code, again.err).toBe(0);
      expect(again.err).toContain(`${url} is in the cache`);
    }
    expect(server.ranges).toHaveLength(1);
    const other = await train(["--data", `${url}#sha256=${"0".repeat(64)}`]);
    expect([other.code, other.err]).toEqual([1, expect.stringMatching(/sha256 is \w+, expected 0+; delete it/)]);
  });

  it("goes on where a connection broke, and where an earlier command ended", async () => {
    server.answers((request, response, n) => {
      response.setHeader("etag", '"one"');
      if (n > 0) expect(request.headers["if-range"]).toBe('"one"');
      serve(TABLE, n === 0 ? 100 : undefined)(request, response, n);
    });
    const { code, err } = await train(["--data", server.url("t.csv")]);
    expect(code, err).toBe(0);
    expect(server.ranges).toEqual([undefined, "bytes=100-"]);
    const key = sha256(new TextEncoder().encode(server.url("u.csv"))).slice(0, 16);
    const part = folder.path(`cache/coppice/data/${key}/u.csv.part`);
    mkdirSync(folder.path(`cache/coppice/data/${key}`), { recursive: true });
    writeFileSync(part, TABLE.subarray(0, 50));
    writeFileSync(`${part}-tag`, '"one"');
    expect((await train(["--data", server.url("u.csv")])).err).toMatch(SAMPLES);
    expect(server.ranges.at(-1)).toBe("bytes=50-");
  });

  it("may have no length, and a format that is said", async () => {
    server.answers((_, response) => void response.write(TABLE.subarray(0, 99), () => response.end(TABLE.subarray(99))));
    const { code, err } = await train(["--data", server.url("files/12"), "--format", "csv", "--sha256", sha256(TABLE)]);
    expect(code, err).toBe(0);
    expect(err).toMatch(SAMPLES);
    expect(err).toContain("verified");
  });

  it("are a table where neither the address nor they say what they are, which is said", async () => {
    server.answers((request, response, n) => {
      if (request.url === "/files/13") serve(TABLE)(request, response, n);
      else response.writeHead(302, { location: "/files/13" }).end();
    });
    const { code, err } = await train(["--data", server.url("download")]);
    expect(code, err).toBe(0);
    expect(err).toMatch(SAMPLES);
    expect(err).toContain("download is read as a table, as nothing else claims it (option --format)");
  });

  it("may end anywhere where nothing tells their length, which is said from the cache, too", async () => {
    server.answers((_, response) => {
      response.removeHeader("transfer-encoding");
      response.useChunkedEncodingByDefault = false;
      response.write(TABLE, () => setTimeout(() => response.end(), 5));
    });
    const url = server.url("t.csv");
    for (const words of [[], ["--offline"]]) {
      const { code, err } = await train(["--data", url, ...words]);
      expect(code, err).toBe(0);
      expect(err).toContain("the server told no length; it may not be whole");
    }
    const { err } = await train(["--data", url, "--sha256", sha256(TABLE)]);
    expect(err).not.toContain("may not be whole");
  });

  it.each<[string, string[], number, string]>([
    ["not there", ["--data", "URL/t.csv"], 1, "HTTP 404 Not Found"],
    ["not in the cache", ["--data", "URL/t.csv", "--offline"], 2, "is not in the cache"],
    ["of another kind", ["--data", "s3://bucket/t.csv"], 2, "--data: s3://bucket/t.csv is no address that is fetched from"],
    ["with a sum that is none", ["--data", "URL/t.csv", "--sha256", "12"], 2, 'sha256 is "12", expected 64 hexadecimal digits'],
  ])("are refused where they are %s", async (_, words, exit, message) => {
    server.answers((_, response) => void response.writeHead(404).end());
    const { code, err } = await train(words.map((word) => word.replace("URL", server.url("x"))));
    expect([code, err]).toEqual([exit, expect.stringContaining(message)]);
  });

  it("are refused where they are something else, which is deleted", async () => {
    server.answers(serve(TABLE));
    const { code, err } = await train(["--data", server.url("t.csv"), "--sha256", "0".repeat(64)]);
    expect([code, err]).toEqual([1, expect.stringContaining("it was deleted")]);
    expect(folder.list().filter((name) => name.endsWith(".csv") || name.endsWith(".part"))).toEqual([]);
  });
});
