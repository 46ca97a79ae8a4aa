import { expect, test } from "vitest";
import guide from "../../docs/guide/rules.md?raw";
import { decodeCheckpoint, encodeCheckpoint } from "../../src/io/formats/checkpoint/checkpoint.js";
import type { SavedModel } from "../../src/io/saved-model.js";
import { changes } from "../../src/methods/evolution-of.js";
import { COMPARED, METHODS } from "../../src/methods/index.js";
import { PRESETS } from "../../src/methods/presets.js";
import { trainConfig } from "../../src/train/config.js";
import { train } from "../../src/train/train.js";
import { BASE, DATA, EVERY_DEVICE } from "../extend/trained.js";
import { matrixTest } from "../matrix.js";
import { expectSameState, timeless } from "./same-runs.js";

// Published methods: data, which options come before.

const NAMES = Object.keys(PRESETS) as (keyof typeof PRESETS)[];
const DATA_SIZE = { features: 12, classes: 3, samples: 5000 }; // 100 steps are a part of an epoch
const evolutionOf = (method: (typeof NAMES)[number], evolution: object = {}) =>
  trainConfig({ method, hidden: [40, 30], epsilon: 1, batch: 20, evolution }, DATA_SIZE).evolution;

test("a preset is its pieces and settings, and an option comes before each of them", () => {
  const until = 0.75;
  const rigl = { prune: "magnitude", grow: "gradient", zeta: 0.3, zetaSchedule: "cosine", period: 0.4, periodSteps: 100, until };
  expect(evolutionOf("rigl")).toMatchObject(rigl);
  const gse = { grow: "sampled", growFirst: true, gamma: 1, zeta: 0.2, period: 4, periodSteps: 1000, until: 0.6 };
  expect(evolutionOf("gse")).toMatchObject(gse);
  expect(evolutionOf("dsr")).toMatchObject({ prune: "global", allocate: "survivors", zetaSchedule: "constant", until: 0.95 });
  expect(evolutionOf("gmp")).toMatchObject({ prune: "magnitude", allocate: "cubic", densityStart: 0.5, zeta: 0, until });
  expect(evolutionOf("granet")).toMatchObject({ grow: "gradient", allocate: "cubic", densityStart: 0.5, period: 1, until });
  const asked = { grow: "sampled", zeta: 0.1, period: 2, until: 1, zetaSchedule: undefined };
  const other = evolutionOf("rigl", asked);
  expect(other).toMatchObject({ prune: "magnitude", grow: "sampled", zeta: 0.1, period: 2, zetaSchedule: "cosine" });
  expect([other?.periodSteps, other?.until]).toEqual([undefined, undefined]);
});

test("presets are methods that nothing compares unless asked to, and the guide has each with its source", () => {
  expect(COMPARED).toEqual(["npset", "set", "static", "static-np", "set-half", "dense", "dense-small", "linear"]);
  for (const name of NAMES) {
    expect(METHODS[name].name).toBe(name);
    const [, year] = /([0-9]{4}), arXiv/.exec(PRESETS[name].source) ?? [];
    const row = guide
      .slice(guide.indexOf("## Published methods"))
      .split("\n")
      .find((line) => line.startsWith(`| \`${name}\``));
    expect(row, name).toContain(year);
    expect(row).toContain(`arxiv.org/abs/${PRESETS[name].source.slice(-10)}`);
  }
});

for (const [name, open] of EVERY_DEVICE) {
  matrixTest(`presets train, and are resumed to the same bits, on ${name}`, async () => {
    const device = await open();
    for (const method of name === "webgpu" ? (["granet"] as const) : NAMES) {
      const saves: SavedModel[] = [];
      // Every source's period is longer than this run.
      const options = {
        ...BASE,
        method,
        hidden: [30, 20],
        epochs: 6,
        evolution: { period: "4steps", until: 0.9 },
        device,
      } as const;
      const run = async (more: Parameters<typeof train>[1]) => {
        const model = await train(DATA, { ...options, ...more });
        const { network } = await model.save();
        await model.dispose();
        return { network, evolutions: timeless(model.evolutions) };
      };
      const whole = await run({ onCheckpoint: (saved) => void saves.push(saved) });
      const rest = await run({ resume: decodeCheckpoint(encodeCheckpoint(saves[2])) });
      expectSameState(rest.network, whole.network);
      expect(rest.evolutions).toEqual(whole.evolutions);
      expect(whole.evolutions.length, method).toBe(changes(METHODS[method]) ? 6 : 0);
    }
    await device.dispose();
  });
}
