/** The address of a script that a worker imports: see scripts.ts. */
declare module "*?script" {
  export const url: string;
}
