import {
  type BoxChart,
  type Drawing,
  drawBoxes,
  drawIntervals,
  drawLines,
  drawSquare,
  type IntervalChart,
  type LineChart,
  type SquareChart,
} from "../../report/charts/index.js";

/** A cell of a table: text, with smaller notes below it. */
export type Cell = string | { readonly text: string; readonly notes: readonly string[] };

/** The lines of a cell. */
export function linesOf(cell: Cell): readonly string[] {
  return typeof cell === "string" ? [cell] : [cell.text, ...cell.notes];
}

/** Characters of a line above which it is a sentence and no figure. */
const FIGURE = 60;

/** Whether a column of a table holds sentences, which begin at the left; figures end at the right. */
export function isProse(rows: readonly (readonly Cell[])[], column: number): boolean {
  return rows.some((row) => linesOf(row[column]).some((line) => line.length > FIGURE));
}

/** A chart of any kind, drawn when it is shown; null where it has nothing to show. */
export type Chart = () => Drawing | null;

/** What a report consists of, before it becomes HTML or Markdown. Text is plain: it is escaped in either. */
export type ReportPart =
  | { readonly kind: "heading"; readonly level: 2 | 3; readonly text: string }
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "note"; readonly text: string }
  | { readonly kind: "warning"; readonly text: string }
  | { readonly kind: "list"; readonly items: readonly string[] }
  | { readonly kind: "table"; readonly head: readonly string[]; readonly rows: readonly (readonly Cell[])[] }
  | { readonly kind: "charts"; readonly charts: readonly Chart[] }
  | { readonly kind: "code"; readonly text: string };

/** How each kind of part is shown, by its name. */
export type Renderers<Shown> = { readonly [Part in ReportPart as Part["kind"]]: (part: Part) => Shown };

/** A part, shown by the renderer of its kind. */
export function showPart<Shown>(part: ReportPart, renderers: Renderers<Shown>): Shown {
  return (renderers[part.kind] as (part: ReportPart) => Shown)(part);
}

/** Makers of parts: the words of the sections. */
export const heading = (text: string, level: 2 | 3 = 2): ReportPart => ({ kind: "heading", level, text });
export const text = (value: string): ReportPart => ({ kind: "text", text: value });
export const note = (value: string): ReportPart => ({ kind: "note", text: value });
export const warning = (value: string): ReportPart => ({ kind: "warning", text: value });
export const code = (value: string): ReportPart => ({ kind: "code", text: value });

/** A list; nothing where there are no items. */
export function list(items: readonly string[]): ReportPart[] {
  return items.length > 0 ? [{ kind: "list", items }] : [];
}

/** A table; nothing where there are no rows. */
export function tableOf(head: readonly string[], rows: readonly (readonly Cell[])[]): ReportPart[] {
  return rows.length > 0 ? [{ kind: "table", head, rows }] : [];
}

/** Charts side by side; nothing where there are none. */
export function charts(all: readonly Chart[]): ReportPart[] {
  return all.length > 0 ? [{ kind: "charts", charts: all }] : [];
}

export function lines(chart: LineChart): Chart {
  return () => drawLines(chart);
}
export function boxes(chart: BoxChart): Chart {
  return () => drawBoxes(chart);
}
export function square(chart: SquareChart): Chart {
  return () => drawSquare(chart);
}
export function intervals(chart: IntervalChart): Chart {
  return () => drawIntervals(chart);
}

/** "Figure 1: COIL20, npset" -> "figure-1-coil20-npset": for anchors and files. */
export function slug(value: string): string {
  return value
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "");
}
