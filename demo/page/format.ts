/** 12,300 as "12.3k". */
export function compact(value: number): string {
  return new Intl.NumberFormat("en", { notation: "compact", maximumSignificantDigits: 3 }).format(value);
}

/** The nearest whole number, in groups of three digits: "1,797". */
export function whole(value: number): string {
  return Math.round(value).toLocaleString("en");
}

/** "1 sample", "1,797 samples". */
export function count(n: number, one: string, many = `${one}s`): string {
  return `${whole(n)} ${n === 1 ? one : many}`;
}

/** A fraction in percent, to a tenth, or to so many digits of its own where tenths would say nothing; the number and its sign stay on one line. */
export function percent(fraction: number, digits?: number): string {
  const value = 100 * fraction;
  return `${digits === undefined ? fixed(value, 1) : Number(value.toPrecision(digits))}\u00a0%`;
}

/** So many decimals, and never "-0.00". */
export function fixed(value: number, decimals: number): string {
  return value.toFixed(decimals).replace(/^-(?=0(\.0*)?$)/, "");
}

/** Bytes as "12 kB" or "3.4 MB". */
export function megabytes(bytes: number): string {
  return bytes < 1e6 ? `${Math.ceil(bytes / 1000)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}

/** With a capital first letter. */
export function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}

const LISTS = new Intl.ListFormat("en-GB");
/** "a", "a and b", "a, b and c". */
export function listed(parts: readonly string[]): string {
  return LISTS.format(parts);
}
