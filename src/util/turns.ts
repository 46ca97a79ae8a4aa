/** Does one piece of work after another, however they are asked for; one that fails ends no other. */
export function takeTurns(): <T>(work: () => T | Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return <T>(work: () => T | Promise<T>) => {
    const next = last.then(work);
    last = next.catch(() => {}); // who asked for it gets the error
    return next;
  };
}
