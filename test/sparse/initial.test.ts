import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { erdosRenyi, erdosRenyiDensity, uniformDensity } from "../../src/sparse/initial.js";
import { denseTopology, validateTopology } from "../../src/sparse/topology.js";
import { random } from "../../src/util/random.js";

describe("initial topologies", () => {
  test("have epsilon (rows + cols) connections until all cells are taken", () => {
    expect(erdosRenyiDensity(20, 3000, 3312)).toBeCloseTo(126240 / 9936000, 15);
    expect(erdosRenyi(3000, 3312, 20, random(1)).nnz).toBe(126240);
    expect(erdosRenyi(1000, 784, 13, random(1)).nnz).toBe(23192);
    expect(erdosRenyiDensity(20, 5, 3000)).toBe(1);
    expect(erdosRenyi(5, 30, 20, random(1))).toEqual(denseTopology(5, 30));
  });

  test("hold exactly the rounded number of cells and depend on the stream alone", () => {
    const size = fc.integer({ min: 1, max: 60 });
    fc.assert(
      fc.property(size, size, fc.double({ min: 1e-3, max: 1, noNaN: true }), fc.integer(), (rows, cols, density, seed) => {
        fc.pre(density * rows * cols >= 0.5);
        const t = uniformDensity(rows, cols, density, random(seed));
        validateTopology(t);
        expect([t.rows, t.cols, t.nnz]).toEqual([rows, cols, Math.round(density * rows * cols)]);
        expect(uniformDensity(rows, cols, density, random(seed))).toEqual(t);
      }),
    );
    expect(uniformDensity(50, 50, 0.1, random(1))).not.toEqual(uniformDensity(50, 50, 0.1, random(2)));
  });

  test.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY])("refuse epsilon %d", (epsilon) => {
    expect(() => erdosRenyi(3, 3, epsilon, random(1))).toThrow(`Erdos-Renyi epsilon: ${epsilon} is not a finite number`);
  });

  test.each([0, -0.1, 1.01, Number.NaN])("refuse density %d", (density) => {
    expect(() => uniformDensity(3, 3, density, random(1))).toThrow(`density: ${density} is not above 0 and at most 1`);
  });

  test("refuse sizes that are not whole, and densities that leave no connection", () => {
    expect(() => erdosRenyi(0, 3, 1, random(1))).toThrow("rows: 0 is not an integer");
    expect(() => uniformDensity(3, 2.5, 0.5, random(1))).toThrow("cols: 2.5 is not an integer");
    expect(() => uniformDensity(10, 10, 0.004, random(1))).toThrow("density 0.004 of 10 x 10 cells rounds to no connection");
  });
});
