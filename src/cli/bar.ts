import cliProgress from "cli-progress";

/** A bar that is redrawn in a terminal; `format` places {bar}, {text} and the others of cli-progress. */
export function openBar(stream: NodeJS.WriteStream, format: string, total: number, done = 0, text = "") {
  const bar = new cliProgress.SingleBar({ stream, format, hideCursor: true, barsize: 20, etaBuffer: 20 });
  bar.start(total, done, { text });
  return bar;
}
