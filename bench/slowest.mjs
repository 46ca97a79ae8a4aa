// node bench/slowest.mjs: runs the tests of `npm test` on this machine and writes the ten slowest files to docs/slowest.md. Further arguments go to
// vitest: `node bench/slowest.mjs test/data` tells those of a folder, and writes nothing.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, cpus, tmpdir } from "node:os";
import { join, relative } from "node:path";

const COUNT = 10;
const root = new URL("..", import.meta.url).pathname;
const only = process.argv.slice(2);
const folder = mkdtempSync(join(tmpdir(), "coppice-slowest-"));
const told = join(folder, "tests.json");
const words = ["vitest", "run", "--reporter=default", "--reporter=json", `--outputFile.json=${told}`, ...only];
const started = performance.now();
const { status } = spawnSync("npx", words, { cwd: root, stdio: "inherit" });
const wall = (performance.now() - started) / 1000;
if (status !== 0) throw new Error(`the tests ended with exit code ${status}`);
const { testResults } = JSON.parse(readFileSync(told, "utf8"));
rmSync(folder, { recursive: true });

const files = testResults.map(({ name, startTime, endTime, assertionResults }) => ({
  name: relative(root, name),
  seconds: (endTime - startTime) / 1000,
  tests: assertionResults.length,
}));
files.sort((a, b) => b.seconds - a.seconds);
const total = files.reduce((sum, { seconds }) => sum + seconds, 0);
const rows = files.slice(0, COUNT).map(({ name, seconds, tests }) => `| \`${name}\` | ${tests} | ${seconds.toFixed(1)} |`);
const text = `# The slowest tests

Measured by \`npm run docs:slowest\` on ${availableParallelism()} cores (${cpus()[0].model.trim()}), Node ${process.version}, ${process.platform} ${process.arch}, without a GPU (SwiftShader).
The ${files.length} files of \`npm test\` took ${total.toFixed(0)} s together, without what loads them. With it they took ${wall.toFixed(0)} s of wall time.
Types and lint, which \`npm test\` checks first, are left out.

| file | tests | took, s |
|---|---|---|
${rows.join("\n")}
`;
if (only.length === 0) writeFileSync(join(root, "docs/slowest.md"), text);
console.log(text);
