import { expect, test } from "vitest";
import page from "../../docs/guide/data.md?raw";
import { FORMATS } from "../../src/data/formats/index.js";

// The table of formats in the guide: `npm run docs:options` writes it, and this test fails while it is not up to date.

test("the guide's table of formats is made of their declarations", async () => {
  const rows = FORMATS.map(({ extensions, several, title, about }) => {
    const files = extensions.map((extension) => `\`${extension}\``).join(", ") || several?.title || title;
    return `| ${files} | ${about.replaceAll("|", "\\|")} |`;
  });
  const table = ["| file | what is read |", "|---|---|", ...rows].join("\n");
  const made = page.replace(/(<!-- formats -->\n).*(<!-- \/formats -->)/s, (_, begin, end) => `${begin}${table}\n${end}`);
  expect(made).toContain("| `.mat` | MATLAB 4 to 7: variables");
  await expect(made).toMatchFileSnapshot("../../docs/guide/data.md");
});
