import { installation, limits } from "./objectives.ts";

/** What is refused a second, where it is above its limit and more than half of the whole. */
export function refusedShare(part: string, whole: string): string {
  const rate = (series: string) => `sum by (${installation}) (rate(${series}[5m]))`;
  return `${rate(part)} > ${limits.refusedPerSecond}
and
${rate(part)} > ${limits.refusedShare} * ${rate(whole)}`;
}

/** What happened in an hour, over all replicas. */
export function inAnHour(series: string): string {
  return `sum by (${installation}) (increase(${series}[1h]))`;
}
