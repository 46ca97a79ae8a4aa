// node bench/limits.mjs: runs the commands whose time is promised, on this machine, and writes docs/limits.md.
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { availableParallelism, cpus } from "node:os";

const promises = [
  { command: "npm start", limit: 90, what: "trains npset on digits and writes the report, no GPU" },
  { command: "npm test", limit: 100, what: "types, lint, and the tests that need no build" },
];

const rows = promises.map(({ command, limit, what }) => {
  const start = performance.now();
  const { status } = spawnSync(command, { shell: true, stdio: "inherit" });
  const seconds = (performance.now() - start) / 1000;
  if (status !== 0) throw new Error(`${command} ended with exit code ${status}`);
  return `| \`${command}\` | ${what} | ${limit} | ${seconds.toFixed(0)} |`;
});
const text = `# Times that are promised

Measured by \`node bench/limits.mjs\` on ${availableParallelism()} cores (${cpus()[0].model.trim()}), Node ${process.version}, ${process.platform} ${process.arch}, without a GPU (SwiftShader).

| command | does | at most, s | took, s |
|---|---|---|---|
${rows.join("\n")}
`;
writeFileSync(new URL("../docs/limits.md", import.meta.url), text);
console.log(text);
