/** An empty file of this name, in the browser's private storage, says that the tour was seen. */
const NAME = "coppice-tour";

/** Whether the tour was seen here; where there is no private storage, it was not. */
export async function sawTour(): Promise<boolean> {
  const storage = await navigator.storage?.getDirectory().catch(() => undefined);
  return (
    (await storage?.getFileHandle(NAME).then(
      () => true,
      () => false,
    )) ?? false
  );
}

/** Remembers it, where there is private storage. */
export async function rememberTour(): Promise<void> {
  const storage = await navigator.storage?.getDirectory().catch(() => undefined);
  await storage?.getFileHandle(NAME, { create: true });
}

/** Forgets it. */
export async function forgetTour(): Promise<void> {
  const storage = await navigator.storage?.getDirectory().catch(() => undefined);
  await storage?.removeEntry(NAME).catch(() => {}); // there may be none
}
