import { h } from "../dom.js";
import { percent } from "../format.js";
import { onTheme, themeColor } from "../theme.js";
import { trainer } from "../trainer.js";
import { averageBlocks } from "./blocks.js";
import { following } from "./following.js";
import { type Ask, deviceNow, type SeePart, working } from "./part.js";

const ABOUT =
  "Draw in the square, with a pointer or a finger. Fill it as the pictures of the data do. With the keyboard, arrows move, space draws and Delete clears.";

/** Pixels of the pad, about: each point of the picture is the mean of a block of them. */
const SIDE = 224;

/** A pad for pictures as a model takes them: the answer follows the strokes, and the network lights up. */
export function createPad(ask: Ask): SeePart {
  const body = h("div", {});
  const open = () =>
    ask(async () => {
      const info = await trainer().padInfo();
      if (!info) throw new Error("this model and these data are not of pictures and their classes");
      body.replaceChildren(createCanvas(info.shape, info.classes, (text) => void fail(text)));
      button.hidden = true;
    });
  const { button, error } = working("see-pad-open", "Open the pad", open);
  const fail = (text: string) => {
    error.textContent = text;
    error.hidden = false;
  };
  const node = h(
    "section",
    { "aria-label": "Draw a picture" },
    h("h3", {}, "Draw one yourself"),
    h("p", { class: "soft" }, ABOUT),
    button,
    error,
    body,
  );
  return {
    node,
    clear() {
      if (body.childElementCount > 0) void trainer().endPicture();
      body.replaceChildren();
      button.hidden = false;
      error.hidden = true;
    },
  };
}

function createCanvas(
  [rows, cols]: readonly [number, number],
  classes: readonly string[],
  fail: (text: string) => void,
): HTMLElement {
  const block = Math.max(4, Math.round(SIDE / Math.max(rows, cols)));
  const canvas = h("canvas", {
    id: "see-pad",
    width: cols * block,
    height: rows * block,
    tabIndex: 0,
    role: "application",
    "aria-label": "Pad to draw on: arrows move, space draws, Delete clears",
  });
  const context = canvas.getContext("2d", { willReadFrequently: true }) as CanvasRenderingContext2D;
  const seen = h("canvas", { id: "see-pad-seen", width: cols, height: rows, role: "img", "aria-label": "What the network gets" });
  const said = h("p", { id: "see-pad-answer", role: "status" }, "Nothing is drawn yet.");
  const bars = h("div", { class: "bars" });
  const ink = new Float32Array(rows * cols);
  let shown: Float32Array | null = null; // a test picture, whose points are no strokes
  let cursor = { row: Math.floor(rows / 2), col: Math.floor(cols / 2) };

  const follow = following(async () => {
    const answer = await trainer().answerPicture(ink.slice(), deviceNow());
    const best = answer.reduce((most, p, c) => (p > answer[most] ? c : most), 0);
    said.textContent = `${classes[best]}, ${percent(answer[best])}`;
    bars.replaceChildren(...barsOf(answer, classes));
  }, fail);
  const changed = () => {
    const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
    if (shown) ink.set(shown);
    else averageBlocks(data, ink, cols, block);
    paintSeen(seen, ink);
    follow();
  };
  const wipe = () => {
    context.clearRect(0, 0, canvas.width, canvas.height);
    shown = null;
  };
  const clear = () => {
    wipe();
    ink.fill(0);
    paintSeen(seen, ink);
    bars.replaceChildren();
    said.textContent = "Nothing is drawn yet.";
    void trainer().endPicture();
  };
  const begin = () => {
    if (shown) wipe();
    Object.assign(context, {
      lineCap: "round",
      lineJoin: "round",
      lineWidth: canvas.width / 9,
      strokeStyle: "#000",
      fillStyle: "#000",
    });
  };
  drawOn(canvas, {
    begin,
    line(from, to) {
      context.beginPath();
      context.moveTo(from.x, from.y);
      context.lineTo(to.x, to.y);
      context.stroke();
      changed();
    },
  });
  canvas.addEventListener("keydown", (event) => {
    const step = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[event.key];
    if (step) {
      cursor = { row: (cursor.row + step[0] + rows) % rows, col: (cursor.col + step[1] + cols) % cols };
      canvas.setAttribute("aria-label", `Pad, row ${cursor.row + 1} column ${cursor.col + 1}`);
    } else if (event.key === " ") {
      begin();
      context.fillRect(cursor.col * block, cursor.row * block, block, block);
      changed();
    } else if (event.key === "Delete" || event.key === "Backspace") clear();
    else return;
    event.preventDefault();
  });
  const random = async () => {
    const { ink: picture, label } = await trainer().testPicture();
    wipe();
    shown = picture;
    changed();
    hint.textContent = label === null ? "" : `A picture that was held out: truly ${label}.`;
  };
  const hint = h("p", { class: "hint" });
  paintSeen(seen, ink);
  onTheme(() => paintSeen(seen, ink));
  const another = working("see-pad-random", "A random test picture", random);
  return h(
    "div",
    { class: "pad" },
    h(
      "div",
      {},
      canvas,
      h("div", { class: "row" }, h("button", { id: "see-pad-clear", onclick: clear }, "Clear"), another.button),
    ),
    h(
      "div",
      {},
      said,
      seen,
      h("p", { class: "hint" }, `What the network gets: ${rows} x ${cols} points`),
      bars,
      hint,
      another.error,
    ),
  );
}

/** Strokes of pointers, in the canvas's own pixels. */
interface Strokes {
  begin(): void;
  line(from: Point, to: Point): void;
}
interface Point {
  readonly x: number;
  readonly y: number;
}

function drawOn(canvas: HTMLCanvasElement, { begin, line }: Strokes): void {
  let last: Point | null = null;
  const at = ({ clientX, clientY }: PointerEvent): Point => {
    const { left, top, width, height } = canvas.getBoundingClientRect();
    return { x: ((clientX - left) / width) * canvas.width, y: ((clientY - top) / height) * canvas.height };
  };
  canvas.addEventListener("pointerdown", (event) => {
    canvas.setPointerCapture(event.pointerId);
    begin();
    last = at(event);
    line(last, last);
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!last) return;
    const now = at(event);
    line(last, now);
    last = now;
  });
  for (const end of ["pointerup", "pointercancel"]) canvas.addEventListener(end, () => (last = null));
}

/** The picture as the network gets it, in ink. */
function paintSeen(canvas: HTMLCanvasElement, ink: Float32Array): void {
  const context = canvas.getContext("2d") as CanvasRenderingContext2D;
  context.clearRect(0, 0, canvas.width, canvas.height);
  context.fillStyle = themeColor("--ink");
  for (const [k, value] of ink.entries()) {
    context.globalAlpha = Math.min(1, Math.max(0, value));
    context.fillRect(k % canvas.width, Math.floor(k / canvas.width), 1, 1);
  }
}

/** The likeliest classes first, ten of them. */
function barsOf(answer: Float32Array, classes: readonly string[]): HTMLElement[] {
  const order = Array.from(answer.keys()).sort((a, b) => answer[b] - answer[a]);
  const few = classes.length <= 10 ? order.sort((a, b) => a - b) : order.slice(0, 10);
  return few.map((c) =>
    h(
      "div",
      {},
      h("span", {}, classes[c]),
      h("meter", { min: 0, max: 1, value: answer[c], "aria-label": `probability of ${classes[c]}` }),
      h("span", {}, percent(answer[c])),
    ),
  );
}
