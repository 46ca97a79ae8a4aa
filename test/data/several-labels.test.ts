import { describe, expect, it } from "vitest";
import { split, train } from "../../src/api/index.js";
import { type ReadOptions, readDataset } from "../../src/data/read-dataset.js";
import { createCpuDevice } from "../../src/device/cpu/device.js";
import { multiLabel } from "../../src/tasks/multi-label.js";

// Samples that have several labels each, as a line of svmlight or a cell of a table says it.

const read = (text: string, name: string, options: ReadOptions = {}) =>
  readDataset([{ name, bytes: new TextEncoder().encode(text) }], options);
const found = ({ targets, targetNames, classes }: Awaited<ReturnType<typeof read>>) => ({
  targets: [...(targets ?? [])],
  targetNames,
  classes,
});
const lines = "2,10 1:1 2:5\n10 1:2 2:1\n1:3 2:2\n-1,2,10 1:4\n";
const table = 'id,a,b,topic\ns1,1.5,2,"sport; art"\ns2,2.5,1,\ns3,3.5,3,art\ns4,4.5,1,art;sport;law\n';
const parted = { label: "topic", labelSeparator: ";" };

const UNNAMED = "id,a,b,topic\ns1,1.5,2,art\ns2,2.5,1,\ns3,3.5,3,art;law\ns4,4.5,1,law\n"; // the cell without labels makes the column no texts

