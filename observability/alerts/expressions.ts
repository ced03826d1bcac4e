import type { Alert, Case } from "../alerts.ts";
import { installation, limits } from "../objectives.ts";

/** By how much a counter grew within `window`, over all replicas. */
export function increase(series: string, window: string): string {
  return `sum by (${installation}) (increase(${series}[${window}]))`;
}

/** What many begin and too few finish: more than `limit` began, and no more than `share` of these finished. */
export function unfinished(begun: string, finished: string, { limit, share }: { limit: number; share: number }) {
  return `${begun} > ${limit}
unless
${finished} > ${share} * ${begun}`;
}

/**
 * The alert for a counter of which more is refused than not. `accepted` and `refused` are outcomes in its cases, and
 * `part` selects what is refused: by default, every other outcome than `accepted`.
 */
export function refusals(
  { counter, accepted, refused, part = `outcome!="${accepted}"`, fires = [], silent = [], ...texts }:
    & { counter: string; accepted: string; refused: string; part?: string; fires?: Case[]; silent?: Case[] }
    & Pick<Alert, "summary" | "description" | "runbook">,
): Alert {
  const rate = (series: string) => `sum by (${installation}) (rate(${series}[5m]))`;
  const [some, all] = [rate(`${counter}{${part}}`), rate(counter)];
  const series = (accepts: string) => ({
    [`${counter}{outcome="${refused}"}`]: "0+30x30",
    [`${counter}{outcome="${accepted}"}`]: accepts,
  });
  return {
    severity: "ticket",
    expr: `${some} > ${limits.refusedPerSecond}
and
${some} > ${limits.refusedShare} * ${all}`,
    for: "10m",
    ...texts,
    fires: [{ at: "20m", series: series("0+20x30") }, ...fires],
    silent: [{ when: "most are accepted", at: "20m", series: series("0+60x30") }, ...silent],
  };
}
