/** Text as HTML, in elements and in quoted attributes: no character keeps a meaning of its own. */
function escapeHtml(value: string | number): string {
  const entities: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
  return String(value).replace(/[&<>"']/g, (character) => entities[character]);
}

/** A piece of HTML that is already escaped. */
export class Html {
  constructor(readonly text: string) {}
}

type Part = string | number | Html | readonly Html[];

/** Template of HTML: values are escaped unless they are `Html` themselves. */
export function html(strings: TemplateStringsArray, ...values: Part[]): Html {
  const parts = values.map((value) => {
    if (value instanceof Html) return value.text;
    return typeof value === "object" ? value.map((item) => item.text).join("") : escapeHtml(value);
  });
  return new Html(strings.map((text, i) => text + (parts[i] ?? "")).join(""));
}
