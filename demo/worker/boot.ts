/** A worker's name: the address of its script. */
declare const self: { readonly name: string };

const early: MessageEvent[] = [];
const hold = (event: MessageEvent) => {
  event.stopImmediatePropagation();
  early.push(event);
};
addEventListener("message", hold);

/**
 * A worker of a blob: URL is held to the page's policy, and one of a script's address is not. So this is the blob, which loads the script and keeps what
 * the page asks meanwhile. The policy's script-src admits an import() alone: what a worker is made of otherwise is subject to its worker-src, and refused.
 */
import(/* @vite-ignore */ self.name).then(
  () => {
    removeEventListener("message", hold);
    for (const { data, ports } of early) dispatchEvent(new MessageEvent("message", { data, ports: [...ports] }));
  },
  ({ message }) => reportError(new Error(`${message}. Reload the page`)),
);

export {}; // a module: TypeScript takes it for a script of the page else
