/** Shapes of dense layers, each with the reason it is here. A tile of the shaders is 32 rows x 16 columns at their defaults. */
export const DENSE_PROBLEMS = [
  { rows: 1, cols: 1, batch: 1, reason: "one weight" },
  { rows: 3, cols: 1, batch: 2, reason: "one column, fewer rows than an invocation owns" },
  { rows: 1, cols: 130, batch: 31, reason: "one row" },
  { rows: 17, cols: 3, batch: 500, reason: "more batch than one tile" },
  { rows: 64, cols: 64, batch: 128, reason: "every tile is full" },
  { rows: 65, cols: 17, batch: 31, reason: "one row and one column more than tiles hold" },
  { rows: 63, cols: 65, batch: 1, reason: "batch 1: three of four samples are padding" },
  { rows: 130, cols: 65, batch: 2, reason: "several tiles each way" },
  { rows: 17, cols: 130, batch: 128, reason: "many columns, few rows" },
  { rows: 3, cols: 64, batch: 500, reason: "batch 500: a last tile that is not full" },
] as const;

/** Constants of dense and dense-t that must not change a sum. Most tests use the untiled variant: software adapters compile it ten times faster. */
export const TILINGS = [
  { WG: 64, LX: 8, VECS: 1, TILED: 1 },
  { WG: 64, LX: 8, VECS: 4, TILED: 1 },
  { WG: 32, LX: 2, VECS: 1, TILED: 1 },
  { WG: 64, LX: 8, VECS: 1, TILED: 0 },
  { WG: 128, LX: 16, VECS: 2, TILED: 0 },
  { WG: 32, LX: 2, VECS: 4, TILED: 0 },
  { WG: 32, LX: 1, VECS: 1, TILED: 0 },
  { WG: 16, LX: 1, VECS: 4, TILED: 0 },
  { WG: 256, LX: 16, VECS: 2, TILED: 1 },
  { WG: 128, LX: 8, VECS: 1, TILED: 1, DEPTH: 32 },
] as const;
