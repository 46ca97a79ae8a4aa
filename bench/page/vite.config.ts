import { defineConfig } from "vite";
import { assemblyscript } from "../../assemblyscript-plugin.js";

const path = (relative: string) => new URL(relative, import.meta.url).pathname;

/** The bench page: `npm run bench:page` builds it into dist/bench-page, for any static host; `npx vite bench/page` serves it. */
export default defineConfig({
  root: path("."),
  base: "./",
  plugins: [assemblyscript()],
  resolve: {
    alias: {
      "#gpu": path("../../src/device/webgpu/gpu-browser.ts"),
      "#workers": path("../../src/device/cpu/workers-browser.ts"),
    },
  },
  build: { target: "es2022", outDir: path("../../dist/bench-page"), emptyOutDir: true },
});
