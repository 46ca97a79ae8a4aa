/** What a painter draws with: a canvas, or what writes the same down as SVG. */
export type Pen = Pick<
  OffscreenCanvasRenderingContext2D,
  "strokeStyle" | "fillStyle" | "lineWidth" | "beginPath" | "moveTo" | "lineTo" | "arc" | "fill" | "stroke"
>;

/** Writes paths and discs down as elements of an SVG. */
export function createSvgPen(): Pen & { readonly elements: readonly string[] } {
  const elements: string[] = [];
  let path: string[] = [];
  let disc: string | null = null;
  const at = (value: number) => String(Number(value.toFixed(1)));
  return {
    elements,
    strokeStyle: "",
    fillStyle: "",
    lineWidth: 1,
    beginPath() {
      path = [];
      disc = null;
    },
    moveTo: (x, y) => void path.push(`M${at(x)} ${at(y)}`),
    lineTo: (x, y) => void path.push(`L${at(x)} ${at(y)}`),
    arc(x, y, radius) {
      disc = `cx="${at(x)}" cy="${at(y)}" r="${radius.toFixed(2)}"`;
    },
    fill() {
      if (disc) elements.push(`<circle ${disc} fill="${this.fillStyle}"/>`);
    },
    stroke() {
      const look = `stroke="${this.strokeStyle}" stroke-width="${at(this.lineWidth)}"`;
      elements.push(disc ? `<circle ${disc} fill="none" ${look}/>` : `<path d="${path.join("")}" fill="none" ${look}/>`);
    },
  };
}
