// node bench/screenshots.mjs: trains in the demo page in a headless Chromium, and keeps what it looks like in docs/page-*.png.
import { withModule } from "./load.mjs";

const SHOTS = {
  light: { viewport: { width: 1366, height: 768 }, colorScheme: "light" },
  dark: { viewport: { width: 1366, height: 768 }, colorScheme: "dark" },
  phone: { viewport: { width: 390, height: 844 }, colorScheme: "light", deviceScaleFactor: 2, isMobile: true, hasTouch: true },
};

/** Pixels of the picture that other sites show of a link. */
const PREVIEW = { width: 1200, height: 630 };
const shoot = (page, file) => page.screenshot({ path: new URL(`../${file}`, import.meta.url).pathname });

await withModule("/test/page/site.ts", async ({ openSite, phase }) => {
  const site = await openSite();
  try {
    for (const [name, options] of Object.entries(SHOTS)) {
      const page = await site.browser.newPage(options);
      await page.goto(site.url);
      await page.waitForSelector("#start:not([disabled])");
      if (name === "light") {
        await page.waitForSelector("#network-2"); // both untrained networks
        await page.waitForTimeout(3000);
        await shoot(page, "docs/page-first.png");
        await page.setViewportSize(PREVIEW);
        await page.waitForTimeout(1000);
        await shoot(page, "demo/public/preview.png"); // what a link to the page shows
        await page.setViewportSize(options.viewport);
      }
      await page.click(name === "dark" ? "#race" : "#start");
      await phase(page, "done");
      await page.evaluate(() => document.activeElement.blur());
      await page.waitForTimeout(2500); // what fades has faded
      await shoot(page, `docs/page-${name}.png`);
      await page.close();
    }
  } finally {
    await site.close();
  }
});
