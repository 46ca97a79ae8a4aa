/** The computed colour of one of style.css's variables, for canvases. */
export function themeColor(variable: string): string {
  const probe = document.createElement("span");
  probe.style.color = `var(${variable})`;
  document.body.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}

const dark = matchMedia("(prefers-color-scheme: dark)");

export function isDark(): boolean {
  return dark.matches;
}

/** Calls back when the visitor's colour scheme changes. */
export function onTheme(changed: () => void): void {
  dark.addEventListener("change", changed);
}
