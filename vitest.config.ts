import { defineConfig } from "vitest/config";

export default defineConfig({
  resolve: { alias: { "#gpu": new URL("./src/device/webgpu/gpu-node.ts", import.meta.url).pathname } },
  test: {
    include: ["test/**/*.test.ts"],
    exclude: ["test/page/**", "test/long/**"],
    pool: "forks", // Dawn keeps process-wide state; a fork a file keeps a crash in one file from hiding another
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
