// node bench/members.mjs bench.json ...: the table and docs/members.svg of what a member of an ensemble takes of a step, of runs of
// `npx coppice bench step --only members --json`, several of one device: the least of all rounds, since other work only ever adds.
import { readFileSync, writeFileSync } from "node:fs";
import { withModule } from "./load.mjs";

const FORMS = { members: "own weights", "members, shared weights": "shared" };

const least = new Map(); // by device and form: by members, ms of a step
for (const path of process.argv.slice(2)) {
  const { device, rows } = JSON.parse(readFileSync(path, "utf8"));
  const name = device.kind === "cpu" ? "CPU" : (/SwiftShader|llvmpipe/.exec(device.adapter)?.[0] ?? device.adapter);
  for (const { name: row, cell, ms } of rows) {
    if (!(row in FORMS)) continue;
    const key = `${name}, ${FORMS[row]}`;
    const own = least.get(key) ?? new Map();
    own.set(cell.members, Math.min(ms.min, own.get(cell.members) ?? Infinity));
    least.set(key, own);
  }
}
const members = [1, 2, 4, 8, 16];
const digits = (ms) => (ms === undefined ? "" : ms < 100 ? ms.toPrecision(3) : String(Math.round(ms)));
console.log(`| device | ${members.map((m) => `${m} member${m > 1 ? "s" : ""}`).join(" | ")} |`);
console.log(`|---|${members.map(() => "--:").join("|")}|`);
for (const [name, own] of least) console.log(`| ${[name, ...members.map((m) => digits(own.get(m)))].join(" | ")} |`);

await withModule("/src/report/charts/index.ts", ({ drawLines, svgFile }) => {
  const series = [...least].map(([name, own], i) => ({
    name,
    tone: 1 + Math.floor(i / 2),
    dashed: i % 2 === 1,
    values: members.map((m) => (own.has(m) ? own.get(m) / m : null)),
  }));
  const what = { title: "ms of a step that a member takes", xLabel: "members", yLabel: "ms a member", format: digits };
  const drawing = drawLines({ ...what, x: members, series, log: { x: true, y: true } });
  writeFileSync("docs/members.svg", svgFile(drawing));
});
