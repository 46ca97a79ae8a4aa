// A thread of the CPU device, started from this text (threads.ts): it waits for a job, takes chunks of its items until none is left, and
// waits again. Words and states are those of threads.ts.
// biome-ignore lint/correctness/noUnusedVariables: called by what workers-node.ts and workers-browser.ts append to this text
function serve({ module, memory, job, words: { SEQUENCE, STATE, NEXT, ITEMS, CHUNK, KERNEL, FAILED }, OPEN, blockAt, spins }) {
  const kernels = Object.values(new WebAssembly.Instance(module, { env: { memory } }).exports);
  const words = new Int32Array(memory.buffer, job);

  const takeChunks = () => {
    const kernel = kernels[words[KERNEL]];
    const [items, chunk] = [words[ITEMS], words[CHUNK]];
    for (;;) {
      const begin = Atomics.add(words, NEXT, chunk);
      if (begin >= items) return;
      kernel(begin, Math.min(items, begin + chunk), blockAt);
    }
  };

  let seen = 0;
  for (;;) {
    for (let spin = 0; Atomics.load(words, SEQUENCE) === seen; spin++) {
      if (spin >= spins) Atomics.wait(words, SEQUENCE, seen);
    }
    seen = Atomics.load(words, SEQUENCE);
    let state = Atomics.load(words, STATE);
    // Join while the job is open; its state counts those who did.
    while (state & OPEN) {
      const found = Atomics.compareExchange(words, STATE, state, state + 1);
      if (found === state) break;
      state = found;
    }
    if (!(state & OPEN)) continue;
    try {
      takeChunks();
    } catch (error) {
      Atomics.store(words, FAILED, 1);
      throw error;
    } finally {
      if (Atomics.sub(words, STATE, 1) === 1) Atomics.notify(words, STATE);
    }
  }
}
