import fc from "fast-check";
import { parse } from "papaparse";
import { describe, expect, it } from "vitest";
import { deadNeurons, degrees, distribution, spread } from "../../src/cli/degrees.js";
import { bytes, integers, number, oneOf } from "../../src/cli/parse.js";
import { strengthOut } from "../../src/experiment/repeat/strength.js";
import { initialState } from "../../src/nn/state.js";
import { OPTIMISERS } from "../../src/optimisers/index.js";
import { duration, shellCommand, short, table } from "../../src/report/format.js";
import { html } from "../../src/report/html.js";
import { FLAT } from "../../src/train/flat-options.js";
import { csvCell, csvLine } from "../../src/util/csv.js";

describe("a CSV cell", () => {
  it("never starts a formula, and comes back as it was but for the apostrophe", () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom("=", "+", "-", "@", "\t", "\r", "\n", '"', ",", "a", "1", "'") }), (text) => {
        const cell = csvCell(text);
        const [[back, next]] = parse<string[]>(csvLine([text, "end"]), { delimiter: ",", newline: "\n" }).data;
        expect(next).toBe("end");
        expect([text, `'${text}`]).toContain(back);
        expect(/^"?[=@\t\r]/.test(cell)).toBe(false);
        if (/^"?[+-]/.test(cell)) expect(Number.isFinite(Number(back))).toBe(true);
      }),
    );
  });

  it("leaves numbers alone, negative labels too", () => {
    expect(csvLine([-1, "-1", "+2.5e-3", "-1+1", null, 0.5])).toBe("-1,-1,+2.5e-3,'-1+1,,0.5\n");
    expect(csvLine([-Infinity, -1e-300])).toBe("-Infinity,-1e-300\n");
  });

  it.each([
    "=1+1",
    "+A1",
    "-A1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "  =1",
    "\u00a0=1",
    "\uff1d1+1",
    '=HYPERLINK("http://x";"y")',
  ])("makes %j text", (text) => {
    const [[back]] = parse<string[]>(csvLine([text]), { delimiter: ",", newline: "\n" }).data;
    expect(back).toBe(`'${text}`);
  });
});

describe("the text of an option", () => {
  it("is a decimal number or refused", () => {
    for (const [text, value] of [
      ["0.1", 0.1],
      ["-2", -2],
      ["1e-3", 0.001],
      [".5", 0.5],
    ] as const)
      expect(number(text, "--x")).toBe(value);
    for (const text of ["", " ", "0x1", "1e999", "NaN", "Infinity", "1,5", "1 2", "--y"])
      expect(() => number(text, "--x")).toThrow(/^--x: /);
    expect(integers("10, 20", "--x")).toEqual([10, 20]);
  });

  it("is an amount of memory, decimal or binary", () => {
    const amounts: [string, number][] = [
      ["1024", 1024],
      ["2GB", 2e9],
      ["512 MiB", 2 ** 29],
      ["1.5k", 1500],
      ["1e9", 1e9],
    ];
    for (const [text, value] of amounts) expect(bytes(text, "--memory")).toBe(value);
    for (const text of ["0", "-1", "2XB", "GB", "1e400"]) expect(() => bytes(text, "--memory")).toThrow(/^--memory: /);
  });

  it("is a name whatever its case and dashes", () => {
    expect(oneOf(["crossEntropy", "mse"])("cross-entropy", "--loss")).toBe("crossEntropy");
    expect(oneOf(Object.keys(OPTIMISERS))("SGD", "--optimizer")).toBe("sgd");
  });

  it("reaches every option once", () => {
    const names = FLAT.map(({ name }) => name);
    expect(names.length).toBeGreaterThan(40);
    expect(new Set(names).size).toBe(names.length);
  });
});

describe("degrees of a layer", () => {
  it("are those counted one by one in the dense matrix", () => {
    const network = initialState({ sizes: [7, 9, 4], densities: [0.2, null], init: "normal", seed: 5 });
    const [layer] = network.layers;
    const t = layer.topology;
    if (!t) throw new Error("layer 0 is sparse");
    const dense = Array.from({ length: 9 }, () => new Array<number>(7).fill(0));
    for (let r = 0; r < 9; r++)
      for (let k = t.rowPtr[r]; k < t.rowPtr[r + 1]; k++) dense[r][t.colIdx[k]] = layer.params.values[k];
    const ins = dense.map((row) => row.filter((w) => w !== 0).length);
    const outs = dense[0].map((_, c) => dense.filter((row) => row[c] !== 0).length);
    expect(degrees(layer)).toEqual({ fanIn: Uint32Array.from(ins), fanOut: Uint32Array.from(outs) });
    expect(Array.from(strengthOut(layer))).toEqual(dense[0].map((_, c) => dense.reduce((sum, row) => sum + Math.abs(row[c]), 0)));
    expect(deadNeurons(network, 0)).toBe(ins.filter((count) => count === 0).length);
    expect(spread(distribution(Uint32Array.of(5, 1, 9, 2)))).toEqual({ min: 1, median: 3.5, max: 9 });
  });
});

describe("formats", () => {
  it("are made for people", () => {
    expect([short(0.012345), short(1234.5), short(null), duration(3.21), duration(75), duration(7300)]).toEqual([
      "0.0123",
      "1230",
      "-",
      "3.2 s",
      "1 min 15 s",
      "2 h 1 min",
    ]);
    expect(
      table([
        ["a", "b"],
        ["long", "22"],
      ]),
    ).toEqual(["a      b", "long  22"]);
    expect(shellCommand(["coppice", "--data", "my file's.csv"])).toBe("coppice --data 'my file'\\''s.csv'");
    expect(html`<b title="${`"'`}">${"<&>"}${[html`<i>`]}</b>`.text).toBe('<b title="&quot;&#39;">&lt;&amp;&gt;<i></b>');
  });
});
