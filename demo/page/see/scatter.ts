import type { Drawing } from "../../../src/report/charts/chart.js";
import { type Html, html } from "../../../src/report/html.js";
import type { PlaneView } from "../../worker/see/plane.js";
import { percent } from "../format.js";

const [WIDTH, HEIGHT, LEFT, TOP, RIGHT, BOTTOM] = [560, 420, 40, 12, 548, 380];
/** Classes that dots tell apart by colour; of more, samples are drawn as the names of their classes. */
const TONES = 6;

/** Samples in a plane: a colour or a name for each class, a ring where the answer is wrong; of numbers to learn, stronger colour for more. */
export function drawPlane(view: PlaneView, title: string): Drawing {
  const { points, shares, classes, truth, taken, targets, target } = view;
  const samples = points.length / 2;
  const [x, y] = [0, 1].map((k) => scaleOf(points, k, k === 0 ? [LEFT + 8, RIGHT - 8] : [BOTTOM - 8, TOP + 8]));
  const dots = Array.from({ length: samples }, (_, i) =>
    dotOf(view, i, x(points[2 * i]).toFixed(1), y(points[2 * i + 1]).toFixed(1)),
  );
  const wrong = truth && taken ? truth.reduce((sum, label, i) => sum + Number(label !== taken[i]), 0) : null;
  const named = truth !== null && classes.length <= TONES;
  const told =
    wrong === null
      ? targets
        ? `; stronger colour for more ${target}`
        : ""
      : `; a ring around the ${wrong} that are answered wrong`;
  return {
    title,
    description: `${samples} samples${told}.`,
    width: WIDTH,
    height: HEIGHT,
    content: html`<path d="M${LEFT} ${TOP}V${BOTTOM}H${RIGHT}" fill="none" stroke="currentColor"/><text x="${(LEFT + RIGHT) / 2}" y="${BOTTOM + 24}">component 1: ${percent(shares[0])} of the variance</text><text transform="translate(${LEFT - 14} ${(TOP + BOTTOM) / 2}) rotate(-90)">component 2: ${percent(shares[1])}</text>${wrong ? html`<text x="${RIGHT}" y="${BOTTOM + 24}" text-anchor="end">ring: answered wrong</text>` : html``}${dots}`,
    legend: named ? classes.map((name, c) => ({ name, tone: c + 1 })) : [],
  };
}

/** From the least to the most of one coordinate to so many pixels. */
function scaleOf(points: Float64Array, k: number, [from, to]: readonly [number, number]): (value: number) => number {
  const values = points.filter((_, i) => i % 2 === k);
  const [least, most] = [values.reduce((a, b) => Math.min(a, b)), values.reduce((a, b) => Math.max(a, b))];
  return (value) => from + ((to - from) * (value - least)) / (most - least || 1);
}

function dotOf(view: PlaneView, i: number, x: string, y: string): Html {
  const { classes, truth, taken, targets, target } = view;
  const mark = markOf(view, i, x, y);
  const wrong = truth && taken && truth[i] !== taken[i];
  const ring = wrong ? html`<circle cx="${x}" cy="${y}" r="8" fill="none" stroke="currentColor" stroke-width="1.5"/>` : html``;
  const what = truth
    ? `: ${classes[truth[i]]}${wrong && taken ? `, taken for ${classes[taken[i]]}` : ""}`
    : targets
      ? `: ${target} ${Number(targets[i].toPrecision(4))}`
      : "";
  return html`<g data-sample="${i}"><title>${nameIn(view, i)}${what}</title>${mark}${ring}</g>`;
}

function markOf({ classes, truth, targets }: PlaneView, i: number, x: string, y: string): Html {
  const tone = truth ? (truth[i] % TONES) + 1 : 1;
  if (truth && classes.length > TONES)
    return html`<text x="${x}" y="${(Number(y) + 4).toFixed(1)}" fill="var(--t${tone})" font-size="11">${classes[truth[i]].slice(0, 3)}</text>`;
  const share = targets ? shareOf(targets, i) : 0.75;
  return html`<circle cx="${x}" cy="${y}" r="4" fill="var(--t${tone})" fill-opacity="${share.toFixed(2)}"/>`;
}

/** Where a target lies between the least and the most, from 0.15 to 1. */
function shareOf(targets: Float64Array, i: number): number {
  const [least, most] = [targets.reduce((a, b) => Math.min(a, b)), targets.reduce((a, b) => Math.max(a, b))];
  return 0.15 + (0.85 * (targets[i] - least)) / (most - least || 1);
}

/** What a sample of the plane is called. */
export const nameIn = ({ ids, places }: PlaneView, i: number): string => ids?.[i] ?? `sample ${places[i] + 1}`;
