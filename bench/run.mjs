// node bench/run.mjs [kernel...]: checks and times the kernels on the WebGPU adapter of this machine.
import { withModule } from "./load.mjs";

await withModule("/bench/run.ts", ({ run }) => run(process.argv.slice(2)));
