import type { Settings } from "../settings.js";
import { BUDGET_SECONDS, DENSE_BUDGET_SECONDS, planWork, REPETITIONS, type Work } from "../throughput.js";
import { messageOf } from "./dom.js";
import type { Chosen } from "./kept-data.js";
import { linkData } from "./link.js";
import { type Measurement, measurement, type Side } from "./measurement.js";
import { type Helper, startWorker } from "./workers.js";

/** What a side needs to measure; the GPU's two sides share a worker and a device. */
interface Runner {
  readonly id: Side["id"];
  readonly title: string;
  readonly settings: Settings;
  readonly helper: Helper;
}

const DENSE_ALREADY = ["dense", "dense-small", "linear"];
/** Seconds of the second warming trial. */
const PROBE_SECONDS = 0.5;
/** What takes longer for its first two steps, set-up and compiling included, is not repeated. */
const LONGEST_FIRST_SECONDS = 10;

/**
 * Measures the GPU, the CPU and a dense network on the GPU in turns, never two at once: they share the machine. Ends early when `cancel`
 * is aborted. What happens is in `measurement`; whatever happens, the workers end.
 */
export async function measure({ source, info }: Chosen, settings: Settings, cancel: AbortSignal): Promise<void> {
  const [gpu, cpu] = [startWorker(), startWorker()];
  const on = (device: Settings["device"], more: Partial<Settings> = {}): Settings => ({ ...settings, ...more, device });
  const runners: Runner[] = [
    { id: "gpu", title: "This GPU", settings: on("webgpu"), helper: gpu },
    { id: "cpu", title: "This CPU", settings: on("cpu"), helper: cpu },
  ];
  if (!DENSE_ALREADY.includes(settings.method))
    runners.push({ id: "dense", title: "This GPU, dense", settings: on("webgpu", { method: "dense" }), helper: gpu });
  const empty = { info: null, work: null, trials: [], refusal: null };
  const sides = runners.map(({ id, title }): Side => ({ id, title, ...empty }));
  measurement.value = {
    phase: "running",
    text: "Opening the devices",
    settings,
    data: { name: info.name, of: linkData(source, info) },
    sides,
  };
  const cancelled = new Promise<never>((_, reject) =>
    cancel.addEventListener("abort", () => reject(new Error("cancelled")), { once: true }),
  );
  cancelled.catch(() => {}); // heard of where something is awaited
  const wait = <T>(answer: Promise<T>) => Promise.race([answer, cancelled, gpu.failed, cpu.failed]);
  try {
    for (const { api } of [gpu, cpu]) await wait(api.openData(source));
    const able = await warmUp(runners, wait, cancel);
    for (let turn = 1; turn <= REPETITIONS; turn++) {
      for (const runner of able) {
        change({ text: `Repetition ${turn} of ${REPETITIONS}: ${runner.title}` });
        const { work, trials } = sideOf(runner.id);
        const trial = await wait(runner.helper.api.runTrial(runner.settings, work as Work));
        changeSide(runner.id, { trials: [...trials, trial] });
      }
    }
    change({ phase: "done", text: `Done: ${REPETITIONS} repetitions a side, in turns.` });
  } catch (error) {
    change(cancel.aborted ? { phase: "cancelled", text: "Cancelled." } : { phase: "failed", text: reasonOf(error) });
  } finally {
    for (const helper of [gpu, cpu]) helper.end();
  }
}

type Wait = <T>(answer: Promise<T>) => Promise<T>;

/** Finds out about how fast every side is and fixes how much its repetitions do. Resolves with the sides that can be measured. */
async function warmUp(runners: readonly Runner[], wait: Wait, cancel: AbortSignal): Promise<Runner[]> {
  const rates = new Map<Side["id"], number>();
  for (const runner of runners) {
    change({ text: `Warming up: ${runner.title}` });
    try {
      rates.set(runner.id, await roughRate(runner, wait));
    } catch (error) {
      if (cancel.aborted) throw error;
      changeSide(runner.id, { refusal: reasonOf(error) });
    }
  }
  const able = runners.filter(({ id }) => rates.has(id));
  if (able.length === 0) throw new Error(`Nothing could be measured: ${sideOf("cpu").refusal}`);
  const share = (ids: readonly Side["id"][], seconds: number) => {
    const shared = ids.filter((id) => rates.has(id));
    const known = shared.map((id) => rates.get(id) as number);
    for (const id of shared) {
      const { info } = sideOf(id);
      changeSide(id, { work: planWork(known, seconds / REPETITIONS, info?.samples ?? 1, runners[0].settings.batch) });
    }
  };
  share(["gpu", "cpu"], BUDGET_SECONDS);
  share(["dense"], DENSE_BUDGET_SECONDS);
  return able;
}

/** Samples a second, about: of a first trial of one batch, which also times and compiles kernels, then of one of about half a second. */
async function roughRate({ id, settings, helper }: Runner, wait: Wait): Promise<number> {
  const info = await wait(helper.api.openSide(settings));
  changeSide(id, { info });
  const work = { samples: Math.min(settings.batch, info.samples), epochs: 1 };
  const start = performance.now();
  const first = await wait(helper.api.runTrial(settings, work));
  const passed = (performance.now() - start) / 1000;
  if (passed > LONGEST_FIRST_SECONDS)
    throw new Error(`setting up and two steps took ${passed.toFixed(0)} s: too long to repeat here`);
  if (first.seconds > PROBE_SECONDS) return first.samples / first.seconds;
  const second = await wait(
    helper.api.runTrial(settings, planWork([first.samples / first.seconds], PROBE_SECONDS, info.samples, settings.batch)),
  );
  return second.samples / second.seconds;
}

/** The reason without what only the command line has. */
function reasonOf(error: unknown): string {
  return messageOf(error).replace(/,? or raise --memory|, or train on the cpu device| \(--[a-z-]+\)/g, "");
}

function change(next: Partial<Measurement>): void {
  if (measurement.peek()) measurement.value = { ...(measurement.peek() as Measurement), ...next };
}

function changeSide(id: Side["id"], next: Partial<Side>): void {
  change({ sides: measurement.peek()?.sides.map((side) => (side.id === id ? { ...side, ...next } : side)) });
}

function sideOf(id: Side["id"]): Side {
  return measurement.peek()?.sides.find((side) => side.id === id) as Side;
}
