import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { coppice, useFolder } from "./harness.js";

const folder = useFolder();
const RUN = "select --data digits --hidden 20 --epsilon 3 --epochs 4 --device cpu --seed 3";

it("select writes or prints the features that are left, by name", async () => {
  const printed = await coppice(`${RUN} --features 6`);
  expect(printed.code, printed.err).toBe(0);
  const [head, ...rows] = printed.out.trimEnd().split("\n");
  expect(head).toBe("feature,strength");
  expect(rows).toHaveLength(6);
  const written = await coppice(`${RUN} --features 6 --out ${folder.path("f.csv")}`);
  expect(written.err).toContain("6 of 64 features in ");
  expect(readFileSync(folder.path("f.csv"), "utf8")).toBe(printed.out);
  const { of, features } = JSON.parse((await coppice(`${RUN} --features 6 --json`)).out);
  expect([of, features.length]).toEqual([64, 6]);
  expect(features[0].name).toBe(rows[0].split(",")[0]);
});

it("select says what is missing", async () => {
  const none = await coppice(RUN);
  expect([none.code, none.err]).toEqual([2, expect.stringContaining("--features: is missing: say how many")]);
  const all = await coppice(`${RUN} --features 64`);
  expect([all.code, all.err]).toEqual([2, expect.stringContaining("64, but the data have 64; give fewer")]);
});
