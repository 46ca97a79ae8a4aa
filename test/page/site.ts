import type { Browser, Page } from "playwright-core";
import { type ChromiumOptions, launchChromium, serveFolder } from "../browser/chromium.js";
import { buildSite } from "./build.js";

/** The site as `npm run build` makes it, in a sub-folder of a plain static server, and a browser to open it with. */
export interface Site {
  readonly url: string;
  readonly folder: string;
  readonly browser: Browser;
  close(): Promise<void>;
}

/** Serves the site that was built for all tests, or builds it, with `headers` on every answer, and starts Chromium. */
export async function openSite(headers: Record<string, string> = {}, browserOptions: ChromiumOptions = {}): Promise<Site> {
  const { root, folder, remove } = await buildSite();
  const server = await serveFolder(root, headers);
  const browser = await launchChromium(browserOptions);
  return {
    url: `${server.url}some/where/`,
    folder,
    browser,
    async close() {
      await browser.close();
      server.close();
      await remove();
    },
  };
}

/** Opens the page and waits until it can train. Throws on any error of the page. */
export async function openDemo({ browser, url }: Site, hash = ""): Promise<Page> {
  const page = await browser.newPage();
  page.on("pageerror", (error) => {
    throw error;
  });
  await page.goto(url + hash);
  await ready(page);
  return page;
}

/** What a page and its workers ask a server for from now on: scripts of the site, which tell nothing of what is done here, and all else. */
export function watchRequests(page: Page, { url }: Pick<Site, "url">): { scripts: Set<string>; others: string[] } {
  const [scripts, others] = [new Set<string>(), [] as string[]];
  page.on("request", (request) => {
    const line = `${request.method()} ${request.url()}`;
    const [, file, ending] = /^GET (.*assets\/[\w.-]+\.(js|css))$/.exec(line) ?? [];
    if (file?.startsWith(url)) ending === "js" && scripts.add(file.slice(url.length));
    else if (!/^(blob|data):/.test(request.url())) others.push(line);
  });
  return { scripts, others };
}

/** Waits until a page can train. On a software adapter it takes the CPU by itself, which is quicker; tests of WebGPU choose it. */
export async function ready(page: Page): Promise<void> {
  await page.waitForSelector("#start:not([disabled])", { timeout: 30_000 });
}

/** Sets controls by their setting's name. */
export async function set(page: Page, values: Record<string, string | number>): Promise<void> {
  await page.locator("#settings").evaluate((details) => {
    (details as HTMLDetailsElement).open = true;
  });
  for (const [key, value] of Object.entries(values)) {
    const control = page.locator(`#set-${key}`);
    if ((await control.evaluate((node) => node.tagName)) === "SELECT") await control.selectOption(String(value));
    else {
      await control.fill(String(value));
      await control.blur();
    }
  }
}

/** Waits for a phase of training. Fails at once on an error of the page's own. */
export async function phase(page: Page, wanted: string, timeout = 90_000): Promise<void> {
  await page.waitForSelector(`#train-status[data-phase="${wanted}"], #train-status[data-phase="failed"]`, { timeout });
  const now = await page.getAttribute("#train-status", "data-phase");
  if (now !== wanted) throw new Error(`training is ${now}: ${await page.textContent("#train-error")}`);
}

/** Trains by the settings shown and waits for the end. */
export async function train(page: Page): Promise<void> {
  await page.click("#start");
  await phase(page, "done");
}

/** The row of figures with that name: a text for every run. */
export async function figures(page: Page, name: string): Promise<string[]> {
  return page.locator("#figures tr", { hasText: name }).locator("td").allTextContents();
}

/** The link to the run that is shown. */
export async function linkOf(page: Page): Promise<string> {
  await page.click("#make-link");
  return page.inputValue("#link");
}
