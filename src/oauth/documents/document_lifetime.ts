const secondsMin = 300, secondsMax = 86_400, secondsDefault = 3_600;

/** How long a document is kept: as long as its server says (RFC 9111 §5.2.2), within 5 minutes and a day. */
export function lifetimeMs(cacheControl: string | undefined): number {
  return 1_000 * Math.min(secondsMax, Math.max(secondsMin, secondsOf(cacheControl ?? "")));
}

function secondsOf(cacheControl: string): number {
  if (/(^|[\s,])(no-store|no-cache)([\s,=]|$)/i.test(cacheControl)) return 0;
  const seconds = /(?:^|[\s,])max-age=(\d{1,10})(?:[\s,]|$)/i.exec(cacheControl)?.[1];
  return seconds === undefined ? secondsDefault : Number(seconds);
}
