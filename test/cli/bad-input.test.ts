import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { coppice, run, useFolder } from "./harness.js";

const folder = useFolder();
const fixture = (name: string) => fileURLToPath(new URL(`../fixtures/mat/${name}`, import.meta.url));
const good = "1,2,a\n3,4,b\n5,6,a\n7,8,b\n";

/** What `coppice` says to bad input: one line, code 2, nothing on stdout, nothing written. */
async function refusal(argv: string[], env?: Record<string, string>): Promise<string> {
  const before = folder.list();
  const { code, out, err } = await run(argv, { env });
  expect({ code, out, err }).toEqual({ code: 2, out: "", err: expect.stringMatching(/^coppice: [^\n]*\n$/) });
  expect(folder.list()).toEqual(before);
  return err;
}

/** A file with the content, trained on. */
function trainOn(name: string, content: string | Uint8Array, ...more: string[]): Promise<string> {
  writeFileSync(folder.path(name), content);
  return refusal(["train", "--data", folder.path(name), "--out", folder.path("run"), ...more]);
}

const digits = (...more: string[]) =>
  refusal([
    "train",
    "--data",
    "digits",
    "--device",
    "cpu",
    ...(more.includes("--out") ? [] : ["--out", folder.path("run")]),
    ...more,
  ]);

/** The header of a MATLAB file with one compressed or plain element. */
function mat(...words: number[]): Uint8Array {
  const bytes = new Uint8Array(128 + 4 * words.length);
  bytes.set(new TextEncoder().encode("MATLAB 5.0 MAT-file"));
  bytes.set([0x00, 0x01, 0x49, 0x4d], 124);
  const view = new DataView(bytes.buffer);
  words.forEach((value, i) => {
    view.setUint32(128 + 4 * i, value, true);
  });
  return bytes;
}

