import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { PassThrough } from "node:stream";
import { text } from "node:stream/consumers";
import { gzipSync } from "node:zlib";
import { Command } from "commander";
import { describe, expect, it } from "vitest";
import { addCommand } from "../../src/cli/command.js";
import { datasets as datasetsCommand } from "../../src/cli/commands/datasets.js";
import { CATALOGUE, type CatalogueEntry } from "../../src/data/catalogue.js";
import { coppice, type Ran, useFolder } from "./harness.js";
import { serve, serveWithoutRanges, useServer } from "./server.js";

const folder = useFolder();
const server = useServer();

const PLAIN = Uint8Array.from({ length: 3000 }, (_, i) => (i * i) % 251);
const PACKED = gzipSync(PLAIN, { level: 9 });
const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");
const about = { samples: 1200, features: 10, classes: 2, license: "yours" };
const catalogue = (): CatalogueEntry[] => [
  { ...about, name: "digits", files: [] },
  {
    ...about,
    name: "whole",
    note: "made of squares",
    files: [
      { path: "set/whole.mat", url: server.url("a"), bytes: PLAIN.length, sha256: sha256(PLAIN) },
      { path: "set/more.gz", url: server.url("b"), bytes: PACKED.length, sha256: sha256(PACKED), content: sha256(PLAIN) },
    ],
  },
  {
    ...about,
    name: "private",
    files: [{ path: "set/private.mat", bytes: PLAIN.length, sha256: sha256(PLAIN) }],
    byHand: "ask its owner",
  },
  { ...about, name: "unsummed", files: [{ path: "set/unsummed.h5ad" }], byHand: "write it" },
];

/** Runs `coppice datasets ...` on the test's catalogue; rejects with its errors. */
async function datasets(
  argv: string,
  env: Record<string, string> = {},
  live: NodeJS.WriteStream | null = null,
): Promise<Omit<Ran, "code">> {
  let [out, err] = ["", ""];
  const program = new Command().exitOverride();
  const terminal = {
    out(more: string) {
      out += more;
    },
    err(more: string) {
      err += more;
    },
    live,
    env,
  };
  addCommand(program, datasetsCommand(catalogue()), terminal);
  await program.parseAsync(["datasets", ...argv.split(" ")], { from: "user" });
  return { out, err };
}

const env = () => ({ COPPICE_DATA: folder.path("all") });
const serveAll = () =>
  server.answers((request, response, n) => serve(request.url === "/a" ? PLAIN : PACKED)(request, response, n));

/** Runs in the test's folder. */
async function inFolder<T>(run: () => Promise<T>): Promise<T> {
  const before = process.cwd();
  process.chdir(folder.path());
  try {
    return await run();
  } finally {
    process.chdir(before);
  }
}

