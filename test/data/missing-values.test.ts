import { describe, expect, it } from "vitest";
import { toDense } from "../../src/data/sample-matrix.js";
import { read } from "./text-tables.js";

describe("missing values", () => {
  const text = "id,a,b,c,y\np,1,NA,3,u\nq,?,5,6,v\nr,7,8,9,u\ns,10,null,12,v\n";

  it("are refused with the counts, by feature, and the remedies", async () => {
    await expect(read(text)).rejects.toThrow(
      "t: 3 values are missing in 2 of 3 features and 3 of 4 samples (b: 2, a: 1; the first in sample 1); drop what has any (option missing: drop-samples or drop-features), or fill in the training part's medians (missing: median)",
    );
  });

  it("can be left out with their samples or features, or kept for the training part's median", async () => {
    const three = await read(text, { missing: "drop-features" });
    expect(three).toMatchObject({ featureNames: ["c"], x: Float32Array.of(3, 6, 9, 12), samples: 4 });
    expect(three.notes?.at(-1)).toContain("2 of 3 features are left out");
    const more = `${text}t,1,2,3,v\n`;
    const whole = await read(more, { missing: "drop-samples" });
    expect(whole).toMatchObject({ ids: ["r", "t"], x: Float32Array.of(7, 8, 9, 1, 2, 3), classes: ["u", "v"], samples: 2 });
    const holes = await read(text, { missing: "median" });
    expect([...toDense(holes.x)]).toEqual([1, Number.NaN, 3, Number.NaN, 5, 6, 7, 8, 9, 10, Number.NaN, 12]);
    expect(holes.missing).toBe("median");
  });

  it("are known in every spelling", async () => {
    for (const cell of ["", " ", "NA", "n/a", "NaN", "nan", "?", "null", "NULL", "None", "#N/A", "<NA>", '""'])
      await expect(read(`a,b,y\n1,${cell},u\n2,3,v\n`)).rejects.toThrow("1 value is missing");
  });

  it("are no labels", async () => {
    await expect(read("a,y\n1,u\n2,NA\n3,NA\n")).rejects.toThrow(
      'row 3, column 2 ("y"): the label is "NA", as of 2 samples in all',
    );
  });
});
