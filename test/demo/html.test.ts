import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { csvOf } from "../../demo/page/csv.js";
import { html } from "../../src/report/html.js";

const folder = (name: string) => fileURLToPath(new URL(`../../${name}`, import.meta.url));
const files = (name: string, extension: RegExp) =>
  readdirSync(folder(name), { recursive: true, encoding: "utf8" })
    .filter((file) => extension.test(file) && !file.includes("node_modules"))
    .map((file) => [`${name}/${file}`, readFileSync(`${folder(name)}/${file}`, "utf8")] as const);

/** Ways to make elements, or code, out of text. */
const FROM_TEXT =
  /\b(innerHTML|outerHTML|insertAdjacentHTML|setHTMLUnsafe|parseHTMLUnsafe|createContextualFragment|DOMParser|srcdoc)\b|document\.write|\beval\(|new Function\(|set(Timeout|Interval)\(\s*["'`]/;
/** The benchmark's page shows its own report, which is escaped, in a frame without scripts; charts are Html, which escapes what it is given. */
const KNOWN = ["bench/page/main.ts", "demo/page/drawn.ts"];
const OF_HTML = "place.innerHTML = figure(drawing).text;";

it("nothing in the pages or the library makes elements or code out of text, so that none out of a file can be either", () => {
  const sources = ["demo", "src", "bench"].flatMap((name) => files(name, /\.(ts|html)$/));
  expect(sources.length).toBeGreaterThan(100);
  expect(
    sources
      .filter(([, text]) => FROM_TEXT.test(text))
      .map(([name]) => name)
      .sort(),
  ).toEqual(KNOWN);
  const [, drawn] = sources.find(([name]) => name === KNOWN[1]) ?? [];
  expect(FROM_TEXT.test(drawn?.replace(OF_HTML, "") ?? "innerHTML")).toBe(false);
});

it("a report escapes what comes out of data, in text and in attributes", () => {
  const hostile = `"><img src=x onerror='alert(1)'>&amp;`;
  const escaped = "&quot;&gt;&lt;img src=x onerror=&#39;alert(1)&#39;&gt;&amp;amp;";
  expect(html`<td title="${hostile}">${hostile}</td>`.text).toBe(`<td title="${escaped}">${escaped}</td>`);
});

it("every piece of the reports' HTML that is taken as it is, is written there and not out of data", () => {
  // Html's constructor is the one way past the escaping: for style sheets, and what the template has escaped
  const uses = files("src", /\.ts$/).flatMap(([name, text]) => [...text.matchAll(/new Html\(/g)].map(() => name));
  const known = ["draw.ts", "draw.ts", "svg-file.ts"].map((name) => `charts/${name}`);
  expect(uses.sort()).toEqual([...known, "html.ts", "page.ts"].map((name) => `src/report/${name}`).sort());
});

it("formulas among class names are text in the page's CSV", () => {
  expect(
    csvOf([
      ["predicted", "=1+1"],
      ["+cmd|' /C calc'!A0", 0.5],
    ]),
  ).toBe("predicted,'=1+1\n'+cmd|' /C calc'!A0,0.5\n");
});
