import { messageOf } from "../dom.js";

/** Runs `work` again and again while calls come, never twice at a time. */
export function following(work: () => Promise<void>, fail: (text: string) => void): () => void {
  let [running, again] = [false, false];
  return async () => {
    again = true;
    if (running) return;
    running = true;
    try {
      while (again) {
        again = false;
        await work();
      }
    } catch (error) {
      fail(messageOf(error));
    } finally {
      running = false;
    }
  };
}
