// node bench/picture.mjs runs/digits/report.html docs/report.png: the README's picture of it, the figures named below of a run's report, in Chromium.
import { pathToFileURL } from "node:url";
import { withModule } from "./load.mjs";

const FIGURES = ["Accuracy", "Neurons", "Connections that leave each pixel", "Strength of each pixel"];

const [report, picture] = process.argv.slice(2);
await withModule("/test/browser/chromium.ts", async ({ launchChromium }) => {
  const browser = await launchChromium();
  const page = await browser.newPage({ viewport: { width: 1000, height: 800 } });
  await page.goto(pathToFileURL(report).href);
  await page.evaluate((titles) => {
    const figures = [...document.querySelectorAll("figure")].filter((figure) =>
      titles.some((title) => figure.textContent.trim().startsWith(title)),
    );
    const grid = figures[0].parentElement;
    const main = document.querySelector("main");
    const first = [...main.children].findIndex((child) => child.tagName === "H2");
    for (const child of [...main.children].slice(first)) child.remove();
    main.append(grid);
    grid.replaceChildren(...figures);
  }, FIGURES);
  await page.locator("main").screenshot({ path: picture });
  await browser.close();
});
