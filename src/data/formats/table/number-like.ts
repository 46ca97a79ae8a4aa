const PLAIN: readonly (readonly [pattern: RegExp, what: string])[] = [
  [/^[+-]?[1-9]\d{0,2}(,\d{3})+(\.\d+)?$/, "has thousands separators; write numbers without"],
  [/^[+-]?[1-9]\d{0,2}([ '’\u00a0\u202f]\d{3})+([.,]\d+)?$/, "has thousands separators; write numbers without"],
  [/^[+-]?[1-9]\d{0,2}(\.\d{3}){2,}$/, "has points for thousands separators; write numbers without"],
  [/^[+-]?\d[\d.]*,\d+(e[+-]?\d+)?$/i, "has a decimal comma; write decimals with a point"],
  [/^[+-]?[\d.,]+\s?%$/, "is a percentage; write the number alone"],
  [/^[+-]?[$€£¥]\s?[\d.,]+$|^[+-]?[\d.,]+\s?[$€£¥]$/, "is an amount of money; write the number alone"],
  [/^[\u2212\u2012\u2013\u2014\ufe63\uff0d]\s?[\d.,]/, "has a minus sign that is none of ASCII; write it with a hyphen (-)"],
  [/^[<>≤≥]=?\s?[\d.,]+$/, "is a limit, not a number; write a number, or leave the cell empty"],
];

/** What is wrong with a text that stands for a number but is written as none is here, e.g. "10,530"; undefined for other texts. */
export function numberFault(text: string): string | undefined {
  return PLAIN.find(([pattern]) => pattern.test(text))?.[1];
}
