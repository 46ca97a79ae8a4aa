/** "1 dataset", "3 datasets"; of a number as text, "1,797 samples". */
export function counted(count: number | string, noun: string): string {
  return `${count} ${noun}${String(count) === "1" ? "" : "s"}`;
}
