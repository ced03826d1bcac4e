/** The queries of panels. */

/** One query of a panel; `{{…}}` in `legend` is the value of a label. */
export type Query = { expr: string; legend?: string };

/** In the description of a panel on recorded series, which have no label `instance`. */
export const ofAllReplicas = "Always shows all replicas.";

/** The selector of a query on recorded series: one installation. */
export const environment = 'environment=~"$environment"';

/** The selector of every other query: one installation, and the chosen replicas. */
export const replica = `job="sentinel",${environment},instance=~"$instance"`;

/** Median, 95th and 99th percentile of a histogram. */
export function percentiles(histogram: string, labels = ""): Query[] {
  return [0.5, 0.95, 0.99].map((quantile) => ({
    expr: quantileOf(quantile, histogram, labels),
    legend: `P${quantile * 100}`,
  }));
}

/** A percentile of a histogram, of the series that match `labels`, one for each value of `by`. */
export function quantileOf(quantile: number, histogram: string, labels = "", by = ""): string {
  const selector = [replica, ...labels ? [labels] : []].join(",");
  const kept = ["le", ...by ? [by] : []].join(", ");
  return `histogram_quantile(${quantile}, sum by (${kept}) (rate(${histogram}_bucket{${selector}}[$__rate_interval])))`;
}

/** The increase of a counter per second, by `label`. */
export function rateBy(label: string, counter: string, labels = ""): Query {
  const selector = [replica, ...labels ? [labels] : []].join(",");
  return { expr: `sum by (${label}) (rate(${counter}{${selector}}[$__rate_interval]))`, legend: `{{${label}}}` };
}

/** By how much a counter grew within `window`. `counter` is the beginning of a selector, as in all that follow. */
export function increase(counter: string, window: string): string {
  return `sum(increase(${counter}${replica}}[${window}]))`;
}

/** The same, by `label`. */
export function increaseBy(label: string, counter: string, window: string): Query {
  return {
    expr: `sum by (${label}) (increase(${counter}${replica}}[${window}]))`,
    legend: `{{${label}}}`,
  };
}

/** How often it happened in the time that the dashboard shows. */
export function step(counter: string, legend: string): Query {
  return { expr: increase(counter, "$__range"), legend };
}

/** The share of it that matches `good` too, in the time that the dashboard shows. */
export function share(counter: string, good: string, legend: string): Query {
  const all = step(counter, legend).expr;
  return { expr: `${step(counter + good, legend).expr} / (${all} > 0)`, legend };
}
