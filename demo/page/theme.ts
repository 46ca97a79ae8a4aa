const dark = matchMedia("(prefers-color-scheme: dark)");

/** Colours looked up, until the scheme changes: each look-up makes the browser work out the page's styles. */
const known = new Map<string, string>();
dark.addEventListener("change", () => known.clear()); // before those of `onTheme`, who look them up again

/** The computed colour of one of style.css's variables, for canvases. */
export function themeColor(variable: string): string {
  let color = known.get(variable);
  if (color === undefined) {
    const probe = document.createElement("span");
    probe.style.color = `var(${variable})`;
    document.body.append(probe);
    ({ color } = getComputedStyle(probe));
    probe.remove();
    known.set(variable, color);
  }
  return color;
}

export function isDark(): boolean {
  return dark.matches;
}

/** Calls back when the visitor's colour scheme changes. */
export function onTheme(changed: () => void): void {
  dark.addEventListener("change", changed);
}
