import { execFileSync } from "node:child_process";
import { cpSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readStore } from "../../src/experiment/store/store.js";
import { version } from "../../src/util/version.js";
import { doneBy, type Program, timeless, until, useQueue } from "./queue-programs.js";

const queue = useQueue();
const HASTY = { COPPICE_QUEUE_LOCK_MS: "1000" };
const LONG = { epochs: 120 };

async function expectLocal(suite: string, out: string): Promise<void> {
  const program = queue.coppice(`experiment ${suite} --slots 2 --out ${queue.path("local")}`);
  expect(await program.ended, program.said()).toBe(0);
  expect(timeless(out)).toEqual(timeless(queue.path("local")));
}

/** A coppice of another version: the built one with another number in it. */
function otherVersion(): string {
  cpSync("dist", queue.path("other/dist"), { recursive: true, filter: (name) => !name.endsWith(".map") });
  cpSync("package.json", queue.path("other/package.json"));
  symlinkSync(join(process.cwd(), "node_modules"), queue.path("other/node_modules"));
  for (const name of readdirSync(queue.path("other/dist")).filter((file) => file.endsWith(".js"))) {
    const file = queue.path(`other/dist/${name}`);
    writeFileSync(file, readFileSync(file, "utf8").replaceAll(`"${version}"`, '"0.0.7"').replaceAll(`\`${version}\``, '"0.0.7"'));
  }
  return queue.path("other/dist/cli.js");
}

test("workers of another version, with other data or without refuse runs with the reason, and leave them to one that fits", async () => {
  const { port } = await queue.redis();
  const url = `redis://127.0.0.1:${port}`;
  queue.table("asker");
  queue.table("wrong", 0.5);
  queue.table("right/sub");
  const suite = queue.suite({ datasets: [{ data: "asker/mine.csv", header: false }], splits: 1, folds: 1 });
  const start = (folder: string, cli?: string) =>
    queue.coppice(`worker --queue ${url} --slots 1`, { ...HASTY, COPPICE_DATA: queue.path(folder) }, cli);
  const unfit = [start("right", otherVersion()), start("wrong"), start("other")];
  for (const worker of unfit) await worker.says(/taking runs/);
  const asker = queue.coppice(`experiment ${suite} --out ${queue.path("out")} --queue ${url}`, HASTY);
  for (const [i, reason] of [
    `was planned by coppice ${version}, this is 0.0.7\n`,
    "dataset mine there is another: the run was planned on [0-9a-f]{64}\n",
    "dataset mine: there is no file mine.csv\n",
  ].entries())
    await asker.says(new RegExp(`worker \\S+:${unfit[i].pid} refuses runs, which wait for another: ${reason}`));
  const right = start("right");
  expect(await asker.ended, asker.said()).toBe(0);
  expect(doneBy(...unfit)).toEqual({});
  expect(doneBy(right)).toEqual({ "main/mine/npset/0": 1, "main/mine/dense/0": 1 });
  await expectLocal(suite, queue.path("out"));
});

