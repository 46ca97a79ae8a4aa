import { defineConfig } from "vite";
import { assemblyscript } from "../assemblyscript-plugin.js";
import { workerLicenses } from "./worker-licenses.js";

const path = (relative: string) => new URL(relative, import.meta.url).pathname;

/** With these, threads share memory: the page's CPU side runs on all cores. */
const ISOLATION = { "Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Embedder-Policy": "require-corp" };

const licenses = workerLicenses();

/** The site: the demo and the bench page, built into `site` for any static host and any sub-path; `npm run demo` builds and serves it. */
export default defineConfig({
  root: path("."),
  base: "./",
  publicDir: path("public"),
  plugins: [assemblyscript(), licenses.emit],
  worker: { plugins: () => [assemblyscript(), licenses.collect()] },
  resolve: {
    alias: {
      "#gpu": path("../src/device/webgpu/gpu-browser.ts"),
      "#workers": path("../src/device/cpu/workers-browser.ts"),
    },
  },
  preview: { host: "127.0.0.1", headers: ISOLATION },
  build: {
    target: "es2022",
    outDir: path("../site"),
    emptyOutDir: true,
    license: { fileName: "licenses.md" },
    rolldownOptions: { input: { index: path("index.html"), bench: path("bench/index.html") } },
  },
});