describe("coppice datasets fetch", () => {
  it("brings the files of a dataset into COPPICE_DATA, says so, and verifies them", async () => {
    serveAll();
    const { out, err } = await datasets("fetch whole", env());
    expect(out).toBe("");
    expect(err).toContain(`whole goes to ${folder.path("all")} (COPPICE_DATA); licence: yours\n`);
    expect(err).toContain("whole.mat: 3.00 kB, verified\n");
    expect(folder.list()).toEqual(["all", "all/set", "all/set/more.gz", "all/set/whole.mat"]);
    expect(Buffer.compare(readFileSync(folder.path("all/set/whole.mat")), PLAIN)).toBe(0);
  });

  it("brings them to ./data where no folder is named, where they are found by name", async () => {
    serveAll();
    await inFolder(async () => {
      expect((await datasets("fetch whole")).err).toMatch(/whole goes to .*\/data \(COPPICE_DATA is not set\)/);
      expect((await datasets("list")).out).toMatch(/^whole .* found: data\/set\/whole\.mat$/m);
      expect((await coppice("train --data whole --out run")).err).toMatch(/data\/set\/whole\.mat: not a MATLAB Level 5 file/);
    });
  });

  it("brings them to another folder and says how to use it, as one JSON document", async () => {
    serveAll();
    const to = folder.path("elsewhere");
    const { out, err } = await datasets(`fetch whole --to ${to} --json`, env());
    expect(err).toContain(`to use it by name, set COPPICE_DATA=${to}\n`);
    expect(JSON.parse(out)).toEqual({
      name: "whole",
      folder: to,
      files: [
        { path: `${to}/set/whole.mat`, status: "downloaded" },
        { path: `${to}/set/more.gz`, status: "downloaded" },
      ],
    });
  });

  it("leaves alone what is there already, also packed anew or not packed", async () => {
    serveAll();
    mkdirSync(folder.path("all/set"), { recursive: true });
    writeFileSync(folder.path("all/set/whole.mat"), PLAIN);
    for (const [name, bytes] of [
      ["more.gz", PACKED],
      ["more.gz", gzipSync(PLAIN, { level: 0 })],
      ["more", PLAIN],
    ] as const) {
      writeFileSync(folder.path(`all/set/${name}`), bytes);
      const { files } = JSON.parse((await datasets("fetch whole --json", env())).out);
      expect(files.map(({ status }: { status: string }) => status)).toEqual(["present", "present"]);
      expect(files[1].path).toBe(folder.path(`all/set/${name}`));
    }
    expect(server.ranges).toEqual([]);
  });

  it("never overwrites another file of that name", async () => {
    serveAll();
    mkdirSync(folder.path("all/set"), { recursive: true });
    const other = Buffer.from("my own");
    for (const name of ["whole.mat", "more.gz"]) {
      writeFileSync(folder.path(`all/set/${name}`), other);
      await expect(datasets("fetch whole", env())).rejects.toThrow(
        new RegExp(`${name} is another file: its sha256 is ${sha256(other)}, expected .* was left alone`),
      );
      expect(readFileSync(folder.path(`all/set/${name}`), "utf8")).toBe("my own");
      writeFileSync(folder.path("all/set/whole.mat"), PLAIN);
    }
  });

  it("goes on where it ended, and fetches no file twice", async () => {
    server.answers((request, response, n) => {
      if (request.url === "/a") serve(PLAIN)(request, response, n);
      else response.writeHead(403).end();
    });
    await expect(datasets("fetch whole", env())).rejects.toMatchObject({
      name: "CoppiceError",
      kind: "failure",
      message: expect.stringMatching(/HTTP 403 Forbidden/),
    });
    expect(folder.list()).toEqual(["all", "all/set", "all/set/whole.mat"]);
    writeFileSync(folder.path("all/set/more.gz.part"), PACKED.subarray(0, 50));
    serveAll();
    const { err } = await datasets("fetch whole", env());
    expect(err).toContain("whole.mat: is there already");
    expect(server.ranges).toEqual([undefined, undefined, "bytes=50-"]);
    expect(Buffer.compare(readFileSync(folder.path("all/set/more.gz")), PACKED)).toBe(0);
  });

  it("tells troubles on the way, and leaves a stalled server after --timeout", async () => {
    server.answers((request, response, n) => {
      if (n === 0) response.writeHead(200, { "content-length": PLAIN.length }).write(PLAIN.subarray(0, 100));
      else serveWithoutRanges(request.url === "/a" ? PLAIN : PACKED)(request, response, n);
    });
    const { err } = await datasets("fetch whole --timeout 0.3", env());
    expect(err).toMatch(/set\/whole\.mat: nothing arrived for 0\.3 s; trying again in 1 s\n/);
    expect(err).toContain("set/whole.mat: the server does not resume: starting at the beginning\n");
    expect(folder.list()).toEqual(["all", "all/set", "all/set/more.gz", "all/set/whole.mat"]);
  });

  it("draws a bar where the terminal can redraw a line", async () => {
    serveAll();
    const live = Object.assign(new PassThrough(), { isTTY: true, columns: 120 });
    const { err } = await datasets("fetch whole", env(), live as unknown as NodeJS.WriteStream);
    live.end();
    expect(await text(live)).toMatch(/set\/whole\.mat \[=+\] 100 % of 3\.00 kB/);
    expect(err).not.toContain("...");
  });

  it("says how to get what has no public address, and verifies it once it is placed", async () => {
    const path = folder.path("all/set/private.mat");
    await expect(datasets("fetch private", env())).rejects.toThrow(`private: ask its owner; put it at ${path}`);
    expect(folder.list()).toEqual([]);
    mkdirSync(folder.path("all/set"), { recursive: true });
    writeFileSync(path, PLAIN);
    expect((await datasets("fetch private", env())).err).toContain(`${path}: is there already, and is what it should be\n`);
    writeFileSync(path, "written by another program");
    const { out, err } = await datasets("fetch private --json", env());
    expect(err).toMatch(/is there already, but cannot be verified: its sha256 is [0-9a-f]{64}, expected/);
    expect(JSON.parse(out).files).toEqual([{ path, status: "unverified" }]);
  });

  it("has nothing to do for what is part of coppice", async () => {
    const { code, out, err } = await coppice("datasets fetch digits --json");
    expect({ code, out: JSON.parse(out) }).toEqual({ code: 0, out: { name: "digits", folder: null, files: [] } });
    expect(err).toBe("digits is part of coppice: there is nothing to fetch\n");
  });

  it("refuses unknown names with the nearest, bad times and folders that cannot be, and writes nothing", async () => {
    const refusal = async (argv: string) => {
      const { code, out, err } = await coppice(argv, { env: env() });
      expect({ code, out }).toEqual({ code: 2, out: "" });
      return err;
    };
    expect(await refusal("datasets fetch lung_discret")).toMatch(/^coppice: datasets fetch: .* did you mean "lung_discrete"\?/);
    expect(await refusal("datasets fetch Mnist")).toMatch(/did you mean "mnist"\?/);
    expect(await refusal("datasets fetch mnist --timeout 0")).toMatch(/--timeout: 0 is not a number of seconds/);
    expect(await refusal("datasets fetch")).toMatch(/missing required argument/);
    expect(await refusal("datasets")).toMatch(/no command given/);
    expect(folder.list()).toEqual([]);
    writeFileSync(folder.path("file"), "");
    expect(await refusal(`datasets fetch mnist --to ${folder.path("file/in")}`)).toMatch(/datasets fetch: .* is a file/);
  });
});

