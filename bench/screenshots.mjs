// node bench/screenshots.mjs: trains in the demo page in a headless Chromium, and keeps what it looks like in docs/page-*.png.
import { withModule } from "./load.mjs";

const SHOTS = {
  light: { viewport: { width: 1240, height: 1140 }, colorScheme: "light" },
  dark: { viewport: { width: 1240, height: 1140 }, colorScheme: "dark" },
  phone: { viewport: { width: 390, height: 844 }, colorScheme: "light", deviceScaleFactor: 2, isMobile: true, hasTouch: true },
};

await withModule("/test/page/site.ts", async ({ openSite, phase }) => {
  const site = await openSite();
  try {
    for (const [name, options] of Object.entries(SHOTS)) {
      const page = await site.browser.newPage(options);
      await page.goto(site.url);
      await page.waitForSelector("#start:not([disabled])");
      await page.click(name === "dark" ? "#race" : "#start");
      await phase(page, "done");
      await page.evaluate(() => {
        document.activeElement.blur();
        scrollTo(0, 0);
      });
      await page.waitForTimeout(2500); // what fades has faded
      await page.screenshot({ path: new URL(`../docs/page-${name}.png`, import.meta.url).pathname });
      await page.close();
    }
  } finally {
    await site.close();
  }
});
