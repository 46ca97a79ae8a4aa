import { formatBytes } from "../nn/memory.js";
import { openBar } from "./bar.js";
import { say, type Terminal, visible } from "./terminal.js";

/** A bar where the terminal can redraw a line, once it is known how many bytes there are to be; else lines. */
export function downloadProgress(terminal: Terminal, name: string, url: string, bytes?: number) {
  const { live } = terminal;
  if (!live) {
    say(terminal, `${url}: ${bytes === undefined ? "" : `${formatBytes(bytes)} `}...`);
    return { onNote: (note: string) => say(terminal, `${name}: ${note}`), stop() {} };
  }
  let bar: ReturnType<typeof openBar> | undefined;
  const draw = (total: number) => {
    const format = `${visible(name)} [{bar}] {percentage} % of ${formatBytes(total)}, {eta_formatted} left {text}`;
    bar ??= openBar(live, format, total);
    return bar;
  };
  if (bytes !== undefined) draw(bytes);
  return {
    onBytes: (done: number, of: number | undefined) => of !== undefined && draw(of).update(done, { text: "" }),
    onNote: (note: string) => (bar ? bar.update({ text: `| ${visible(note)}` }) : say(terminal, `${name}: ${note}`)),
    stop: () => bar?.stop(),
  };
}
