/** 61280 -> "61.3 k", 2.1e9 -> "2.1 G": three digits and a power of a thousand. */
export function compact(value: number): string {
  const powers = ["", " k", " M", " G", " T", " P"];
  const power = Math.min(powers.length - 1, Math.max(0, Math.floor(Math.log10(Math.max(1, value) * 1.0005) / 3)));
  return `${Number((value / 1000 ** power).toPrecision(3))}${powers[power]}`;
}
