import { describe, expect, it } from "vitest";
import { previewTable } from "../../src/data/read-dataset.js";
import { content, csv, read } from "./text-tables.js";

const rows = Array.from({ length: 12 }, (_, i) => [20 + ((i * 5) % 12), i % 2 ? "False" : "True", i % 3 ? "TRUE" : "false", i % 2 ? "dead" : "alive"]); // biome-ignore format: a line
const header = ["age", "sex_female", "stage_I", "outcome"];
const numbers = rows.map((row) =>
  row.map((cell) => (/^true$/i.test(String(cell)) ? 1 : /^false$/i.test(String(cell)) ? 0 : cell)),
);

describe("true and false", () => {
  it("are 1 and 0 among features, and that is told", async () => {
    const dataset = await read(csv([header, ...rows]));
    expect(content(dataset)).toEqual(content(await read(csv([header, ...numbers]))));
    expect(dataset.notes).toEqual(["true and false are 1 and 0 in 2 of 3 features: sex_female, stage_I"]);
    const across = header.map((name, j) => [name, ...rows.map((row) => row[j])]);
    expect(content(await read(csv(across), { orientation: "columns" }))).toEqual(content(dataset));
    expect(content(await read(csv(rows)))).toEqual({ ...content(await read(csv(numbers))) });
    const { fields, problem } = await previewTable(new TextEncoder().encode(csv([header, ...rows])), "t.csv");
    expect([problem, ...fields.map(({ kind }) => kind)]).toEqual([null, "number", "number", "number", "text"]);
  });

  it("may be missing, and are found beside samples that are ignored", async () => {
    const text = "id,a,b,y\np,True,1,u\nq,NA,2,v\nr,True,3,u\ns,False,4,v\n";
    expect((await read(text, { missing: "median" })).x).toEqual(Float32Array.of(1, 1, Number.NaN, 2, 1, 3, 0, 4));
    expect((await read(text, { ignore: ["q", "p"] })).x).toEqual(Float32Array.of(1, 3, 0, 4));
  });

  it("are texts among labels", async () => {
    expect((await read("a,b,sick\n0.5,1,True\n1.5,2,False\n2,0,True\n")).classes).toEqual(["False", "True"]);
    expect((await read("a,sick,b\n1,True,0.5\n1,False,1.5\n2,True,2.5\n")).classes).toEqual(["False", "True"]);
    expect((await read("smoker,a,event\nTrue,0.5,1\nFalse,1.5,0\nTrue,2,1\n")).featureNames).toEqual(["smoker", "a"]);
  });

  it("are 1 and 0 in targets, events and labels of 0 and 1, and that is told", async () => {
    const read1 = await read("t,e,a\n3,TRUE,1\n4,False,2\n5,true,3\n", { time: "t", event: "e" });
    expect([...(read1.targets ?? [])]).toEqual([3, 1, 4, 0, 5, 1]);
    expect(read1.notes).toEqual(["true and false are 1 and 0 in what is to be learnt: e"]);
    const labels = await read("a,p,q\n1,True,false\n2,False,false\n3,True,TRUE\n", { target: ["p", "q"] });
    expect([...(labels.targets ?? [])]).toEqual([1, 0, 0, 0, 1, 1]);
    expect(labels.notes).toEqual(["true and false are 1 and 0 in what is to be learnt: p, q"]);
    await expect(read("a,p\n1,True\n2,NA\n", { target: ["p"] })).rejects.toThrow('the target is "NA"; leave samples without');
    await expect(read("a,p\n1,True\n2,1\n", { target: ["p"] })).rejects.toThrow('the target is "True", which is not a finite');
  });

  it("are no numbers among numbers and other texts", async () => {
    await expect(read("a,b,y\nTrue,1,u\n0.5,2,v\n")).rejects.toThrow('row 2, column 1 ("a"): "True" is not a finite number');
    await expect(read("a,b,y\nTrue,1,u\nmaybe,2,v\nTrue,2,v\n")).rejects.toThrow('"True" is not a finite number');
  });
});

describe("labels that are true or false", () => {
  const table = (labels: readonly string[]) => `a,y\n${labels.map((label, i) => `${i * i},${label}`).join("\n")}\n`;
  const labelsOf = ({ y, classes }: { y: ArrayLike<number>; classes: readonly string[] }) => Array.from(y, (c) => classes[c]);

  it("are as they are written where all are written alike", async () => {
    expect((await read(table(["TRUE", "FALSE", "TRUE"]))).classes).toEqual(["FALSE", "TRUE"]);
  });

  it("are two classes however they are written, which is noted", async () => {
    const found = await read(table(["TRUE", "false", "True", "False"]));
    expect(labelsOf(found)).toEqual(["True", "False", "True", "False"]);
    expect(found.notes?.join()).toContain(
      'labels that are written differently are one class: "TRUE" and "True"; "false" and "False"',
    );
    expect((await read(table(["TRUE", "true", "maybe", "True"]))).classes).toEqual(["TRUE", "True", "maybe", "true"]);
  });

  it("are a model's classes in any case, unless two of its classes fit", async () => {
    const found = await read(table(["TRUE", "FALSE", "TRUE"]), { classes: ["False", "True"] });
    expect(labelsOf(found)).toEqual(["True", "False", "True"]);
    await expect(read(table(["TRUE", "FALSE"]), { classes: ["False", "True", "true"] })).rejects.toThrow('label "TRUE" (row 1)');
  });
});
