/** An exported span. */
export type ExportedSpan = {
  name: string;
  kind: number;
  traceId: string;
  spanId: string;
  parentSpanId: string;
  attributes: Record<string, string>;
  failed: boolean;
};

/** A collector of traces (OTLP over HTTP, in JSON) on a port of its own. */
export type TraceSink = ReturnType<typeof startTraceSink>;

type Exported = {
  name: string;
  kind: number;
  traceId: string;
  spanId: string;
  parentSpanId: string;
  attributes: { key: string; value: Record<string, unknown> }[];
  status?: { code?: number };
};

const statusError = 2; // opentelemetry.proto.trace.v1.Status.StatusCode

/** Starts one. `env` makes Sentinel send its spans to it without delay. */
export function startTraceSink() {
  const spans: ExportedSpan[] = [];
  let raw = "";
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, async (request) => {
    const text = await request.text();
    raw += text;
    const { resourceSpans = [] } = JSON.parse(text);
    const scopes: { spans: Exported[] }[] = resourceSpans.flatMap(({ scopeSpans }: { scopeSpans: [] }) => scopeSpans);
    spans.push(...scopes.flatMap((scope) => scope.spans).map(asSpan));
    return Response.json({});
  });
  return {
    spans,
    /** All requests as they arrived. */
    raw: () => raw,
    env: {
      OTEL_DENO: "true",
      OTEL_EXPORTER_OTLP_PROTOCOL: "http/json",
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${server.addr.port}`,
      OTEL_METRICS_EXPORTER: "none",
      OTEL_BSP_SCHEDULE_DELAY: "50",
    },
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

function asSpan({ name, kind, traceId, spanId, parentSpanId, attributes, status }: Exported): ExportedSpan {
  const values = attributes.map(({ key, value }) => [key, String(Object.values(value)[0])]);
  const failed = status?.code === statusError;
  return { name, kind, traceId, spanId, parentSpanId, attributes: Object.fromEntries(values), failed };
}
