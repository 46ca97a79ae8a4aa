/** Colours of a drawing, as [red, green, blue, 1] from 0 to 1. */
export interface Theme {
  readonly positive: readonly number[];
  readonly negative: readonly number[];
  readonly ink: readonly number[];
  readonly fresh: readonly number[];
  /** What is behind the drawing. */
  readonly paper: readonly number[];
}

/** The page's blue and orange (--d and --c of style.css), which keep apart for every kind of colour blindness; what is new has a colour that no run has (--fresh). */
export function themeOf(dark: boolean): Theme {
  return dark
    ? { positive: rgb("6cb6ff"), negative: rgb("f0a54a"), ink: rgb("e7ece9"), fresh: rgb("ff8ad8"), paper: rgb("1a2026") }
    : { positive: rgb("0b62a3"), negative: rgb("b45309"), ink: rgb("2f3d36"), fresh: rgb("b3178d"), paper: rgb("ffffff") };
}

function rgb(hex: string): readonly number[] {
  return [0, 2, 4].map((at) => Number.parseInt(hex.slice(at, at + 2), 16) / 255).concat(1);
}
