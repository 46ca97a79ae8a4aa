const dark = matchMedia("(prefers-color-scheme: dark)");
const queries = [dark, matchMedia("(forced-colors: active)")];

/** Colours looked up, until the scheme changes: each look-up makes the browser work out the page's styles. */
const known = new Map<string, string>();
onTheme(() => known.clear()); // before those of `onTheme`, who look them up again

/** The computed colour of one of style.css's variables, for canvases. */
export function themeColor(variable: string): string {
  let color = known.get(variable);
  if (color === undefined) {
    const probe = document.createElement("span");
    probe.style.cssText = `color: var(${variable}); forced-color-adjust: none`;
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

/** Calls back when the visitor's colour scheme changes, or the system takes over the colours. */
export function onTheme(changed: () => void): void {
  for (const query of queries) query.addEventListener("change", changed);
}
