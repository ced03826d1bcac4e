export type Tracing = NonNullable<ReturnType<typeof createTracing>>;

/** OpenTelemetry's `SpanKind`: work of this process, or a request to another one. */
const kinds = { internal: 0, client: 2 } as const;

/** Runs work in a span of its own. */
export type InSpan = <T>(
  kind: keyof typeof kinds,
  name: string,
  attributes: Record<string, string>,
  work: () => Promise<T>,
) => Promise<T>;

/** The part of OpenTelemetry's `Span` that is used. */
interface Span {
  end(): void;
  updateName(name: string): void;
  setAttribute(name: string, value: string): void;
  setStatus(status: { code: number }): void;
  spanContext(): { traceId: string };
}

const activeSpan = Symbol.for("OpenTelemetry Context Key SPAN");
const statusError = 2; // SpanStatusCode.ERROR

/** Undefined unless `OTEL_DENO=true`. The runtime creates the spans of requests, and exports all spans. */
export function createTracing() {
  const tracer = Deno.telemetry.tracerProvider.getTracer("sentinel");
  try {
    tracer.startSpan("unused"); // the runtime throws while tracing is off; a span that never ends is never exported
  } catch {
    return undefined;
  }
  return { inSpan, traceId, nameRequest };

  /** A child of the request's span; background jobs have none. The message of a failure is only in the log. */
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

  function traceId(): string | undefined {
    return active()?.spanContext().traceId;
  }

  /** Names the request's span after the route's pattern. */
  function nameRequest(method: string, route: string, clientId?: string): void {
    const span = active();
    span?.updateName(`${method} ${route}`);
    span?.setAttribute("http.route", route);
    if (clientId !== undefined) span?.setAttribute("oauth.client_id", clientId);
  }

  function active(): Span | undefined {
    return Deno.telemetry.contextManager.active().getValue(activeSpan);
  }
}
