/** Polls of a wait that follow each other at once: short work on the GPU is done by then. */
const AT_ONCE = 20;
/** Milliseconds between the polls after these. */
const PAUSE = 1;

/**
 * Dawn's binding for Node asks whether the GPU is done by `setImmediate`, again and again: a core is busy for as long as the process waits.
 * Before tests (`setupFiles` of vitest.config.ts) its polls are told from other callbacks by being native, and are made to pause.
 */
function letDawnPause(): void {
  const immediately = globalThis.setImmediate;
  let polling = false; // a poll is running, which asks for the next one
  let polls = 0;
  const patiently = (callback: (...args: unknown[]) => void, ...args: unknown[]) => {
    if (!Function.prototype.toString.call(callback).endsWith("{ [native code] }")) return immediately(callback, ...args);
    polls = polling ? polls + 1 : 0;
    const poll = () => {
      polling = true;
      try {
        callback(...args);
      } finally {
        polling = false;
      }
    };
    return polls < AT_ONCE ? immediately(poll) : setTimeout(poll, PAUSE);
  };
  globalThis.setImmediate = Object.assign(patiently, immediately) as typeof setImmediate;
}

if (!("patient" in globalThis.setImmediate)) {
  letDawnPause();
  Object.assign(globalThis.setImmediate, { patient: true });
}
