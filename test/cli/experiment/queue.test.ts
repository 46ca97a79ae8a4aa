import { mkdirSync, writeFileSync } from "node:fs";
import fc from "fast-check";
import { expect, test } from "vitest";
import { queueAddress, withoutPassword } from "../../../src/experiment/queue/address.js";
import { localJob, portableJob } from "../../../src/experiment/queue/portable.js";
import type { Job } from "../../../src/experiment/run/job.js";
import { coppice, useFolder } from "../harness.js";

const folder = useFolder();

test("an address is host, port, database, user and password, each with its default", () => {
  expect(queueAddress("redis://host", {})).toEqual({ host: "host", port: 6379, db: 0, tls: false, shown: "redis://host" });
  expect(queueAddress("rediss://me:s%40cret@[::1]:6380/12", {})).toEqual({
    host: "::1",
    port: 6380,
    db: 12,
    tls: true,
    username: "me",
    password: "s@cret",
    shown: "rediss://me:***@[::1]:6380/12",
  });
  const env = { COPPICE_QUEUE_PASSWORD: "fromenv" };
  expect(queueAddress("redis://me@host/1", env)).toMatchObject({
    username: "me",
    password: "fromenv",
    shown: "redis://me@host/1",
  });
  expect(queueAddress("redis://:given@host", env).password).toBe("given");
});

test("any password is understood and never shown, nor repeated by a message", () => {
  const secrets = fc.string({ minLength: 4, maxLength: 30, unit: "grapheme" }).map((text) => `Qx7${text}`);
  fc.assert(
    fc.property(secrets, fc.constantFrom("", "me"), (secret, user) => {
      const coded = encodeURIComponent(secret);
      const { password, shown } = queueAddress(`redis://${user}:${coded}@host:1/2`, {});
      expect(password).toBe(secret);
      expect(shown).toBe(`redis://${user}:***@host:1/2`);
    }),
  );
  fc.assert(
    fc.property(secrets, (secret) => {
      const text = `redis://me:${secret}@host`; // not escaped: it may be understood or refused, but not shown
      expect(withoutPassword(text)).not.toContain("Qx7");
      expect(withoutPassword(`--queue=${text}`)).not.toContain("Qx7");
      let said = "";
      try {
        said = queueAddress(text, {}).shown;
      } catch (error) {
        said = String(error);
      }
      expect(said).not.toContain("Qx7");
    }),
  );
});

test.each([
  ["http://host", "the address is not of the form redis://[[user]:password@]host[:port][/db]"],
  ["host:6379", "the address is not of the form"],
  ["redis://", "the address is not of the form"],
  ["redis://host/zero", "the database is not a number"],
  ["redis://:a%zz@host", "the password has a % that begins no escape; write %25 for it"],
])("%s is refused", async (address, message) => {
  const ran = await coppice(`worker --queue ${address}`);
  expect([ran.code, ran.err.split("\n").length], ran.err).toEqual([2, 2]);
  expect(ran.err).toContain(message);
});

test("a job goes without the folders of its machine, and finds its files by name in those of another", () => {
  const data = { data: "/elsewhere/a/x.csv,../b/y.csv", testData: "c/test.mat", read: { labels: "labels.tsv", label: "class" } };
  const job = { task: { key: "k" }, base: "/elsewhere", data: { name: "x", ...data } } as Job;
  const sent = portableJob(job);
  expect(sent).toEqual({
    task: { key: "k" },
    base: ".",
    data: { name: "x", data: "x.csv,y.csv", testData: "test.mat", read: { labels: "labels.tsv", label: "class" } },
  });
  expect(portableJob(sent)).toEqual(sent);
  mkdirSync(folder.path("sub/digits"), { recursive: true });
  for (const name of ["x.csv", "sub/y.csv", "sub/test.mat", "labels.tsv"]) writeFileSync(folder.path(name), "");
  const here = localJob(sent, { COPPICE_DATA: folder.path() });
  expect(here.data).toMatchObject({
    data: `${folder.path("x.csv")},${folder.path("sub/y.csv")}`,
    testData: folder.path("sub/test.mat"),
    read: { labels: folder.path("labels.tsv") },
  });
  const named = { ...job, data: { ...job.data, data: "digits", testData: null, read: {} } };
  expect(localJob(portableJob(named), { COPPICE_DATA: folder.path("sub") }).data).toMatchObject({
    data: "digits",
    testData: null,
  });
});
