import { readFileSync, writeFileSync } from "node:fs";
import { beforeEach, describe, expect, it } from "vitest";
import { decodeCheckpoint } from "../../src/io/formats/checkpoint/checkpoint.js";
import { coppice, run, useFolder } from "./harness.js";

const folder = useFolder();
const path = (name: string) => folder.path(name);
const settings = "--hidden 6 --epochs 3 --device cpu --batch 4";

/** 24 samples of 12 patients, two each; gene g0 tells the classes apart. Genes x samples, one value missing; the sheet is shuffled. */
beforeEach(() => {
  const samples = Array.from({ length: 24 }, (_, i) => ({
    id: `s${i}`,
    patient: `p${i >> 1}`,
    state: (i >> 1) % 2 ? "sick" : "well",
  }));
  const value = (g: number, i: number) => (g === 0 ? ((i >> 1) % 2) * 4 : Math.sin(7 * i + 13 * g)).toFixed(3);
  const genes = Array.from({ length: 8 }, (_, g) => [
    `g${g}`,
    ...samples.map((_, i) => (g === 3 && i === 5 ? "NA" : value(g, i))),
  ]);
  const table = [["gene", ...samples.map(({ id }) => id)], ...genes];
  writeFileSync(path("genes.csv"), table.map((row) => row.join(",")).join("\n"));
  writeFileSync(path("wide.csv"), table[0].map((_, j) => table.map((row) => row[j]).join(",")).join("\n"));
  const sheet = samples.map(({ id, patient, state }) => `${patient},${state},${id}`).reverse();
  writeFileSync(path("samples.csv"), ["patient,state,id", ...sheet].join("\n"));
});

const data = () => ["--data", path("genes.csv"), "--labels", path("samples.csv"), "--label", "state", "--group", "patient"];
const train = (...more: string[]) => run(["train", ...data(), ...settings.split(" "), "--out", path("run"), ...more]);

describe("an expression table with a sample sheet", () => {
  it("trains, evaluates and predicts, either way round, with what was guessed said", async () => {
    const { code, err } = await train("--missing", "median");
    expect(err).toContain("note: samples are columns: row 1 holds 24 of the 24 IDs with labels");
    expect(err).toMatch(
      /note: 1 value is missing in 1 of 8 features .*g3: 1; the first in sample 6\); the training part's medians are filled in/,
    );
    expect(code).toBe(0);
    const model = path("run/model.safetensors");
    const saved = decodeCheckpoint(new Uint8Array(readFileSync(model)));
    expect(saved.featureNames).toEqual(Array.from({ length: 8 }, (_, g) => `g${g}`));
    expect(saved.input?.median?.length).toBe(8);

    const evaluate = async (name: string) =>
      JSON.parse(
        (await coppice(`eval ${model} --data ${path(name)} --labels ${path("samples.csv")} --label state --device cpu --json`))
          .out,
      );
    const across = await evaluate("genes.csv");
    expect(across.samples).toBe(24);
    expect(await evaluate("wide.csv")).toEqual({ ...across, data: "wide" });

    const predict = async (name: string) => (await coppice(`predict ${model} --data ${path(name)} --no-label --device cpu`)).out;
    const lines = (await predict("genes.csv")).trimEnd().split("\n");
    expect(lines[0]).toBe("id,predicted,sick,well");
    expect(lines.slice(1).map((line) => line.split(",")[0])).toEqual(Array.from({ length: 24 }, (_, i) => `s${i}`));
    expect(await predict("wide.csv")).toBe(await predict("genes.csv"));
  });

  it("keeps patients whole in test and validation parts, and is resumed with the same ones", async () => {
    const { code, err, out } = await train("--missing", "drop-features", "--split", "0.34", "--validation", "0.25", "--json");
    expect([code, err]).toEqual([0, expect.stringContaining("12 train, 8 test, 4 validation samples of 7 features")]);
    expect(JSON.parse(out).layers[0].in).toBe(7);
    const again = await coppice(`train --out ${path("run")} --resume --json`);
    expect(again.code).toBe(0);
    expect(JSON.parse(again.out).final.testLoss).toBe(JSON.parse(out).final.testLoss);
    // the model wants seven features by name; the file has eight, one with a hole
    const { out: lines } = await coppice(
      `predict ${path("run/model.safetensors")} --data ${path("genes.csv")} --device cpu --no-label`,
    );
    expect(lines.split("\n").length).toBe(26);
  });

  it("is read without its annotations when these are to be ignored, to train and to predict", async () => {
    const lines = readFileSync(path("genes.csv"), "utf8").split("\n");
    const annotated = lines.map((line, g) => line.replace(",", g === 0 ? ",symbol,band," : `,SYM${g},q${g % 2},`));
    writeFileSync(path("genes.csv"), annotated.join("\n"));
    const refused = await train("--missing", "median");
    expect([refused.code, refused.err]).toEqual([2, expect.stringMatching(/"SYM1" is not .*leave it out with option ignore/)]);
    const { code, out } = await train("--missing", "median", "--ignore", "symbol,band", "--json");
    expect(code).toBe(0);
    expect(JSON.parse(out).layers[0].in).toBe(8);
    expect((await coppice(`train --out ${path("run")} --resume --ignore symbol,band`)).code).toBe(0);
    const words = `predict ${path("run/model.safetensors")} --data ${path("genes.csv")} --no-label --device cpu`;
    expect((await coppice(`${words} --ignore symbol,band`)).out.trimEnd().split("\n").length).toBe(25);
    expect((await coppice(words)).err).toMatch(/option ignore/);
  });

  it("is refused as long as nothing says what to do about missing values", async () => {
    expect((await train()).err).toMatch(/^coppice: genes: 1 value is missing in 1 of 8 features and 1 of 24 samples \(g3: 1/);
    expect(folder.list()).not.toContain("run");
  });

  it("is refused with a test set of the same patients", async () => {
    const { code, err } = await train("--missing", "median", "--test", path("wide.csv"));
    expect([code, err]).toEqual([2, expect.stringMatching(/--test: 12 of its groups are in the training data too: p0, p1/)]);
  });
});

