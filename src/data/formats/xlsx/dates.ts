/** How a date is written: with its year, as a time alone, or as day and month (2-Mar), which Excel makes of genes' names. */
export type DateForm = "date" | "time" | "day-month";

// numFmtId of ECMA-376, 18.8.30: 14 to 22 and 45 to 47 are dates and times everywhere, 27 to 36 and 50 to 58 in East Asia
const isBuiltIn = (id: number) =>
  (id >= 14 && id <= 22) || (id >= 27 && id <= 36) || (id >= 45 && id <= 47) || (id >= 50 && id <= 58);
const TIMES = [18, 19, 20, 21, 45, 46, 47];
const DAY_MONTH = 16;

/** How numbers of a format are written where they are dates: by its code, else by the number of one that is built in. */
export function dateForm(id: number, code: string | undefined): DateForm | undefined {
  if (code === undefined)
    return isBuiltIn(id) ? (id === DAY_MONTH ? "day-month" : TIMES.includes(id) ? "time" : "date") : undefined;
  // without texts, colours and conditions, and what stands behind a backslash
  const bare = code.replace(/"[^"]*"|\[(?!h+\]|m+\]|s+\])[^\]]*\]|\\.|[_*]./gi, "").toLowerCase();
  if (/general/.test(bare) || !/[dmyhs]/.test(bare)) return undefined;
  if (/^d+[-. /]?m{3,4}\.?$/.test(bare.replace(/\\/g, "").split(";")[0])) return "day-month";
  return /[dy]/.test(bare) || !/[hs]/.test(bare) ? "date" : "time";
}

const DAY = 86_400_000;
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** A day's number as a text: "2026-03-02", "2026-03-02 12:30:00", "12:30:00" or "2-Mar". */
export function dateText(days: number, form: DateForm, from1904: boolean): string {
  // 1900 is no leap year, but its days are counted as if it were: before March, from one day later
  const start = from1904 ? Date.UTC(1904, 0, 1) : Date.UTC(1899, 11, days < 60 ? 31 : 30);
  const date = new Date(start + Math.round((days * DAY) / 1000) * 1000);
  if (Number.isNaN(date.getTime())) return String(days);
  if (form === "day-month") return `${date.getUTCDate()}-${MONTHS[date.getUTCMonth()]}`;
  const [day, time] = [date.toISOString().slice(0, -14), date.toISOString().slice(-13, -5)];
  if (form === "time" && days >= 0 && days < 1) return time;
  return Number.isInteger(days) ? day : `${day} ${time}`;
}
