import { describe, expect, it, vi } from "vitest";
import { check } from "../../src/util/check.js";
import { judge } from "./oracle.js";

const judged = (way: () => Promise<unknown>) =>
  judge({ place: /byte \d+/, cases: undefined as never, sources: [] }, { bytes: new Uint8Array(100), ways: [way] });

describe("the oracle", () => {
  it("accepts what was read, and refusals that name the file and the place", async () => {
    expect(await judged(async () => ({ x: new Float32Array(3) }))).toMatchObject({ read: true });
    expect(await judged(async () => check(false, "fuzz.bin", () => "wrong at byte 7"))).toMatchObject({ read: false });
  });

  it.each<[string, () => Promise<unknown>, string]>([
    ["an error of the language", async () => (null as unknown as { a: number }).a, "throws something else than a CoppiceError"],
    ["a refusal without a place", async () => check(false, "fuzz.bin", () => "wrong"), "names neither place nor field"],
    ["a refusal without a file", async () => check(false, "reader", () => "wrong at byte 7"), "does not name the file"],
    ["a refusal of a million letters", async () => check(false, "fuzz.bin", () => `byte 7 ${"x".repeat(1e6)}`), "characters"],
    ["an allocation beyond a multiple of the file", async () => new Uint8Array(8_000_000), "allocates 8000000 bytes"],
    ["a claim that is believed", async () => new Float64Array(2 ** 50), "allocates 9007199254740992 bytes"],
    ["many small allocations", async () => Array.from({ length: 1000 }, () => new Float32Array(10_000)), "the limit is"],
    ["a copy", async () => new Float32Array(1_000_000).slice(), "allocates 8000000 bytes"],
    [
      "an object whose prototype came from the file",
      async () => ({ a: Object.create({ b: 1 }) as object }),
      "a prototype of its own",
    ],
  ])("rejects %s", async (_, way, message) => {
    await expect(judged(way)).rejects.toThrow(message);
  });

  it("rejects what is added to the prototypes of all objects", async () => {
    const pollute = async () => Object.assign(Object.prototype, { polluted: 1 });
    try {
      await expect(judged(pollute)).rejects.toThrow("something was added to the prototypes");
    } finally {
      delete (Object.prototype as { polluted?: number }).polluted;
    }
  });

  it("rejects what takes more than a second each time, and times again what did so once", async () => {
    let now = 0;
    vi.spyOn(performance, "now").mockImplementation(() => now);
    let times = 0;
    await expect(judged(async () => (now += 1100))).rejects.toThrow("takes 1100 ms, 1000 are allowed");
    expect(await judged(async () => (now += times++ === 0 ? 1100 : 10))).toMatchObject({ read: true, ms: 10 });
    vi.restoreAllMocks();
  });
});
