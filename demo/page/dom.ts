type Child = Node | string | null | undefined | false;
type Props = Readonly<Record<string, unknown>>;

/** An element with properties (on... are listeners, data-/aria- attributes), and children. */
export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  props: Props = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value as EventListener);
    else if (name.includes("-") || name === "role" || name === "for") node.setAttribute(name, String(value));
    else Object.assign(node, { [name === "class" ? "className" : name]: value });
  }
  for (const child of children) if (child !== null && child !== undefined && child !== false) node.append(child);
  return node;
}

/** A control with its name, and a hint below it. */
export function field(name: string, hint: string, ...controls: Node[]): HTMLLabelElement {
  return h("label", {}, name, ...controls, hint && h("span", { class: "hint" }, hint));
}

/** A part that scrolls when it is wider than the page, and can be scrolled by keyboard. */
export function scrollBox(label: string, ...children: Child[]): HTMLElement {
  return h("div", { class: "scroll", tabIndex: 0, role: "group", "aria-label": label }, ...children);
}

/** What there is to tell of data or results, a line each. */
export function noteLines(notes: readonly string[]): HTMLElement[] {
  return notes.map((note) => h("p", { class: "note" }, `Note: ${note}.`));
}

/** The element with that id. Throws when the page has none. */
export function byId<E extends HTMLElement>(id: string): E {
  const found = document.getElementById(id);
  if (!found) throw new Error(`the page has no element "${id}"`);
  return found as E;
}

/** Offers text or bytes as a file. */
export function download(name: string, content: string | Blob | Uint8Array<ArrayBuffer>, type: string): void {
  const url = URL.createObjectURL(new Blob([content], { type }));
  h("a", { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

/** The message of whatever was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Does some work, and says in `error` what went wrong, which is hidden until then. */
export async function attempt(error: HTMLElement, work: () => Promise<void>): Promise<void> {
  error.hidden = true;
  try {
    await work();
  } catch (failure) {
    error.textContent = messageOf(failure);
    error.hidden = false;
  }
}
