import { expect, test } from "vitest";
import { type Rates, tuneRun } from "../../src/experiment/run/tune-run.js";

const grid = { lrs: [0.001, 0.01, 0.1], decays: [0, 0.02, 0.05], folds: 2, firstEpoch: 1 };

/** A trainer whose last losses are given by rate and fold; null diverges. */
function trainer(loss: (rates: Rates, fold: number) => number | null) {
  const calls: (Rates & { fold: number })[] = [];
  const trainOnce = async (rates: Rates, fold: number) => {
    calls.push({ ...rates, fold });
    const last = loss(rates, fold);
    return last === null ? null : { epochs: [2, 4], losses: [last + 1, last] };
  };
  return { calls, trainOnce };
}

test("every rate is tried on every fold with the first decay, then the other decays at the best rate", async () => {
  const { calls, trainOnce } = trainer(({ lr, decay }, fold) => Math.abs(lr - 0.01) + fold - 2 * decay);
  const tuned = await tuneRun(grid, trainOnce);
  expect(calls).toEqual(
    [
      [0.001, 0],
      [0.01, 0],
      [0.1, 0],
      [0.01, 0.02],
      [0.01, 0.05],
    ].flatMap(([lr, decay]) => [0, 1].map((fold) => ({ lr, decay, fold }))),
  );
  expect([tuned.lr, tuned.decay, tuned.edge, tuned.bestEpoch]).toEqual([0.01, 0.05, false, 4]);
  expect(tuned.trials[0].folds[1]).toBeCloseTo(1.009, 12);
  expect(tuned.trials[0].loss).toBeCloseTo(0.509, 12);
});

test("a fold that diverged makes its trial the worst there is, and the others are still trained", async () => {
  const { calls, trainOnce } = trainer(({ lr }, fold) => (lr === 0.1 && fold === 0 ? null : 1 - lr));
  const tuned = await tuneRun(grid, trainOnce);
  expect(calls.length).toBe(10);
  expect(tuned.trials[2]).toEqual({ lr: 0.1, decay: 0, loss: null, folds: [null, 0.9], bestEpoch: null });
  expect(tuned.lr).toBe(0.01);
});

test("the least or greatest rate that wins is told as the grid's edge", async () => {
  for (const [best, edge] of [
    [0.001, true],
    [0.01, false],
    [0.1, true],
  ] as const) {
    const tuned = await tuneRun(grid, trainer(({ lr }) => Math.abs(lr - best)).trainOnce);
    expect([tuned.lr, tuned.edge]).toEqual([best, edge]);
  }
});

test("of equal losses the first tried wins: the smaller rate, no decay", async () => {
  const tuned = await tuneRun(grid, trainer(() => 1).trainOnce);
  expect([tuned.lr, tuned.decay]).toEqual([0.001, 0]);
});

test("tuning fails with the rates tried when all of them diverged", async () => {
  await expect(tuneRun(grid, trainer(() => null).trainOnce)).rejects.toThrow(
    "tuning: training diverged at every learning rate (0.001, 0.01, 0.1); add smaller ones (lrs)",
  );
});

test("the best epoch has the least mean loss over folds, the earlier of equals, and none before the last removal", async () => {
  const losses = [
    [1, 5, 3, 3, 9],
    [1, 3, 3, 3, 9],
  ];
  const trainOnce = async (_rates: Rates, fold: number) => ({ epochs: [5, 10, 15, 20, 25], losses: losses[fold] });
  const best = async (firstEpoch: number) => (await tuneRun({ ...grid, firstEpoch }, trainOnce)).bestEpoch;
  expect(await best(1)).toBe(5);
  expect(await best(6)).toBe(15);
  expect(await best(16)).toBe(20);
  expect(await best(26)).toBe(25); // the last epoch always may be
});
