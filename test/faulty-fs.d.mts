export function faultyFs<T extends typeof import("node:fs")>(
  fs: T,
  folder: string,
  decide: (index: number, name: string) => string | undefined,
  kill: () => void,
): Partial<T>;
