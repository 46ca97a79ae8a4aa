import { expect, test } from "vitest";
import { createTurns, type Standing } from "../../demo/worker/turns.js";

// Turns of runs that train at once: held, stepped and stopped, within an epoch too.

/** Runners of epochs of `steps` steps each, which note what they did: "0.2" is an epoch's end of runner 0, its second. */
function runners(count: number, { paused = false, steps = 3, epochs = 6 } = {}) {
  const stop = new AbortController();
  const turns = createTurns(count, stop.signal, paused);
  const done: string[] = [];
  let worked = 0;
  const run = async (runner: number) => {
    try {
      await turns.take(runner);
      for (let epoch = 1; epoch <= epochs; epoch++) {
        for (let step = 0; step < steps; step++) {
          await turns.hold();
          stop.signal.throwIfAborted();
          worked++;
          await new Promise((resolve) => setImmediate(resolve));
        }
        done.push(`${runner}.${epoch}`);
        turns.pass();
        if (epoch < epochs) await turns.take(runner);
      }
    } catch (error) {
      if (!stop.signal.aborted) throw error;
    } finally {
      turns.leave(runner);
    }
  };
  const over = Promise.all(Array.from({ length: count }, (_, i) => run(i)));
  return { turns, done, over, stop, worked: () => worked };
}

const later = () => new Promise((resolve) => setTimeout(resolve, 20));

test("each step asked for is an epoch of every run, however soon they follow each other", async () => {
  const { turns, done, stop, over } = runners(1, { paused: true });
  turns.step(); // the second click: the first one began it
  expect(await turns.standing()).toBe("after");
  expect(done).toEqual(["0.1", "0.2"]);
  for (let click = 0; click < 3; click++) turns.step();
  expect(await turns.standing()).toBe("after");
  expect(done.length).toBe(5);
  stop.abort();
  await over;

  const race = runners(2, { paused: true });
  expect(await race.turns.standing()).toBe("after");
  expect(race.done).toEqual(["0.1", "1.1"]);
  race.stop.abort();
  await race.over;
});

test("where they stand is told to whom asks after they stood, too", async () => {
  const { turns, done, stop, over } = runners(2, { paused: true });
  await turns.standing();
  expect([await turns.standing(), done]).toEqual(["after", ["0.1", "1.1"]]);
  turns.step();
  expect(await turns.standing()).toBe("after");
  await later();
  expect([await turns.standing(), done.length]).toEqual(["after", 4]);
  stop.abort();
  await over;
});

test("pausing holds within the epoch under way, which a step then finishes", async () => {
  const { turns, done, worked, over, stop } = runners(1, { steps: 50, epochs: 1000 });
  await later();
  while (worked() % 50 === 0) await new Promise((resolve) => setImmediate(resolve)); // the last step of an epoch holds nowhere
  turns.pause();
  expect(await turns.standing()).toBe("within");
  const [stood, ended] = [worked(), done.length];
  await later();
  expect(worked()).toBe(stood);
  turns.step();
  expect(await turns.standing()).toBe("after");
  expect(done.length).toBe(ended + 1);
  expect(worked()).toBe(50 * done.length);
  turns.pause();
  expect(await turns.standing()).toBe("after");
  turns.resume();
  const last: Promise<Standing> = turns.standing();
  await later();
  stop.abort();
  await over;
  expect(await last).toBe("over");
  expect(await turns.standing()).toBe("over");
});

test("what is held, or waits for its turn, can be stopped", async () => {
  const { turns, stop, over, done } = runners(2, { steps: 50, epochs: 1000 });
  await later();
  turns.pause();
  await turns.standing();
  stop.abort();
  await over;
  expect(done.length).toBeLessThan(2000);
});