test.each([
  ["has forgotten everything", []],
  ["remembers", ["--appendonly", "yes", "--appendfsync", "always"]],
])("a server that goes away is told and waited for, and then %s", async (_, memory) => {
  const { port, server } = await queue.redis(memory);
  const url = `redis://127.0.0.1:${port}`;
  const suite = queue.suite(LONG);
  const asker = queue.coppice(`experiment ${suite} --out ${queue.path("out")} --queue ${url}`, HASTY);
  const worker = queue.coppice(`worker --queue ${url} --slots 2`, HASTY);
  await asker.says(/1\/4 main\//);
  server.kill("SIGKILL");
  const lost = `redis://127.0.0.1:${port}: the connection is lost; trying again until it is back\n`;
  const told = (program: Program) => until(() => program.said().includes(lost));
  await Promise.all([told(asker), told(worker)]);
  await new Promise((resolve) => setTimeout(resolve, 1500)); // longer than the locks last
  await queue.redis(memory, port);
  expect(await asker.ended, asker.said()).toBe(0);
  expect(asker.said()).toContain(`redis://127.0.0.1:${port}: connected again\n`);
  expect(asker.said().match(/^\d\/4 main/gm)).toEqual(["1/4 main", "2/4 main", "3/4 main", "4/4 main"]);
  worker.kill("SIGINT");
  expect(await worker.ended, worker.said()).toBe(0);
  await expectLocal(suite, queue.path("out"));
});

test("nothing is lost when an interruption comes while the server is away", async () => {
  const { port, server } = await queue.redis();
  const url = `redis://127.0.0.1:${port}`;
  const suite = queue.suite(LONG);
  const words = `experiment ${suite} --out ${queue.path("out")} --queue ${url}`;
  const asker = queue.coppice(words, HASTY);
  const worker = queue.coppice(`worker --queue ${url} --slots 1`, HASTY);
  await asker.says(/1\/4 main\//);
  server.kill("SIGKILL");
  await Promise.all([asker.says(/is lost/), worker.says(/is lost/)]);
  asker.kill("SIGINT");
  worker.kill("SIGINT");
  expect([await asker.ended, await worker.ended], asker.said() + worker.said()).toEqual([1, 0]);
  expect(asker.said()).toMatch(/interrupted: 1 of 4 runs are done/);
  expect(readStore(queue.path("out")).failed).toEqual([]);
  await queue.redis([], port);
  queue.coppice(`worker --queue ${url} --slots 2`, HASTY);
  const again = queue.coppice(words, HASTY);
  expect(await again.ended, again.said()).toBe(0);
  await expectLocal(suite, queue.path("out"));
});

test("an interruption while no worker is there ends at once, and leaves nothing behind", async () => {
  const { port } = await queue.redis();
  const words = `experiment ${queue.suite()} --out ${queue.path("out")} --queue redis://127.0.0.1:${port}`;
  const asker = queue.coppice(words);
  await asker.says(/no worker is on/);
  asker.kill("SIGINT");
  expect(await asker.ended).toBe(1);
  expect(asker.said()).toMatch(/\ncoppice: interrupted before the first run\n$/);
  expect(readStore(queue.path("out")).results).toEqual([]);
});

test("over TLS, with a certificate that is named to be trusted, and not without", async () => {
  const [key, cert] = [queue.path("key.pem"), queue.path("cert.pem")];
  const subject = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"];
  const kind = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"];
  execFileSync("openssl", ["req", "-x509", ...kind, "-keyout", key, "-out", cert, ...subject], { stdio: "ignore" });
  const tls = ["--tls-port", "PORT", "--tls-cert-file", cert, "--tls-key-file", key, "--tls-auth-clients", "no"];
  const { port } = await queue.redis([...tls, "--requirepass", "secret"]);
  const url = `rediss://default:secret@localhost:${port}`;
  const words = `experiment ${queue.suite({ methods: ["dense"] })} --out ${queue.path("out")} --queue ${url}`;
  const distrustful = queue.coppice(words);
  expect(await distrustful.ended).toBe(1);
  expect(distrustful.said()).toMatch(
    /rediss:\/\/default:\*\*\*@localhost:\d+: cannot be used: self.signed certificate; if you trust .* NODE_EXTRA_CA_CERTS\n$/,
  );
  queue.coppice(`worker --queue ${url} --slots 1`, { NODE_EXTRA_CA_CERTS: cert });
  const asker = queue.coppice(words, { NODE_EXTRA_CA_CERTS: cert });
  expect(await asker.ended, asker.said()).toBe(0);
  expect(readStore(queue.path("out")).results.length).toBe(2);
});

test("when the minutes are over, runs that nobody has begun are taken back, and go on later", async () => {
  const { port } = await queue.redis();
  const url = `redis://127.0.0.1:${port}`;
  const suite = queue.suite({ epochs: 600, splits: 4 }); // a minute of work on a fast machine
  const words = `experiment ${suite} --out ${queue.path("out")} --queue ${url}`;
  queue.coppice(`worker --queue ${url} --slots 1`, HASTY);
  const asker = queue.coppice(`${words} --minutes 0.15`, HASTY);
  expect(await asker.ended, asker.said()).toBe(0);
  const done = readStore(queue.path("out")).results.length;
  expect(done).toBeLessThan(8);
  expect(asker.said()).toContain(`${done} of 8 runs are done in`);
  expect(asker.said()).toContain(`; ${8 - done} are left, about `);
  expect((await queue.client(port).keys("*")).filter((key) => /^coppice:cpu:[0-9a-f]{64}/.test(key))).toEqual([]);
});