describe("data that cannot be trained on", () => {
  it.each([
    ["a ragged table", "1,2,a\n3,b\n", /row 2 has 2 cells, the rows before it 3/],
    ["an empty table", "", /the file is empty/],
    ["a header alone", "a,b,c\n", /header but no samples/],
    ["text where a number belongs", "1,2,a\nx,4,b\n", /row 2, column 1: "x" is not a finite number/],
    [
      "NaN",
      "1,2,a\nNaN,4,b\n",
      /1 value is missing in 1 of 2 features and 1 of 2 samples \(feature 1: 1; .*drop-samples or drop-features.*median/,
    ],
    ["infinity", "1,2,a\n3,Infinity,b\n", /row 2, column 2: "Infinity" is not a finite number/],
    ["a number beyond 32 bits", "1,2,a\n3,1e39,b\n", /row 2, column 2: 1e39 is beyond the range/],
    ["no label column", "1.5,2.5\n3.5,4.5\n", /option label|--label/],
    ["one column", "1\n2\n", /row 1 has one cell/],
    ["one class only", "1,2,a\n3,4,a\n", /at least two classes are needed/],
    ["an empty cell", "1,,a\n3,4,b\n", /1 value is missing in 1 of 2 features .*feature 2: 1; the first in sample 1/],
  ])("is refused: %s", async (_, content, message) => {
    expect(await trainOn("bad.csv", content)).toMatch(message);
  });

  it("is refused when the label column does not exist, with the nearest name", async () => {
    expect(await trainOn("t.csv", "x,y,class\n1,2,a\n3,4,b\n", "--label", "clas")).toMatch(
      /no label column "clas"; did you mean "class"/,
    );
    expect(await trainOn("t.csv", good, "--label", "7")).toMatch(/no label column 7; the 3 columns are 0 to 2/);
  });

  it("is refused when MATLAB files are hostile, truncated or of another kind", async () => {
    const f8 = new Uint8Array(readFileSync(fixture("f8.mat")));
    expect(await trainOn("a.mat", f8.subarray(0, f8.length - 20))).toMatch(/truncated|bytes/);
    expect(await trainOn("a.mat", f8.subarray(0, 100))).toMatch(/truncated: 100 bytes/);
    expect(await trainOn("a.mat", mat(14, 48, 6, 8, 6, 0, 5, 8, 2 ** 20, 2 ** 20, 1, 1, 0x58, 0))).toMatch(
      /claims 1048576 x 1048576 = 1099511627776 elements/,
    );
    expect(await trainOn("a.mat", mat(14, 2 ** 31, 6, 8))).toMatch(/a\.mat/);
    const swapped = f8.slice();
    swapped.set([0x4d, 0x49], 126);
    expect(await trainOn("a.mat", swapped)).toMatch(/wrong byte order/);
    expect(
      await trainOn(
        "a.mat",
        new TextEncoder().encode("\x89HDF\r\n\x1a\n").map((byte, i) => (i === 0 ? 0x89 : byte)),
      ),
    ).toMatch(/./);
    for (const name of ["struct.mat", "nan.mat", "complex.mat"]) {
      expect(await refusal(["train", "--data", fixture(name), "--out", folder.path("run")])).toContain(`${name.slice(0, -4)}`);
    }
  });

  it("is refused when the file is missing, a folder, or of a format that is not read", async () => {
    expect(await refusal(["train", "--data", "no/such.csv"])).toContain("--data: there is no file no/such.csv");
    expect(await refusal(["train", "--data", folder.path()])).toMatch(/is a folder/);
    expect(await trainOn("a.xls", "\xd0\xcf\x11\xe0")).toMatch(/unknown format .*CSV.*MATLAB.*NumPy.*svmlight.*IDX/);
    expect(await trainOn("a.npz", "PK\x03\x04")).toMatch(/a.npz: no zip archive, or truncated/);
    expect(await trainOn("a.svmlight", "1 1:0.5\n2 1;0.5\n")).toMatch(/a.svmlight: line 2 at byte 8: "1;0.5" is no index:value/);
    expect(await trainOn("t10k-images-idx3-ubyte", new Uint8Array([0, 0, 8, 3, 0, 0, 0, 1]))).toMatch(
      /t10k-images-idx3-ubyte: truncated: 8 bytes/,
    );
  });

  it("is refused with the nearest known when a dataset's name is unknown", async () => {
    expect(await refusal(["train", "--data", "digit"])).toMatch(
      /no dataset or file "digit"; did you mean "digits"\? .*COPPICE_DATA/,
    );
    writeFileSync(folder.path("lung.mat"), "");
    expect(await refusal(["train", "--data", "lungs"], { COPPICE_DATA: folder.path() })).toMatch(/did you mean "lung"/);
    expect(await refusal(["train", "--data", "digits"], { COPPICE_DATA: folder.path("nowhere") })).toMatch(
      /COPPICE_DATA: there is no folder/,
    );
  });
});

describe("options that make no sense", () => {
  it.each([
    ["--hidden 0", /hidden layer size: 0 is not an integer/],
    ["--hidden 10,", /--hidden: "" is not a number/],
    ["--epsilon 0", /epsilon: 0 is not/],
    ["--epsilon -3", /epsilon: -3 is not/],
    ["--zeta 1", /zeta: 1 is not a finite number from 0 to below 1/],
    ["--zeta -0.1", /zeta: -0.1 is not/],
    ["--lr abc", /--lr: "abc" is not a number/],
    ["--lr 0x10", /--lr: "0x10" is not a number/],
    ["--lr Infinity", /--lr: "Infinity" is not a number/],
    ["--lr 0", /learning rate: 0 is not/],
    ["--lr", /option '--lr <rate>' argument missing/],
    ["--batch 5000", /batch: 5000 is not an integer from 1 to 4096/],
    ["--batch 2.5", /--batch: "2.5" is not a whole number/],
    ["--seed -1", /seed: -1 is not/],
    ["--split 1.5", /test fraction: 1.5 is not/],
    ["--split 0.3 --test digits", /--split: contradicts --test/],
    ["--validation 1", /validation fraction: 1 is not/],
    ["--patience 3", /--patience: needs a validation set/],
    ["--dropout 1", /dropout: 1 is not/],
    ["--method npste", /--method: "npste" is unknown; did you mean "npset"\? choose one of npset, set/],
    ["--activation rleu", /--activation: "rleu" is unknown; did you mean "relu"/],
    ["--optimizer lbfgs", /--optimizer: "lbfgs" is unknown.*choose one of sgd/],
    ["--preset author", /--preset: "author" is unknown; did you mean "authors"/],
    ["--device gpu", /--device: "gpu" is unknown/],
    ["--method set --remove 0.3", /method set removes no neurons/],
    ["--hiden 10", /unknown option '--hiden'.*--hidden/],
    ["--image 5x5", /--image: pictures of 5 x 5 do not have 64 features/],
    ["--image big", /--image: "big" is not a height and width/],
    ["--memory lots", /--memory: "lots" is not an amount of memory/],
    ["--data-memory 1kB", /dataBytes: 1000 bytes do not hold two batches of 32 samples/],
    ["--resume --keep 0", /--keep: 0 is not an integer of at least 1/],
    ["--resume --force", /--force: contradicts --resume/],
    ["--resume --plan x.json", /--plan: contradicts --resume/],
    ["--plan nowhere.json", /nowhere.json: cannot be read/],
    ["extra", /too many arguments|unknown/],
  ])("%s", async (options, message) => {
    expect(await digits(...options.split(" "))).toMatch(message);
  });

  it.each([
    ["--epochs 3 --epochs 4", "--epochs: is given twice; leave one out"],
    ["--pieces a.mjs --pieces b.mjs", "--pieces: is given twice"],
    ["--tensorboard --tensorboard logs", "--tensorboard: is given twice"],
    ["--header 2 --no-header", "--no-header: contradicts --header; leave one out"],
    ["--no-id --id 0", "--id: contradicts --no-id"],
  ])("%s: nothing that is given is dropped", async (options, message) => {
    expect(await digits(...options.split(" "))).toContain(message);
    const once = "--no-id --no-id --json --json --plan no.json"; // a switch may come again
    expect(await digits(...once.split(" "))).toContain("no.json");
  });

  it("are refused when the value of --out is forgotten, or cannot be written to", async () => {
    expect(await refusal(["train", "--data", "digits", "--out", "--json"])).toMatch(/--out: a value is missing before --json/);
    writeFileSync(folder.path("file"), "");
    expect(await digits("--out", folder.path("file"))).toMatch(/--out: .*file is a file; a folder is needed/);
    expect(await digits("--out", folder.path("file/inside"))).toMatch(/--out: .*is a file/);
  });

  it("are refused with the arithmetic when the network does not fit", async () => {
    expect(await digits("--memory", "1MB")).toMatch(
      /network 64-1000-1000-10 with batch 32 takes .* \(.*connections .* \+ .*\), 1.00 MB may be used/,
    );
    expect(await digits("--hidden", "100000,100000", "--method", "dense", "--memory", "2GB")).toMatch(
      /takes .*, 2.* may be used/,
    );
  });

  it("are refused when data and model do not fit each other", async () => {
    writeFileSync(folder.path("t.csv"), good);
    writeFileSync(folder.path("other.csv"), "1,2,3,a\n3,4,5,b\n");
    writeFileSync(folder.path("labels.csv"), "1,2,a\n3,4,z\n");
    const model = folder.path("m/model.safetensors");
    expect(
      (
        await coppice(
          `train --data ${folder.path("t.csv")} --split 0.5 --hidden 4 --epochs 1 --device cpu --out ${folder.path("m")}`,
        )
      ).code,
    ).toBe(0);
    expect(await refusal(["eval", model, "--data", folder.path("other.csv")])).toMatch(
      /it has no header and 4 columns, but the model's table had 3: label 3 \(columns from 1\); say which they are with options/,
    );
    expect(await refusal(["eval", model, "--data", folder.path("labels.csv")])).toMatch(
      /label "z" \(row 2\) is not among the 2 classes/,
    );
    expect(await refusal(["predict", model, "--data", folder.path("other.csv"), "--out", folder.path("p.csv")])).toMatch(
      /4 columns, but the model's table had 3/,
    );
    expect(
      await refusal(["train", "--data", folder.path("t.csv"), "--test", folder.path("other.csv"), "--out", folder.path("run")]),
    ).toMatch(/4 columns, but the model's table had 3/);
    expect(await refusal(["predict", model, "--data", folder.path("t.csv"), "--out", folder.path()])).toMatch(
      /--out: .*is no file/,
    );
    expect(await refusal(["predict", model, "--data", folder.path("t.csv"), "--out", folder.path("no/p.csv")])).toMatch(
      /--out: there is no folder .*no for .*p.csv/,
    );
    expect(await refusal(["eval", model])).toMatch(/--data: is missing/);
  });

  it("are refused when a model is missing, truncated or something else", async () => {
    writeFileSync(folder.path("x.safetensors"), "not a model, just text");
    for (const command of ["eval", "predict"])
      expect(await refusal([command, folder.path("x.safetensors"), "--data", "digits"])).toMatch(
        /x.safetensors: truncated, or no safetensors file/,
      );
    expect(await refusal(["inspect", folder.path("x.safetensors")])).toMatch(/x.safetensors: truncated/);
    expect(await refusal(["inspect", folder.path("gone")])).toMatch(/gone: cannot be read/);
    expect(await refusal(["inspect"])).toMatch(/missing required argument 'MODEL'/);
  });

  it("are refused with the nearest command when a command is unknown", async () => {
    expect(await refusal(["trian", "--data", "digits"])).toMatch(/unknown command 'trian'.*train/);
    expect(await refusal([])).toMatch(/no command given/);
    expect(await refusal(["--frobnicate"])).toMatch(/unknown option '--frobnicate'/);
  });
});
