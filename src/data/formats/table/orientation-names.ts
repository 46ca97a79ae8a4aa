/** Where a table has its samples: in rows, in columns, or as `guessOrientation` finds. */
export const ORIENTATIONS = ["auto", "rows", "columns"] as const;
