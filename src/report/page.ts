import { Html, html } from "./html.js";
import STYLE from "./style.css?raw";

/** A page of HTML without scripts, links elsewhere or anything else to fetch; `style` comes after the style sheet of all reports. */
export function pageOf(title: string, body: Html, style = ""): string {
  const page = html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'"><title>${title}</title><style>${new Html(STYLE + style)}</style></head>
<body><main>
${body}
</main></body></html>
`;
  return page.text;
}

/** A table whose columns scroll where the page is narrow. */
export function tableOf(head: readonly string[], rows: readonly (readonly string[])[]): Html {
  return html`<div class="scroll"><table><thead><tr>${head.map((name) => html`<th>${name}</th>`)}</tr></thead><tbody>${rows.map((row) => html`<tr>${row.map((cell) => html`<td>${cell}</td>`)}</tr>`)}</tbody></table></div><p></p>`;
}
