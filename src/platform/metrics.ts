import type { Metric as Registered } from "prom-client";
import Registry from "prom-client/lib/registry.js"; // the rest of the package would load an HTTP client

export const expositionType = Registry.PROMETHEUS_CONTENT_TYPE;

type Labels = Record<string, readonly string[]>;

/** Bounds of every histogram, in seconds; they contain the objectives: 25 ms for token traffic, 1 s for logins. */
export const durations = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10] as const;

/** How the values of several workers become that of their process. */
export type Merge = "sum" | "max" | "min";

/**
 * A metric: its kind, help and labels, with the label values that exist from the start. What counts is added up, unless
 * each worker reads a total of the process.
 */
export type Metric =
  & { help: string; labels?: Labels }
  & ({ kind: "gauge"; merge: Merge } | { kind: "counter"; merge?: "max" } | { kind: "histogram" });

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
  & {
    /** All metrics as text. `others` are the snapshots of the other workers. */
    expose(others?: readonly Snapshot[]): Promise<string>;
    /** Every value of this worker, for another one. */
    snapshot(): Snapshot;
    onScrape(collect: () => void): void;
  };

/** The series of each metric: the labels in the catalogue's order, and the numbers that the text follows from. */
export type Snapshot = Record<string, (readonly [LabelSet, readonly number[]])[]>;

/** Creates the instruments of a catalogue, which are written as text. */
export function createMetrics<C extends Catalogue>(catalogue: C): Metrics<C> {
  const collectors: (() => void)[] = [];
  const instruments = Object.entries(catalogue).map(([name, metric]) => [name, instrument(metric)] as const);
  return {
    ...Object.fromEntries<unknown>(instruments) as { [K in keyof C]: Instrument<C[K]> },
    onScrape: (collect: () => void) => collectors.push(collect),
    snapshot,
    expose: (others: readonly Snapshot[] = []) => textOf(catalogue, [snapshot(), ...others]),
  };

  function snapshot(): Snapshot {
    for (const collect of collectors) collect();
    return Object.fromEntries(instruments.map(([name, { read }]) => [name, read()]));
  }
}

function textOf(catalogue: Catalogue, snapshots: readonly Snapshot[]): Promise<string> {
  const registry = new Registry();
  for (const [name, metric] of Object.entries(catalogue)) {
    const { kind: type, help } = metric;
    const series = merged(snapshots.flatMap((snapshot) => snapshot[name] ?? []), mergeOf(metric));
    const values = series.flatMap(([labels, state]) => samples[type](name, labels, state));
    registry.registerMetric(
      { name, get: () => Promise.resolve({ name, help, type, values }) } as unknown as Registered,
    );
  }
  return registry.metrics();
}

/** How the metric's values of several workers become one. */
export function mergeOf(metric: Metric): Merge {
  return metric.kind === "histogram" ? "sum" : metric.merge ?? "sum";
}

const merges: Record<Merge, (a: number, b: number) => number> = { sum: (a, b) => a + b, max: Math.max, min: Math.min };

/** One series for each set of labels, in the order of their first appearance. */
function merged(series: Snapshot[string], merge: Merge): Snapshot[string] {
  const known = new Map<string, Snapshot[string][number]>();
  for (const [labels, state] of series) {
    const key = JSON.stringify(labels);
    const before = known.get(key)?.[1];
    known.set(key, [labels, before ? state.map((value, at) => merges[merge](value, before[at]!)) : state]);
  }
  return [...known.values()];
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

/** A series, and its numbers. */
type Series = (Counter | Gauge | Histogram) & { state(): number[] };

function instrument({ kind, labels: listed = {} }: Metric) {
  const labelNames = Object.keys(listed);
  const known = new Map<string, Series>();
  const all: [LabelSet, Series][] = [];
  const withLabels = (labels: LabelSet): Series => {
    const key = labelNames.map((label) => labels[label]).join("\n");
    let series = known.get(key);
    if (!series) {
      known.set(key, series = create[kind]());
      all.push([Object.fromEntries(labelNames.map((label) => [label, labels[label]!])), series]);
    }
    return series;
  };
  startingLabels(listed).forEach(withLabels);
  const read = (): Snapshot[string] => all.map(([labels, series]) => [labels, series.state()]);
  return { with: withLabels, read };
}

/** Counting is a plain addition without a look-up, because it happens several times in each request. */
const create = { counter: createCounter, gauge: createGauge, histogram: createHistogram };

function createCounter(): Counter & Series {
  let [value, raised] = [0, 0];
  return {
    inc: (by = 1) => void (value += by),
    raiseTo(total) {
      value += total - raised;
      raised = total;
    },
    state: () => [value],
  };
}

function createGauge(): Gauge & Series {
  let value = 0;
  return { set: (to) => void (value = to), state: () => [value] };
}

/** Its state is the count of each range between bounds, that of the range above the last, and the sum. */
function createHistogram(): Histogram & Series {
  const counts = [...durations.map(() => 0), 0];
  let sum = 0;
  return {
    observe(value) {
      let bound = 0;
      while (value > durations[bound]!) bound++;
      counts[bound]!++;
      sum += value;
    },
    state: () => [...counts, sum],
  };
}

const one = (metricName: string, labels: LabelSet, [value]: readonly number[]): Sample[] => [
  { metricName, labels, value: value! },
];

/** The lines of a series in the output. */
const samples = { counter: one, gauge: one, histogram: histogramSamples };

function histogramSamples(name: string, sharedLabels: LabelSet, state: readonly number[]): Sample[] {
  let count = 0;
  const buckets = state.slice(0, -1).map((between, index) => ({
    metricName: `${name}_bucket`,
    labels: { le: durations[index] ?? "+Inf" },
    sharedLabels,
    value: count += between,
  }));
  const total = { labels: {}, sharedLabels };
  return [
    ...buckets,
    { metricName: `${name}_sum`, ...total, value: state.at(-1)! },
    { metricName: `${name}_count`, ...total, value: count },
  ];
}

/** All combinations of the listed values; none if a label lists no values. */
function startingLabels(labels: Labels): Record<string, string>[] {
  return Object.entries(labels).reduce<Record<string, string>[]>(
    (rows, [label, values]) => rows.flatMap((row) => values.map((value) => ({ ...row, [label]: value }))),
    [{}],
  );
}
