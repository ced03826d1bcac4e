/** Spans in the runtime's own OpenTelemetry. */
export type Tracing = NonNullable<ReturnType<typeof createTracing>>;

/** OpenTelemetry's `SpanKind`: work of this process, or a request to another. */
const kinds = { internal: 0, client: 2 } as const;

/** Runs a piece of work in a span of its own. */
export type InSpan = <T>(
  kind: keyof typeof kinds,
  name: string,
  attributes: Record<string, string>,
  work: () => Promise<T>,
) => Promise<T>;

/** What is used of OpenTelemetry's `Span`. */
interface Span {
  end(): void;
  updateName(name: string): void;
  setAttribute(name: string, value: string): void;
  setStatus(status: { code: number }): void;
  spanContext(): { traceId: string };
}

const activeSpan = Symbol.for("OpenTelemetry Context Key SPAN");
const statusError = 2; // SpanStatusCode.ERROR

/**
 * Tracing, or undefined while the environment does not say `OTEL_DENO=true`: then nothing of this runs. The runtime
 * itself makes the span of each request, takes up `traceparent`, and exports to `OTEL_EXPORTER_OTLP_ENDPOINT`.
 */
export function createTracing() {
  const tracer = Deno.telemetry.tracerProvider.getTracer("sentinel");
  try {
    tracer.startSpan("unused"); // the runtime refuses while it is off; what is never ended is never exported
  } catch {
    return undefined;
  }
  return { inSpan, traceId, nameRequest };

  /** Makes a child of the request's span; background jobs have none. A failure is marked; its message stays in the log. */
  function inSpan<T>(
    kind: keyof typeof kinds,
    name: string,
    attributes: Record<string, string>,
    work: () => Promise<T>,
  ): Promise<T> {
    if (!active()) return work();
    return tracer.startActiveSpan(name, { kind: kinds[kind], attributes }, async (span: Span) => {
      try {
        return await work();
      } catch (error) {
        span.setStatus({ code: statusError });
        span.setAttribute("error.type", error instanceof Error ? error.name : typeof error);
        throw error;
      } finally {
        span.end();
      }
    });
  }

  /** Of the trace that is active. */
  function traceId(): string | undefined {
    return active()?.spanContext().traceId;
  }

  /** Names the request's span by the route's pattern. */
  function nameRequest(method: string, route: string): void {
    const span = active();
    span?.updateName(`${method} ${route}`);
    span?.setAttribute("http.route", route);
  }

  function active(): Span | undefined {
    return Deno.telemetry.contextManager.active().getValue(activeSpan);
  }
}
