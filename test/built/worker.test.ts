import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect, test } from "vitest";

test("a worker starts in a process that takes its program as a module from the command line", async () => {
  const serve = "const serve = ({ words }) => { words[0] = 7; };";
  const program = `
    import { startWorker } from "./dist/workers-node.js";
    const words = new Int32Array(new SharedArrayBuffer(4));
    const alive = setInterval(() => {}, 1000);
    startWorker(${JSON.stringify(serve)}, { words }, (reason) => { console.log(words[0], reason); clearInterval(alive); });
  `;
  const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "-e", program]);
  expect(stdout).toBe("7 it ended with exit code 0\n");
});
