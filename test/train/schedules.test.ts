import { describe, expect, test } from "vitest";
import { createCpuDevice } from "../../src/device/cpu/device.js";
import { evolutionConfig, zetaAt } from "../../src/evolution/config.js";
import { removalDue, removedTarget } from "../../src/evolution/neurons.js";
import { learningRate, rateAt } from "../../src/train/schedules.js";
import { train } from "../../src/train/train.js";
import { blobs } from "./blobs.js";

// What changes with the epoch: learning rate, zeta, neurons that are due.

describe("learning rates", () => {
  const at = (options: Parameters<typeof learningRate>[0], times: number[], epochs = 10) =>
    times.map((time) => rateAt(learningRate(options, { name: "sgd" }), time, epochs));

  test("are constant by default: 0.01 for SGD, 0.001 for the others", () => {
    expect(at(undefined, [0, 3.5, 10])).toEqual([0.01, 0.01, 0.01]);
    expect(learningRate(undefined, { name: "adam" }).rate).toBe(0.001);
    expect(at(0.3, [9])).toEqual([0.3]);
  });

  test("fall by gamma every so many epochs under step", () => {
    expect(at({ rate: 1, schedule: "step", gamma: 0.5, stepEpochs: 4 }, [0, 3.99, 4, 7.5, 8])).toEqual([1, 1, 0.5, 0.5, 0.25]);
  });

  test("fall along half a cosine to 0 at the end", () => {
    const rates = at({ rate: 2, schedule: "cosine" }, [0, 2.5, 5, 7.5, 10]);
    [2, 1 + Math.SQRT1_2, 1, 1 - Math.SQRT1_2, 0].forEach((rate, i) => {
      expect(rates[i]).toBeCloseTo(rate, 12);
    });
  });

  test("rise linearly from 0 during warm-up, and the cosine takes the epochs that are left", () => {
    const rates = at({ rate: 2, schedule: "cosine", warmup: 4 }, [0, 1, 3, 4, 7, 10]);
    [0, 0.5, 1.5, 2, 1, 0].forEach((rate, i) => {
      expect(rates[i]).toBeCloseTo(rate, 12);
    });
    expect(at({ rate: 2, warmup: 2 }, [1, 2, 9])).toEqual([1, 2, 2]);
  });

  test("go with the step within an epoch, and the history records the last step's", async () => {
    const set = blobs({ samples: 20 });
    const lr = { rate: 0.1, schedule: "cosine", warmup: 1 } as const;
    const model = await train({ train: set }, { method: "linear", epochs: 4, batch: 5, lr, device: createCpuDevice() });
    const config = learningRate(lr, { name: "sgd" });
    expect(model.history.map((epoch) => epoch.lr)).toEqual([0, 1, 2, 3].map((epoch) => rateAt(config, epoch + 3 / 4, 4)));
  });

  test("at which nothing moves leave every weight as it is", async () => {
    // The only step of the only epoch is the first of the warm-up.
    const set = blobs({ samples: 20 });
    const options = { method: "linear", epochs: 1, batch: 20, device: createCpuDevice() } as const;
    const moved = await train({ train: set }, { ...options, lr: { rate: 0.1, warmup: 0 } });
    const still = await train({ train: set }, { ...options, lr: { rate: 0.1, warmup: 1 } });
    const [a, b] = [await moved.save(), await still.save()];
    expect([...b.network.layers[0].params.bias]).toEqual([0, 0, 0]);
    expect([...a.network.layers[0].params.bias]).not.toEqual([0, 0, 0]);
  });

  test("out of range are refused", () => {
    expect(() => learningRate(0, { name: "sgd" })).toThrow("learning rate");
    expect(() => learningRate(Number.NaN, { name: "sgd" })).toThrow("learning rate");
    expect(() => learningRate({ gamma: 1.5 }, { name: "sgd" })).toThrow("gamma");
    expect(() => learningRate({ schedule: "cosin" as "cosine" }, { name: "sgd" })).toThrow('did you mean "cosine"');
  });
});

describe("zeta", () => {
  test.each([
    ["constant", [0.4, 0.4, 0.4]],
    ["linear", [0.36, 0.2, 0]],
    ["cosine", [0.4 * (0.5 + 0.5 * Math.cos(Math.PI / 10)), 0.2, 0]],
  ] as const)("%s over ten epochs", (zetaSchedule, expected) => {
    const config = evolutionConfig({ zeta: 0.4, zetaSchedule }, { epochs: 10, classes: 2, stepsPerEpoch: 1 });
    [1, 5, 10].forEach((epoch, i) => {
      expect(zetaAt(config, epoch, 10)).toBeCloseTo(expected[i], 12);
    });
  });
});

describe("neurons that are due", () => {
  const removal = (options: object, epochs = 100) => {
    const config = evolutionConfig({ removal: options }, { epochs, classes: 4, stepsPerEpoch: 1 }).removal;
    if (!config) throw new Error("removal was asked for");
    return config;
  };

  test("by default: half of the first size, cubic between 5 % and 50 % of the epochs, down to the number of classes", () => {
    const config = removal({});
    expect(config).toMatchObject({
      amount: 0.5,
      schedule: "cubic",
      first: 5,
      last: 50,
      floor: 4,
      budget: "constant",
      score: "strength",
    });
    expect([4, 5, 50, 99].map((epoch) => removalDue(config, epoch))).toEqual([false, true, true, true]);
    // round(0.5 1000 (1 - (1 - t)^3)) with t = 0, 15/45, 1, beyond.
    expect([5, 20, 50, 70].map((epoch) => removedTarget(config, 1000, 1000, epoch))).toEqual([0, 352, 500, 500]);
  });

  test("linear: in proportion to the epochs", () => {
    const config = removal({ schedule: "linear", first: 10, last: 30, amount: 0.4 });
    expect([10, 15, 20, 30, 31].map((epoch) => removedTarget(config, 200, 200, epoch))).toEqual([0, 20, 40, 80, 80]);
  });

  test("never bring neurons back", () => {
    expect(removedTarget(removal({ schedule: "linear", first: 10, last: 30, amount: 0.4 }), 200, 150, 15)).toBe(50);
  });

  test("percentile: a fraction of the living, every so many epochs of a range", () => {
    const config = removal({ schedule: "percentile", first: 20, last: 60, every: 20, amount: 0.1 });
    const due = [19, 20, 30, 40, 60, 80].map((epoch) => removalDue(config, epoch));
    expect(due).toEqual([false, true, false, true, true, false]);
    expect(removedTarget(config, 100, 85, 40)).toBe(15 + 8);
    expect(removedTarget(config, 100, 85, 41)).toBe(15);
  });
});
