// Times a system in a cross-origin isolated page of a real Chromium, where wasm may have threads (Node gives these peers one).
import { createServer } from "vite";
import { withModule } from "../load.mjs";

const path = (relative) => new URL(relative, import.meta.url).pathname;

/** Runs measure() in a page with `options` and returns what run.mjs prints. Throws what the page threw. */
export async function measureInPage(options) {
  const server = await createServer({
    configFile: false,
    root: path("."),
    logLevel: "error",
    cacheDir: path("./node_modules/.vite"),
    optimizeDeps: {
      include: ["@tensorflow/tfjs-core", "@tensorflow/tfjs-layers", "@tensorflow/tfjs-backend-wasm"],
      exclude: ["@jax-js/jax"],
    },
    server: {
      port: 0,
      hmr: false,
      watch: null,
      headers: { "Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Embedder-Policy": "require-corp" },
    },
  });
  await server.listen();
  let browser;
  try {
    await withModule("/test/browser/chromium.ts", async ({ launchChromium }) => {
      browser = await launchChromium();
    });
    const page = await browser.newPage();
    page.on("pageerror", (error) => console.error(error));
    await page.goto(`http://localhost:${server.httpServer.address().port}/page.html`);
    const line = await page.evaluate(async (options) => (await import("/in-page.mjs")).measureHere(options), options);
    return { ...line, host: `Chromium ${browser.version()}` };
  } finally {
    await browser?.close();
    await server.close();
  }
}
