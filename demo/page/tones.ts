/** The tones of runs beside each other: in files their hues are those of RUN_COLOURS in the page. */
export const RUN_TONES = [3, 4, 2, 1, 6] as const;
