/** What this worker holds of its own: its name, and the library once the script has run. */
declare const self: { readonly name: string; readonly h5wasm: Promise<unknown> };

/**
 * In the place of package h5wasm, which is larger than all that the page loads first: a script of the page's own host (../h5wasm.ts), whose address is this
 * worker's name. A worker of a blob: URL has no other way to know it.
 */
export const ready: Promise<unknown> = import(/* @vite-ignore */ self.name).then(() => self.h5wasm);
