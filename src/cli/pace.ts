/** So many times what a history adds to a write goes by before the next one: it takes a twentieth of the time at most. */
const SPARE = 20;

/** When the state of a run is written again. */
export interface Pace {
  /** Whether the time has come. */
  due(): boolean;
  /** Does a write of which so large a share is history. */
  write(share: number, work: () => void): void;
}

/**
 * A history grows, and is written with every state: of a long run of short epochs it would take all the time. So after a write it waits, for as
 * long as the history's share of it says; a run without one to speak of never does. `now` in ms.
 */
export function createPace(now: () => number = () => performance.now()): Pace {
  let next = Number.NEGATIVE_INFINITY;
  return {
    due: () => now() >= next,
    write(share, work) {
      const start = now();
      work();
      const end = now();
      next = end + SPARE * share * (end - start);
    },
  };
}