describe("several labels a sample", () => {
  it("are read of a column that is named, where rows could be features", async () => {
    expect(found(await read(UNNAMED, "t.csv", parted)).targets).toEqual([1, 0, 0, 0, 1, 1, 0, 1]);
  });

  it("have notes: of labels that are written alike, of one sample, or joined, and of a text that parts nothing", async () => {
    const cells = ["a;b", "B", "a", "b;odd", "a;b", "a", "b", "a", "b;a", "B"];
    const text = `x,topic\n${cells.map((cell, i) => `${Math.sin(i)},${cell}\n`).join("")}`;
    const notes = async (labelSeparator: string) => (await read(text, "t.csv", { label: "topic", labelSeparator })).notes;
    expect(await notes(";")).toEqual([
      "a sample has several of 4 labels, 1.40 on average",
      'labels that differ only in case or spaces are different labels: "b" and "B"; write them alike if they are one label',
      'a label has one sample: "odd" (row 5, column 2); is that a label?',
    ]);
    expect(await notes("|")).toEqual(
      expect.arrayContaining([
        '"|" parts no cell: a sample has one label, or none',
        'the label "a;b" joins others; is "|" what stands between labels?',
      ]),
    );
  });

  it("are columns of 0 and 1, in numeric order of the labels of svmlight; lines may have none", async () => {
    const dataset = await read(lines, "t.svmlight");
    expect(found(dataset)).toEqual({
      targets: [0, 1, 1, 0, 0, 1, 0, 0, 0, 1, 1, 1],
      targetNames: ["-1", "2", "10"],
      classes: [],
    });
    expect(dataset.notes).toContain("a sample has several of 3 labels, 1.50 on average; 1 sample has none");
    expect(await read(lines, "t", { numeric: true })).toEqual({ ...dataset, name: "t" });
    expect((await read(lines.replace("\n1:3", "\n3 1:3"), "t.svm", { ignoreLabels: true })).targets).toBeUndefined();
  });

  it("are those of a model, whatever a file has", async () => {
    const known = { numeric: true, targetNames: ["-1", "2", "10"] };
    expect(found(await read("2 1:1\n10 1:2 2:1\n1:1\n", "t.svmlight", known)).targets).toEqual([0, 1, 0, 0, 0, 1, 0, 0, 0]);
    await expect(read("2 1:1\n3 1:2\n", "t.svmlight", known)).rejects.toThrow(
      't.svmlight: sample 2: label "3" is not among the 3 labels trained on: -1, 2, 10',
    );
    const topics = { ...parted, numeric: true, targetNames: ["art", "law", "sport"] };
    expect(found(await read("id,a,b,topic\np,1.5,2,law\nq,2.5,4,\n", "t.csv", topics)).targets).toEqual([0, 1, 0, 0, 0, 0]);
  });

  it("are parted by a text in a column of a table, or of its labels' file", async () => {
    const dataset = await read(table, "t.csv", parted);
    const expected = { targets: [1, 0, 1, 0, 0, 0, 1, 0, 0, 1, 1, 1], targetNames: ["art", "law", "sport"], classes: [] };
    expect(found(dataset)).toEqual(expected);
    expect(dataset).toMatchObject({ features: 2, featureNames: ["a", "b"], ids: ["s1", "s2", "s3", "s4"] });
    const labels = { name: "l.csv", bytes: new TextEncoder().encode("id,topic\ns4,art|sport|law\ns3,art\ns2,\ns1,sport|art\n") };
    const values = table.replace(/,topic|,[^,\n]*$/gm, "");
    expect(found(await read(values, "t.csv", { labels, label: "topic", labelSeparator: "|" }))).toEqual(expected);
    expect(found(await read(values, "t.csv", { labels, labelSeparator: "|" }))).toEqual(expected);
  });

  it.each<[string, string, ReadOptions, string]>([
    ["t.svmlight", lines, { numeric: false }, "t.svmlight: sample 1: it has several labels, or none; to learn them take task"],
    ["t.svmlight", "1,1 1:2\n2 1:3\n", {}, 't.svmlight: sample 1: label "1" stands there twice; write it once'],
    ["t.csv", table, { ...parted, numeric: false }, "option labelSeparator is of several labels a sample; take task multi-label"],
    ["t.csv", table, { target: ["a"], labelSeparator: ";" }, "option labelSeparator is of one column of labels, and target"],
    ["t.csv", table, { ...parted, labelSeparator: "|" }, ""],
    ["t.csv", table.replace("art\n", "art;\n"), parted, '("topic"): "art;" has an empty label; write ";" between labels alone'],
    [
      "t.csv",
      table.replace("art\n", "NA\n"),
      parted,
      '("topic"): the labels are "NA"; an empty cell says that a sample has none',
    ],
    [
      "t.csv",
      "a,topic\n1.5,x\n2.5,x\n",
      parted,
      't.csv: its samples have one label, "x"; of several labels there are two or more',
    ],
    ["t.svmlight", lines, parted, "option label is for"],
    [
      "t.svmlight",
      "1.5,2 1:1\n1 1:2\n",
      {},
      "t.svmlight: sample 1: label 1.5 is a fraction, but the file has samples with several",
    ],
    ["t.svmlight", "1,2 1:1\n0.5 1:2\n", {}, "t.svmlight: sample 2: label 0.5 is a fraction"],
    [
      "t.svmlight",
      "0, 2 1:1\n",
      {},
      '"0," is no number: lines start with their label\'s; several labels stand without spaces, as 0,2',
    ],
    ["t.svmlight", "0 ,2 1:1\n", {}, '",2" is no index:value; several labels stand without spaces, as 0,2'],
    ["t.csv", UNNAMED, { labelSeparator: ";" }, "nothing names the labels; name them with option label"],
  ])("%s is refused: %#", async (name, text, options, message) => {
    const reading = read(text, name, options);
    if (message) await expect(reading).rejects.toThrow(message);
    else expect((await reading).targetNames).toEqual(["art", "art;sport;law", "sport; art"]); // another text parts nothing
  });

  it("are what a network learns of such data, unless it is said otherwise", async () => {
    const some = Array.from({ length: 30 }, (_, i) => `${[i % 2, 2 + (i % 3)].join()} 1:${i % 2} 2:${i % 3}`);
    const dataset = await read(`${some.join("\n")}\n`, "t.svmlight");
    const device = createCpuDevice({ threads: 1 });
    const parts = split(dataset, { test: 0.3, seed: 1, strata: multiLabel.strata?.(dataset) });
    await using model = await train(parts, { method: "dense", hidden: [8], epochs: 1, device });
    expect(model.config.network.task).toBe("multi-label");
    await using numbers = await train(parts, { task: "regression", method: "dense", hidden: [8], epochs: 1, device });
    expect(numbers.config.network.task).toBe("regression");
  });
});
