import type { FitProgress } from "../fit/progress.js";
import { percent } from "../util/percent.js";
import { openBar } from "./bar.js";
import { say, type Terminal } from "./terminal.js";

/** ms between lines where the terminal cannot redraw one. */
const LINE_MS = 5000;

/** Shows how far a fit has come, and its best candidate so far. */
export function createFitProgress(terminal: Terminal): { tell(progress: FitProgress): void; stop(): void } {
  const { live } = terminal;
  if (!live) return lines(terminal);
  let bar: ReturnType<typeof openBar> | undefined;
  return {
    tell(progress) {
      bar ??= openBar(live, "{percentage} % [{bar}] {eta_formatted} left | {text}", 1000, 0, "");
      bar.update(Math.round(1000 * progress.done), { text: describe(progress) });
    },
    stop: () => bar?.stop(),
  };
}

function lines(terminal: Terminal) {
  let [last, told] = [Number.NEGATIVE_INFINITY, ""];
  return {
    tell(progress: FitProgress) {
      const now = performance.now();
      const text = describe(progress);
      if (text === told && now - last < LINE_MS) return;
      [last, told] = [now, text];
      say(terminal, `${percent(progress.done, 0)}: ${text}`);
    },
    stop() {},
  };
}

function describe({ part, best }: FitProgress): string {
  if (!best) return part;
  const { beside, score } = best.words;
  return `${part}: best so far ${best.candidate.name}, ${beside}, ${score}`;
}
