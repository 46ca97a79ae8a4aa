import * as fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { createCpuDevice } from "../../src/device/cpu/device.js";
import type { SavedModel } from "../../src/io/saved-model.js";
import { doubts, isUneven, reportClasses } from "../../src/tasks/class-report.js";
import { loadModel } from "../../src/train/model.js";
import { train } from "../../src/train/train.js";
import { madeModel, samplesFor } from "../io/models.js";
import { matrixTest } from "../matrix.js";
import { blobs } from "./blobs.js";

const device = createCpuDevice({ threads: 1 });
afterAll(() => device.dispose());

const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);

describe("scores", () => {
  it("count every sample once, whatever was taken for what", () => {
    const labelled = fc.integer({ min: 2, max: 6 }).chain((classes) => {
      const pair = fc.tuple(fc.nat(classes - 1), fc.nat(classes - 1));
      return fc.record({ classes: fc.constant(classes), pairs: fc.array(pair, { minLength: 1, maxLength: 40 }) });
    });
    fc.assert(
      fc.property(labelled, ({ classes, pairs }) => {
        const [truth, taken] = [0, 1].map((k) => Uint32Array.from(pairs, (pair) => pair[k]));
        const scores = reportClasses(truth, taken, classes);
        expect(sum(scores.confusion.flat())).toBe(pairs.length);
        expect(sum(scores.confusionPairs.map(([, , count]) => count))).toBe(pairs.length);
        expect(scores.accuracy).toBeCloseTo(pairs.filter(([t, p]) => t === p).length / pairs.length, 12);
        const recalls = Array.from({ length: classes }, (_, c) => {
          const own = pairs.filter(([t]) => t === c);
          return own.length === 0 ? null : own.filter(([, p]) => p === c).length / own.length;
        });
        expect(scores.recall).toEqual(recalls);
        const occurring = recalls.filter((recall) => recall !== null);
        expect(scores.balancedAccuracy).toBeCloseTo(sum(occurring) / occurring.length, 12);
        for (const [t, p, count] of scores.confusionPairs) {
          expect(scores.confusion[t][p]).toBe(count);
          expect(count).toBe(pairs.filter((pair) => pair[0] === t && pair[1] === p).length);
        }
      }),
    );
  });

  it("refuse a sample that was taken for no class, rather than leave it out", () => {
    expect(() => reportClasses(Uint32Array.of(0, 1), Uint32Array.of(0, 2 ** 32 - 1), 2)).toThrow(
      "sample 2 of class 1 was taken for class",
    );
  });

  it("tell uneven classes, and what is no better than the commonest class", () => {
    const [truth, all] = [Uint32Array.of(0, 1, 1, 1), Uint32Array.of(1, 1, 1, 1)];
    const scores = reportClasses(truth, all, 3);
    expect(scores).toMatchObject({ accuracy: 0.75, balancedAccuracy: 0.5, recall: [0, 1, null], support: [1, 3, 0] });
    expect([isUneven(scores), isUneven({ support: [4, 0, 5] })]).toEqual([true, false]);
    expect(doubts(scores, false)).toEqual([
      "an accuracy of 75.0 % is no better than taking every sample for the commonest class here (75.0 %)",
    ]);
    expect(doubts(reportClasses(truth, truth, 3), false)).toEqual([]);
    expect(doubts(reportClasses(Uint32Array.of(1, 1), Uint32Array.of(1, 1), 2), false)).toEqual([]); // one class: nothing to tell
  });
});

describe("an evaluation", () => {
  it("says that a network learnt nothing whose outputs are the same for all samples", async () => {
    const alive = madeModel({ inputs: "raw", sizes: [12, 8, 3], densities: [0.5, null] });
    const layers = alive.network.layers.map((layer) => ({
      ...layer,
      params: { ...layer.params, values: layer.params.values.map(() => 0) },
    }));
    const set = { ...blobs({ samples: 30 }), classes: [...alive.classes] };
    const notesOf = async (saved: SavedModel) => {
      const model = loadModel(device, saved);
      const { notes } = await model.evaluate(set);
      await model.dispose();
      return notes;
    };
    const [constant, common] = await notesOf({ ...alive, network: { layers } });
    expect(constant).toContain("the outputs are the same for all 30 samples");
    expect(common).toContain("an accuracy of 33.3 % is no better than taking every sample for");
    expect((await notesOf(alive)).join()).not.toContain("the outputs are the same");
  });

  it("says which labels were matched as numbers", async () => {
    const set = blobs({ samples: 30 });
    const model = await train({ train: set }, { method: "linear", epochs: 2, device, tune: "off" });
    const { notes, accuracy } = await model.evaluate({ ...set, classes: ["00", "01", "2"] });
    expect(notes.join()).toContain('"00" as "0"; "01" as "1"');
    expect(accuracy).toBe((await model.evaluate(set)).accuracy);
    await model.dispose();
  });

  matrixTest("of 31,000 classes counts the pairs that occur, and predicts 130,000", async () => {
    const many = madeModel({ sizes: [6, 31_000], densities: [0.01], seed: 3 });
    const model = loadModel(device, many);
    const x = samplesFor(many, 5);
    const { labels } = await model.predict(x);
    const y = Uint32Array.from(labels, (label, i) => (i < 3 ? label : (label + 1) % 31_000));
    const data = { name: "many", x, y, samples: 5, features: 6, classes: [...many.classes] };
    const { accuracy, confusion, confusionPairs, support } = await model.evaluate(data);
    expect([accuracy, confusion.length, sum(support.slice())]).toEqual([0.6, 0, 5]);
    expect(sum(confusionPairs.map(([, , count]) => count))).toBe(5);
    for (const [t, p] of confusionPairs) expect([...y.entries()].some(([i, label]) => label === t && labels[i] === p)).toBe(true);
    await model.dispose();

    const more = madeModel({ sizes: [4, 130_000], densities: [0.01], seed: 4 });
    const large = loadModel(device, more);
    const { labels: found, probabilities } = await large.predict(samplesFor(more, 2));
    for (const [i, label] of found.entries()) {
      const row = probabilities.subarray(130_000 * i, 130_000 * (i + 1));
      const total = row.reduce((a, b) => a + b, 0);
      expect(total).toBeCloseTo(1, 5);
      expect(row[label]).toBe(row.reduce((a, b) => Math.max(a, b)));
    }
    await large.dispose();
  });

  matrixTest(
    "takes the softmax of 130,000 outputs in training: of equal ones the loss is ln 130,000, and biases move by it",
    async () => {
      const [K, samples] = [130_000, 6];
      const y = Uint32Array.of(0, 0, 7, 129_999, 64_000, 7);
      const classes = Array.from({ length: K }, (_, c) => `c${c}`);
      const data = { name: "wide", x: new Float32Array(samples), y, samples, features: 1, classes };
      const options = { method: "linear", inputs: "raw", lr: 0.5, optimizer: { name: "sgd", momentum: 0 }, epochs: 1 } as const;
      const model = await train({ train: data }, { ...options, batch: samples, device });
      expect(model.history[0].runningLoss).toBeCloseTo(Math.log(K), 4);
      const { bias } = (await model.save()).network.layers[0].params;
      for (const c of [0, 1, 7, 129_999]) {
        const share = y.filter((label) => label === c).length / samples;
        expect(bias[c]).toBeCloseTo(0.5 * (share - 1 / K), 7);
      }
      await model.dispose();
    },
  );
});
