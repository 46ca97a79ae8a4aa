import { describe, expect, it } from "vitest";
import { csv, file, read } from "./text-tables.js";

const value = (i: number, j: number) => (Math.sin(3 * i + 5 * j + 1) * 5 + 6).toFixed(3);
const rows = <T>(count: number, row: (i: number) => T) => Array.from({ length: count }, (_, i) => row(i));
const group = (i: number) => (i % 2 ? "ctrl" : "treated");

describe("tables as programs export them", () => {
  it("R's write.table with row names, over columns named by numbers", async () => {
    const lines = rows(8, (i) => [`"s${i}"`, value(i, 0), value(i, 1), `"${group(i)}"`].join("\t"));
    const dataset = await read(['"7157"\t"672"\t"y"', ...lines].join("\n"));
    expect(dataset).toMatchObject({ samples: 8, featureNames: ["7157", "672"], classes: ["ctrl", "treated"] });
    expect(dataset.ids?.[7]).toBe("s7");
  });

  it("a bank's customers: surnames are no labels beside a column that says who left", async () => {
    const surname = (i: number) => ["Hill", "Onio", "Boni"][i % 3];
    const table = [
      ["RowNumber", "CustomerId", "Surname", "Score", "Exited"],
      ...rows(12, (i) => [i + 1, 15600 + ((i * 7) % 12), surname(i), value(i, 0), i % 2]),
    ];
    const dataset = await read(csv(table), { ignore: ["Surname"] });
    expect(dataset).toMatchObject({ featureNames: ["Score"], classes: ["0", "1"] });
    await expect(read(csv(table))).rejects.toThrow('row 2, column 3 ("Surname"): "Hill" is not a finite number');
  });

  it("Prism's column tables, a group a column, are refused as numbers to predict", async () => {
    const table = rows(10, (i) => [value(i, 0), value(i, 1), i > 6 ? "" : value(i, 2)]);
    await expect(read(csv([["Control", "Drug A", "Drug B"], ...table]))).rejects.toThrow(
      /the last column holds [\d.]+, which is no class label; say which column is/,
    );
  });

  it("a mass spectrometer's peaks, a row each, with a file of labels", async () => {
    const peaks = [["m/z", ...rows(6, (i) => `S${i}`)], ...rows(9, (k) => [100.5 + 7 * k, ...rows(6, (i) => value(i, k))])];
    const labels = file("l.csv", csv([["sample", "class"], ...rows(6, (i) => [`S${i}`, group(i)])]));
    const dataset = await read(csv(peaks), { labels });
    expect(dataset).toMatchObject({ samples: 6, features: 9, ids: ["S0", "S1", "S2", "S3", "S4", "S5"] });
    expect(dataset.featureNames?.[1]).toBe("107.5");
  });

  it("ImageJ's results, whose numbers of rows stand under a blank", async () => {
    const table = [[" ", "Area", "Mean", "Class"], ...rows(12, (i) => [i + 1, value(i, 0), value(i, 1), 1 + (i % 2)])];
    expect(await read(csv(table))).toMatchObject({ featureNames: ["Area", "Mean"], classes: ["1", "2"] });
  });

  it("Kaggle's Titanic: survivors are the label, and passengers' numbers IDs", async () => {
    const table = [
      ["PassengerId", "Survived", "Pclass", "Name", "Age", "Embarked"],
      ...rows(12, (i) => [i + 1, i % 3 ? 0 : 1, 1 + (i % 3), `"Doe, Mr. No${i}"`, value(i, 1), "SCQ"[i % 3]]),
    ];
    const dataset = await read(csv(table), { ignore: ["Name", "Embarked"] });
    expect(dataset).toMatchObject({ featureNames: ["Pclass", "Age"], classes: ["0", "1"] });
    expect(dataset.notes).toContain('column "Survived" holds the labels: its name says so');
  });
});
