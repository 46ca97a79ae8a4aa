import { expect, test } from "vitest";
import { kaplanMeier, logRank } from "../../src/metrics/kaplan-meier.js";
import fixture from "../fixtures/log-rank.json";

// Against R's survival (fixtures/make-log-rank.R): lung by sex, ovarian by treatment.

test.each(fixture.cases)(
  "curve and log-rank test are those of R's survfit and survdiff",
  ({ time, event, first, ...expected }) => {
    const part = (own: number) => {
      const of = (values: readonly number[]) => values.filter((_, i) => first[i] === own);
      return { times: of(time), events: of(event) };
    };
    const curve = kaplanMeier(part(1));
    expect(curve.map((step) => step.time)).toEqual(expected.times);
    for (const [k, { share }] of curve.entries()) expect(share).toBeCloseTo(expected.shares[k], 12);
    for (const [a, b] of [
      [1, 0],
      [0, 1],
    ]) {
      const { chiSquare, p } = logRank(part(a), part(b)) as { chiSquare: number; p: number };
      expect(chiSquare).toBeCloseTo(expected.chiSquare, 10);
      expect(p / expected.p).toBeCloseTo(1, 10);
    }
  },
);

test("groups of which nothing can be told have no test", () => {
  const none = { times: [1, 2], events: [0, 0] };
  expect(logRank(none, none)).toBeNull();
  expect(logRank({ times: [1], events: [1] }, { times: [], events: [] })).toBeNull();
  expect(kaplanMeier({ times: [2, 1, 3], events: [1, 0, 1] })).toEqual([
    { time: 2, share: 0.5 },
    { time: 3, share: 0 },
  ]);
});
