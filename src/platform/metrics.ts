import { type Metric as Registered, Registry } from "prom-client";

export const expositionType = Registry.PROMETHEUS_CONTENT_TYPE;

type Labels = Record<string, readonly string[]>;

/** Bounds of every histogram, in seconds; they contain the objectives: 25 ms for token traffic, 1 s for logins. */
export const durations = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10] as const;

/** A metric: its kind, help and labels, with the label values that exist from the start. */
export type Metric = { kind: "counter" | "gauge" | "histogram"; help: string; labels?: Labels };

export type Catalogue = Record<string, Metric>;

/** The values of a label: the listed ones, or any if none are listed. */
type LabelValues<M extends Metric> = M extends { labels: infer L extends Labels }
  ? { [K in keyof L]: [] extends L[K] ? string : L[K][number] }
  : Record<never, never>;

/** One series, whose labels are already looked up. */
interface Counter {
  inc(by?: number): void;
  /** Sets it to a total that is counted elsewhere. */
  raiseTo(total: number): void;
}
interface Gauge {
  set(value: number): void;
}
interface Histogram {
  observe(value: number): void;
}
type SeriesOf<M extends Metric> = M extends { kind: "counter" } ? Counter
  : M extends { kind: "gauge" } ? Gauge
  : Histogram;

/** A metric of the catalogue. `with` returns the series of these labels, and remembers it. */
export type Instrument<M extends Metric> = { with(labels: LabelValues<M>): SeriesOf<M> };

export type Metrics<C extends Catalogue> =
  & { [K in keyof C]: Instrument<C[K]> }
  & { expose(): Promise<string>; onScrape(collect: () => void): void };

/** Creates the instruments of a catalogue, in a registry that writes them as text. */
export function createMetrics<C extends Catalogue>(catalogue: C): Metrics<C> {
  const registry = new Registry();
  const collectors: (() => void)[] = [];
  const instruments = Object.entries(catalogue).map(([name, metric]) => [name, instrument(name, metric, registry)]);
  return {
    ...Object.fromEntries(instruments),
    onScrape: (collect: () => void) => collectors.push(collect),
    expose() {
      for (const collect of collectors) collect();
      return registry.metrics();
    },
  };
}

/** Counts by the only label of a counter. */
export function countBy<L extends string, V extends string>(
  counter: { with(labels: Record<L, V>): { inc(): void } },
  label: L,
): (value: V) => void {
  const children = new Map<V, { inc(): void }>();
  return (value) => {
    let child = children.get(value);
    if (!child) children.set(value, child = counter.with({ [label]: value } as Record<L, V>));
    child.inc();
  };
}

type LabelSet = Record<string, string>;

/** A line of the output. `sharedLabels` follow `labels`. */
type Sample = { metricName: string; labels: Record<string, string | number>; sharedLabels?: LabelSet; value: number };

/** A series, and its lines in the output. */
type Series = (Counter | Gauge | Histogram) & { samples(): Sample[] };

function instrument(name: string, { kind: type, help, labels: listed = {} }: Metric, registry: Registry) {
  const labelNames = Object.keys(listed);
  const known = new Map<string, Series>();
  const withLabels = (labels: LabelSet): Series => {
    const key = labelNames.map((label) => labels[label]).join("\n");
    let series = known.get(key);
    if (!series) known.set(key, series = create[type](name, labels));
    return series;
  };
  startingLabels(listed).forEach(withLabels);
  const get = () =>
    Promise.resolve({ name, help, type, values: [...known.values()].flatMap((each) => each.samples()) });
  registry.registerMetric({ name, get } as unknown as Registered);
  return { with: withLabels };
}

/** Counting is a plain addition without a look-up, because it happens several times in each request. */
const create = { counter: createCounter, gauge: createGauge, histogram: createHistogram };

function createCounter(metricName: string, labels: LabelSet): Counter & Series {
  let [value, raised] = [0, 0];
  return {
    inc: (by = 1) => void (value += by),
    raiseTo(total) {
      value += total - raised;
      raised = total;
    },
    samples: () => [{ metricName, labels, value }],
  };
}

function createGauge(metricName: string, labels: LabelSet): Gauge & Series {
  let value = 0;
  return { set: (to) => void (value = to), samples: () => [{ metricName, labels, value }] };
}

function createHistogram(name: string, sharedLabels: LabelSet): Histogram & Series {
  const counts = [...durations.map(() => 0), 0]; // one for each range between bounds, and one above the last
  let sum = 0;
  return {
    observe(value) {
      let bound = 0;
      while (value > durations[bound]!) bound++;
      counts[bound]!++;
      sum += value;
    },
    samples() {
      let count = 0;
      const buckets = counts.map((between, index) => ({
        metricName: `${name}_bucket`,
        labels: { le: durations[index] ?? "+Inf" },
        sharedLabels,
        value: count += between,
      }));
      const total = { labels: {}, sharedLabels };
      return [
        ...buckets,
        { metricName: `${name}_sum`, ...total, value: sum },
        { metricName: `${name}_count`, ...total, value: count },
      ];
    },
  };
}

/** All combinations of the listed values; none if a label lists no values. */
function startingLabels(labels: Labels): Record<string, string>[] {
  return Object.entries(labels).reduce<Record<string, string>[]>(
    (rows, [label, values]) => rows.flatMap((row) => values.map((value) => ({ ...row, [label]: value }))),
    [{}],
  );
}
