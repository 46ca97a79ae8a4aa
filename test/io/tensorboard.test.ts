import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { encodeEvent, encodeEventStart, histogram } from "../../src/io/tensorboard.js";
import { crc32, crc32c } from "../../src/util/crc32.js";
import { crc32cByBits, readEvents } from "./event-reader.js";

it("CRC-32C is that of RFC 3720, and of its definition bit by bit", () => {
  expect(crc32c(new Uint8Array(32))).toBe(0x8a9136aa); // the RFC's own examples
  expect(crc32c(new Uint8Array(32).fill(255))).toBe(0x62a8ab43);
  expect(crc32c(new TextEncoder().encode("123456789"))).toBe(0xe3069283);
  expect(crc32(new TextEncoder().encode("123456789"))).toBe(0xcbf43926);
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => {
      expect(crc32c(bytes)).toBe(crc32cByBits(bytes));
    }),
  );
});

describe("an event file", () => {
  it("starts with its version and a session, then tells numbers and distributions by tag", () => {
    const weights = histogram(Float32Array.of(-1, 0.5, 1, 1));
    const parts = [
      encodeEventStart(1_700_000_000.25, 4),
      encodeEvent({ wallTime: 1_700_000_001, step: 4, scalars: { "loss/train": 0.25, "loss/größe": -1e-3 } }),
      encodeEvent({ wallTime: 1_700_000_002, step: 5e9, histograms: { "layers.0/weights": weights } }),
    ];
    const events = readEvents(new Uint8Array(parts.flatMap((part) => [...part])));
    expect(events.slice(0, 3)).toEqual([
      { wallTime: 1_700_000_000.25, step: 0, fileVersion: "brain.Event:2" },
      { wallTime: 1_700_000_000.25, step: 4, sessionLog: { status: "START" } },
      {
        wallTime: 1_700_000_001,
        step: 4,
        summary: {
          value: [
            { tag: "loss/train", simpleValue: 0.25 },
            { tag: "loss/größe", simpleValue: Math.fround(-1e-3) },
          ],
        },
      },
    ]);
    expect(events[3]).toMatchObject({
      step: 5e9,
      summary: { value: [{ tag: "layers.0/weights", histo: { min: -1, max: 1, num: 4, sum: 1.5, sumSquares: 3.25 } }] },
    });
    const histo = events[3].summary?.value[0].histo;
    expect([histo?.bucketLimit, histo?.bucket]).toEqual([weights.limits, weights.counts]);
    expect(events).toHaveLength(4);
  });
});

describe("a histogram", () => {
  it("counts every value once, in the bucket whose limits it is between", () => {
    const float = fc.float({ noNaN: true, noDefaultInfinity: true, min: -1000, max: 1000 });
    fc.assert(
      fc.property(fc.array(float, { minLength: 1, maxLength: 200 }), (numbers) => {
        const values = Float32Array.from(numbers);
        const { min, max, num, sum, sumSquares, limits, counts } = histogram(values);
        const sorted = [...values].sort((a, b) => a - b);
        expect([min + 0, max + 0, num]).toEqual([sorted[0] + 0, sorted[sorted.length - 1] + 0, values.length]);
        expect(sum).toBeCloseTo(
          sorted.reduce((a, b) => a + b, 0),
          3,
        );
        expect(sumSquares).toBeGreaterThanOrEqual(0);
        expect(limits[limits.length - 1]).toBe(max);
        const last = limits.length - 1;
        const expected = limits.map(
          (limit, i) => sorted.filter((v) => (i === 0 || v >= limits[i - 1]) && (v < limit || i === last)).length,
        );
        expect(counts).toEqual(expected);
        expect(counts.reduce((a, b) => a + b, 0)).toBe(values.length);
      }),
    );
  });

  it("of equal values has one bucket", () => {
    expect(histogram(new Float32Array(5))).toEqual({ min: 0, max: 0, num: 5, sum: 0, sumSquares: 0, limits: [0], counts: [5] });
  });
});
