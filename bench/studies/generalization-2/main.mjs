// node bench/studies/generalization-2/main.mjs run [--minutes 55] [--slots 2] [--only lung_discrete/0] [--retry] [--dry-run]
// node bench/studies/generalization-2/main.mjs report
// Runs the study in parts, into docs/generalization-2/results.jsonl or the folder of --to, and writes its report there. Data are looked up in the
// folder COPPICE_DATA. The same command goes on after a stop for whatever reason; what was under way then is run again.
import { fork } from "node:child_process";
import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { withModule } from "../../load.mjs";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    to: { type: "string", default: "docs/generalization-2" },
    first: { type: "string", default: "docs/generalization" },
    minutes: { type: "string" },
    slots: { type: "string", default: String(availableParallelism()) },
    only: { type: "string" },
    retry: { type: "boolean" },
    "dry-run": { type: "boolean" },
  },
});

/** A process that runs one unit at a time; one that died is started again for the next. */
function startSlot() {
  let child;
  const ask = (unit, needed) =>
    new Promise((resolve, reject) => {
      child ??= fork(new URL(import.meta.url), ["slot"]);
      const over = (settle) => {
        child.removeAllListeners();
        settle();
      };
      child.once("message", (reply) => over(() => ("result" in reply ? resolve(reply.result) : reject(new Error(reply.reason)))));
      child.once("exit", (code, signal) =>
        over(() => {
          child = undefined;
          reject(new Error(`its process ended (${signal ?? code})`));
        }),
      );
      child.send({ unit, needed });
    });
  return { ask, stop: () => child?.disconnect() };
}

const [command = "run"] = positionals;
const number = (name) => (values[name] === undefined ? undefined : Number(values[name]));
await withModule("/bench/studies/generalization-2/main.ts", async ({ run, report, serve }) => {
  if (command === "slot") return serve(process.env.COPPICE_DATA);
  if (command === "report") return report(values.to);
  const slots = Array.from({ length: number("slots") }, startSlot);
  const { to, first, retry, "dry-run": dryRun } = values;
  await run(
    { to, first, retry, dryRun, minutes: number("minutes"), only: values.only?.split(",") },
    slots.map(({ ask }) => ask),
  );
  for (const { stop } of slots) stop();
});
