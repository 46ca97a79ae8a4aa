import { readFile } from "node:fs/promises";
import { defineConfig, type Plugin, runnerImport } from "vite";
import manifest from "../package.json" with { type: "json" };
import { assemblyscript } from "../src/device/cpu/assemblyscript-plugin.js";
import { licenses } from "./licenses.js";
import { linkPicture } from "./link-picture.js";
import { PURE } from "./pure.js";
import { scripts } from "./scripts.js";

const path = (relative: string) => new URL(relative, import.meta.url).pathname;

/** With these, threads share memory: the page's CPU side runs on all cores. */
const ISOLATION = { "Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Embedder-Policy": "require-corp" };

const alias = {
  "#gpu": path("../src/device/webgpu/gpu-browser.ts"),
  "#hdf5": path("../src/data/formats/hdf5/apart-browser.ts"),
  "#workers": path("../src/device/cpu/workers-browser.ts"),
};

/** Run as Vite would: the formats import shaders, which a configuration's own imports may not. */
const { module: formats } = await runnerImport<typeof import("./formats.js")>(path("formats.ts"), {
  configFile: false,
  plugins: [assemblyscript()],
  resolve: { alias },
});

/** `npm run dev`: the page talks to Vite's server, which its policy forbids. What is built keeps the policy, and test:page holds it to it. */
const withoutPolicy: Plugin = {
  name: "without-policy",
  apply: "serve",
  transformIndexHtml: (html) => html.replace(/<meta http-equiv="Content-Security-Policy"[^>]*>/, ""),
};

/** Shaders are loaded without what only their readers need: comments and indents. */
const bareShaders: Plugin = {
  name: "bare-shaders",
  apply: "build",
  enforce: "pre",
  async load(id) {
    if (!id.endsWith(".wgsl?raw")) return null;
    const text = await readFile(id.replace("?raw", ""), "utf8");
    return `export default ${JSON.stringify(text.replace(/\s*\/\/.*|^\s+/gm, ""))};`;
  },
};

/** The site: the demo and the bench page, built into `site` for any static host and any sub-path; `npm run demo` builds and serves it. */
export default defineConfig({
  root: path("."),
  base: "./",
  publicDir: path("public"),
  plugins: [
    assemblyscript(),
    scripts(),
    bareShaders,
    withoutPolicy,
    linkPicture(process.env.COPPICE_SITE, manifest.repository),
    licenses("licenses.md", { "ALL - 1.40.0 (Artistic-2.0)": path("leukaemia/copyright") }),
  ],
  resolve: { alias },
  optimizeDeps: { entries: ["**/*.html", "worker/*.ts"] },
  define: { FORMATS_READ: JSON.stringify(formats.READ) },
  server: { host: "127.0.0.1", headers: ISOLATION },
  preview: { host: "127.0.0.1", headers: ISOLATION },
  build: {
    target: "es2022",
    outDir: path("../site"),
    emptyOutDir: true,
    modulePreload: { resolveDependencies: (_, parts, { hostType }) => (hostType === "html" ? parts : []) }, // what scripts load, workers load too
    rolldownOptions: {
      treeshake: PURE,
      external: ["linkedom"], // stands in for the document that a page has
      input: { index: path("index.html"), bench: path("bench/index.html") },
    },
  },
});