describe("reading options", () => {
  it.each([
    [
      "train --data digits --label 3",
      /digits: option label is for tables \(.csv, .tsv\), .* GEO series matrices, not for bundled data: leave it out/,
    ],
    [
      "train --data digits --orientation columns",
      /option orientation is for tables .* MATLAB files \(.mat\).*, not for bundled data/,
    ],
    ["train --data GENES --x X", /option x is for .*MATLAB files \(.mat\) and NumPy files \(.npz, .npy\), not for tables/],
    ["train --data GENES --labels nowhere.csv", /nowhere.csv: cannot be read/],
    ["train --data GENES --orientation sideways", /--orientation: "sideways" is unknown; .*auto, rows, columns/],
    ["train --data GENES --missing drop", /--missing: "drop" is unknown/],
    ["predict M --data GENES --missing drop-samples", /--missing: "drop-samples" is unknown; .*error, median/],
    ["eval M --data GENES --group patient", /unknown option '--group'/],
  ])("%s is refused", async (words, message) => {
    const { code, err } = await coppice(words.replace("GENES", path("genes.csv")));
    expect([code, err]).toEqual([2, expect.stringMatching(message)]);
  });

  it("are in the help of the commands that have them", async () => {
    for (const command of ["train", "eval", "predict"]) {
      const { out } = await coppice(`${command} --help`);
      for (const option of ["--orientation", "--id", "--no-id", "--missing", "--ignore"]) expect(out).toContain(option);
      expect(out.includes("--labels <FILE>")).toBe(command !== "predict");
      expect(out.includes("--group")).toBe(command === "train");
    }
  });
});

describe("tables without a header", () => {
  it("are read as that of the model: evaluated, predicted and as a test set", async () => {
    const rows = Array.from({ length: 24 }, (_, i) => [i % 2, 5 * (i % 2) + (i % 3), (7 * i) % 5, (i >> 1) % 2]);
    const text = (lines: number[][]) => lines.map((line) => line.join(",")).join("\n");
    writeFileSync(path("digits.csv"), text(rows));
    writeFileSync(path("fresh.csv"), text(rows.map((row) => row.slice(1))));
    const model = path("run/model.safetensors");
    await coppice(`train --data ${path("digits.csv")} --label 0 --split 0.5 ${settings} --out ${path("run")}`);
    expect(decodeCheckpoint(new Uint8Array(readFileSync(model))).layout).toEqual({ columns: 4, label: 0, id: null, ignored: [] });
    const evaluate = async (more: string) =>
      JSON.parse((await coppice(`eval ${model} --data ${path("digits.csv")} ${more} --device cpu --json`)).out);
    expect(await evaluate("")).toEqual(await evaluate("--label 0"));
    const predict = async (name: string) => (await coppice(`predict ${model} --data ${path(name)} --device cpu`)).out;
    expect(await predict("digits.csv")).toBe(await predict("fresh.csv"));
    writeFileSync(path("named.csv"), `label,a,b,c\n${text(rows)}`);
    await coppice(`train --data ${path("named.csv")} --test ${path("digits.csv")} ${settings} --force --out ${path("run")}`);
    expect(await evaluate("")).toEqual(await evaluate("--label 0"));
  });
});