describe("coppice datasets list", () => {
  it("tells what every dataset is and where", async () => {
    mkdirSync(folder.path("all/mnist"), { recursive: true });
    writeFileSync(folder.path("all/ORL.mat"), "");
    for (const name of ["images-idx3", "labels-idx1"]) writeFileSync(folder.path(`all/mnist/train-${name}-ubyte`), "");
    const { code, out } = await coppice("datasets list", { env: env() });
    expect(code).toBe(0);
    const line = (name: string) => out.split("\n").find((row) => row.startsWith(`${name} `));
    expect(line("digits")).toMatch(/^digits +1,797 +64 +10 +- +part of coppice$/);
    expect(line("ORL")).toMatch(/^ORL +400 +1,024 +40 +377 kB +found: .*\/all\/ORL\.mat$/);
    expect(line("mnist")).toMatch(/^mnist +60,000 \+ 10,000 +784 +10 +11\.6 MB +found without its test set: .*\/all\/mnist$/);
    expect(line("fashion-mnist")).toMatch(/30\.9 MB +can be fetched$/);
    expect(line("USPS")).toMatch(/1\.83 MB +to be placed by hand/);
    expect(out).toMatch(/^leukemia: the 72 patients of ALLAML/m);
    for (const { name } of CATALOGUE) expect(line(name), name).toBeDefined();
  });

  it("is one JSON document with --json", async () => {
    const { out } = await datasets("list --json");
    const { folders, datasets: rows } = JSON.parse(out);
    expect(folders).toEqual(["data"]);
    expect(rows[1]).toEqual({ ...catalogue()[1], bytes: PLAIN.length + PACKED.length, where: "fetch" });
    expect(rows.map(({ where }: { where: string }) => where)).toEqual(["bundled", "fetch", "byHand", "byHand"]);
  });
});

it("a file of which no sum is on record is found by its name, unverified", async () => {
  const env = { COPPICE_DATA: folder.path() };
  await expect(datasets("fetch unsummed", env)).rejects.toThrow("unsummed: write it; put it at");
  mkdirSync(folder.path("set"));
  writeFileSync(folder.path("set/unsummed.h5ad"), PLAIN);
  expect((await datasets("fetch unsummed", env)).err).toContain("cannot be verified: no sum of it is on record");
  expect((await datasets("list", env)).out).toMatch(/^unsummed .*found: .*set\/unsummed\.h5ad$/m);
});

describe("the catalogue", () => {
  it("names every dataset and file once, pins every address, and gives every file with an address its sums", () => {
    const files = CATALOGUE.flatMap((entry) => entry.files);
    expect(new Set(CATALOGUE.map(({ name }) => name)).size).toBe(CATALOGUE.length);
    expect(new Set(files.map(({ path }) => path)).size).toBe(files.length);
    for (const { path, url, bytes, sha256, content } of files) {
      if (url === undefined && sha256 === undefined) continue; // its byHand says so
      expect(sha256, path).toMatch(/^[0-9a-f]{64}$/);
      expect(bytes, path).toBeGreaterThan(1000);
      expect(content !== undefined, path).toBe(path.endsWith(".gz"));
      if (url) expect(url).toMatch(/^https:\/\/raw\.githubusercontent\.com\/[\w-]+\/[\w-]+\/[0-9a-f]{40}\/[\w/.-]+$/);
    }
    for (const { name, files, byHand } of CATALOGUE)
      expect(byHand !== undefined, name).toBe(files.some(({ url }) => url === undefined));
  });

  it("is what --data tells to fetch where a known dataset is not there", async () => {
    for (const [data, name] of [
      ["mnist", "mnist"],
      ["mnist-test", "mnist"],
      ["lung_discrete", "lung_discrete"],
    ]) {
      const { code, err } = await coppice(`train --data ${data} --out ${folder.path("run")}`, { env: {} });
      expect({ code, err }).toEqual({
        code: 2,
        err: `coppice: --data: "${data}" is not in ./data (nor is COPPICE_DATA set); get it with: coppice datasets fetch ${name}\n`,
      });
    }
    const evaluated = await coppice("train --data digits --test fashion-mnist", { env: { COPPICE_DATA: folder.path() } });
    expect(evaluated.err).toMatch(/--test: "fashion-mnist" is not in .* or \.\/data; get it with: coppice datasets fetch/);
    expect((await coppice("train --data fashion_mnist")).err).toContain('did you mean "fashion-mnist"?');
    expect(existsSync(folder.path("run"))).toBe(false);
  });
});
