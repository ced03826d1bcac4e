import { Counter, Gauge, Histogram, Registry } from "prom-client";

type Labels = Record<string, readonly string[]>;

/** One metric: its kind, help and labels, each with the values it starts with. */
export type Metric =
  & { help: string; labels: Labels }
  & ({ kind: "counter" } | { kind: "gauge" } | { kind: "histogram"; buckets: readonly number[] });

export type Catalogue = Record<string, Metric>;

/** A label takes its listed values, or any where none are listed. */
type LabelValues<M extends Metric> = {
  [K in keyof M["labels"]]: [] extends M["labels"][K] ? string
    : M["labels"][K] extends readonly (infer V)[] ? V
    : never;
};

/** One series, its labels already looked up. */
interface Child {
  inc(value?: number): void;
  set(value: number): void;
  observe(value: number): void;
  /** Raises a counter to a total that is kept elsewhere. */
  raiseTo(total: number): void;
}

/** A metric of the catalogue; `with` keeps what it looked up. */
export type Instrument<M extends Metric> = { with(labels: LabelValues<M>): Child };

export type Metrics<C extends Catalogue> =
  & { [K in keyof C]: Instrument<C[K]> }
  & { expose(): Promise<string>; contentType: string; onScrape(collect: () => void): void };

/** Instruments for a catalogue, in a registry of their own. */
export function createMetrics<C extends Catalogue>(catalogue: C): Metrics<C> {
  const registry = new Registry();
  const collectors: (() => void)[] = [];
  const instruments = Object.entries(catalogue).map(([name, metric]) => [name, instrument(name, metric, registry)]);
  return {
    ...Object.fromEntries(instruments),
    contentType: registry.contentType,
    onScrape: (collect: () => void) => collectors.push(collect),
    expose() {
      for (const collect of collectors) collect();
      return registry.metrics();
    },
  };
}

function instrument(name: string, metric: Metric, registry: Registry) {
  const labelNames = Object.keys(metric.labels);
  const settings = { name, help: metric.help, labelNames, registers: [registry] };
  const parent = metric.kind === "counter"
    ? new Counter(settings)
    : metric.kind === "gauge"
    ? new Gauge(settings)
    : new Histogram({ ...settings, buckets: [...metric.buckets] });

  const children = new Map<string, Child>();
  const withLabels = (labels: Record<string, string>): Child => {
    const key = labelNames.map((label) => labels[label]).join("\n");
    let child = children.get(key);
    if (!child) children.set(key, child = childOf(parent, labels));
    return child;
  };
  for (const labels of startingLabels(metric.labels)) zero(withLabels(labels), metric.kind);
  return { with: withLabels };
}

function childOf(parent: Counter | Gauge | Histogram, labels: Record<string, string>): Child {
  const child = parent.labels(labels) as unknown as Omit<Child, "raiseTo">;
  let raised = 0;
  return Object.assign(child, {
    raiseTo(total: number) {
      child.inc(total - raised);
      raised = total;
    },
  });
}

/** Every combination of listed values; none while one label's values are not listed. */
function startingLabels(labels: Labels): Record<string, string>[] {
  return Object.entries(labels).reduce<Record<string, string>[]>(
    (rows, [label, values]) => rows.flatMap((row) => values.map((value) => ({ ...row, [label]: value }))),
    [{}],
  );
}

function zero(child: Child, kind: Metric["kind"]) {
  if (kind === "counter") child.inc(0);
  else if (kind === "gauge") child.set(0);
}
