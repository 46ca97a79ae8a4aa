/** "about 20 s left". */
export function timeLeft(seconds: number): string {
  if (seconds < 10) return "a few seconds left";
  return seconds < 90 ? `about ${10 * Math.round(seconds / 10)} s left` : `about ${Math.round(seconds / 60)} min left`;
}
