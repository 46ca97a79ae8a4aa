import { type Drawing, drawBars } from "../../../src/report/charts/index.js";
import { html } from "../../../src/report/html.js";
import { maximum } from "../../extremes.js";
import { inputName } from "../../names.js";
import type { Histogram, Pictures } from "../../worker/pictures.js";
import { runText } from "../figures.js";
import { compact, whole } from "../format.js";
import { largestOf } from "../heat.js";
import { drawInputPicture } from "../input-picture.js";
import { PICTURES } from "../pictures.js";
import type { Run } from "../state.js";
import { RUN_TONES } from "../tones.js";

/** A picture beside the curves as a chart of a report; null where the run has none yet. */
export function pictureOf(what: keyof Pictures, run: Run): Drawing | null {
  const title = `${PICTURES[what]}: ${runText(run)}`;
  const { pictures, inputs } = run;
  if (!pictures) return null;
  if (what === "weights") return drawCounts(pictures.weights, title, "weight", "connections");
  if (what === "degrees") return drawCounts(pictures.degrees, title, "connections of a hidden neuron", "neurons");
  const values = pictures[what];
  if (inputs.imageShape) return drawInputPicture(values, inputs.imageShape, title);
  const bars = largestOf(values).map((j) => ({ name: inputName(inputs, j), value: values[j], tone: RUN_TONES[0] }));
  return drawBars({ title, xLabel: what === "inputDegree" ? "connections" : "sum of |w|", bars, format: compact });
}

const [WIDTH, LEFT, RIGHT, TOP, BOTTOM] = [560, 64, 540, 10, 210];

/** A bar for each of the equal ranges that values were counted in. */
function drawCounts({ from, to, counts }: Histogram, title: string, xLabel: string, yLabel: string): Drawing {
  const most = Math.max(1, maximum(counts));
  const step = (RIGHT - LEFT) / counts.length;
  const bars = Array.from(counts, (count, i) => {
    const tall = ((BOTTOM - TOP) * count) / most;
    return html`<rect x="${(LEFT + i * step + 0.5).toFixed(1)}" y="${(BOTTOM - tall).toFixed(1)}" width="${(step - 1).toFixed(1)}" height="${tall.toFixed(1)}" fill="var(--t${RUN_TONES[0]})"/>`;
  });
  const number = (value: number) => String(Number(value.toPrecision(3)));
  const ends = [from, (from + to) / 2, to].map(
    (value, k) => html`<text x="${LEFT + (k * (RIGHT - LEFT)) / 2}" y="${BOTTOM + 16}">${number(value)}</text>`,
  );
  return {
    title,
    description: `${yLabel} by ${xLabel}, from ${number(from)} to ${number(to)}; at most ${whole(most)} in one of ${counts.length} ranges.`,
    width: WIDTH,
    height: BOTTOM + 42,
    content: html`${bars}<path d="M${LEFT} ${TOP}V${BOTTOM}H${RIGHT}" fill="none" stroke="currentColor"/><text x="${LEFT - 6}" y="${TOP + 8}" text-anchor="end">${compact(most)}</text><text x="${LEFT - 6}" y="${BOTTOM}" text-anchor="end">0</text>${ends}<text x="${(LEFT + RIGHT) / 2}" y="${BOTTOM + 34}">${xLabel}</text><text transform="translate(${LEFT - 44} ${(TOP + BOTTOM) / 2}) rotate(-90)">${yLabel}</text>`,
    legend: [],
  };
}
