import { BoundedMap } from "../../platform/cache/bounded_map.ts";
import type { Clock } from "../../platform/clock.ts";
import type { FailedAttempts } from "../../platform/failed_attempts.ts";
import type { Log } from "../../platform/logger.ts";
import { type Outbound, OutboundError, type OutboundErrorClass } from "../../platform/outbound.ts";
import { lifetimeMs } from "./document_lifetime.ts";

/** What came of a request for a document, for metrics; those from memory are not counted. */
export type DocumentOutcome = "fetched" | "invalid" | "rate_limited" | "busy" | OutboundErrorClass;

/** A document, or why there is none: `detail` is for the developer of the client. */
export type DocumentRead =
  | { kind: "document"; document: Readonly<Record<string, unknown>> }
  | { kind: "unreadable"; detail: string }
  | { kind: "limited"; retryAfterSeconds: number };

export type ClientDocuments = ReturnType<typeof createClientDocuments>;

/** What memory knows of a URL: the last good document, and why the last request failed, if it did. */
type Known = { document?: Readonly<Record<string, unknown>>; detail?: string; until: number };

const sizeBytesMax = 8_192;
const knownMax = 2_000, inFlightMax = 20;
const negativeMs = 60_000;

/**
 * Reads the documents in which clients describe themselves (Client ID Metadata Documents §4). Anybody can name a URL,
 * so requests are few: one at a time for each URL, some for each address, and none while memory knows the answer. A
 * failure never replaces a document that was good.
 */
export function createClientDocuments({ outbound, isOfStranger, clock, attempts, log, counted }: {
  outbound: Outbound;
  /** Whether any host may describe clients, so that none of them is one of the operators' choice. */
  isOfStranger: boolean;
  clock: Clock;
  attempts: FailedAttempts;
  log: Log;
  counted: (outcome: DocumentOutcome) => void;
}) {
  const known = new BoundedMap<string, Known>(knownMax);
  const inFlight = new Map<string, Promise<Known>>();

  return { read };

  /** `ip`: the address that asks; undefined where only what memory has will do. */
  async function read(url: string, ip: string | null | undefined): Promise<DocumentRead> {
    const last = known.get(url);
    if (last && last.until > clock.now()) return readOf(last);
    if (ip === undefined) return last ? readOf(last) : { kind: "unreadable", detail: "it was not read yet" };
    const running = inFlight.get(url);
    if (running) return readOf(await running);
    const retryAfterSeconds = limitOf(ip);
    if (retryAfterSeconds !== undefined) {
      return last?.document ? readOf(last) : { kind: "limited", retryAfterSeconds };
    }
    return readOf(await begin(url, last));
  }

  function limitOf(ip: string | null): number | undefined {
    const wait = attempts.retryAfterSeconds(ip);
    if (wait !== undefined) return limited("rate_limited", wait);
    if (inFlight.size >= inFlightMax) return limited("busy", 10);
    attempts.count(ip);
    return undefined;
  }

  function limited(outcome: DocumentOutcome, seconds: number): number {
    counted(outcome);
    return seconds;
  }

  function begin(url: string, last: Known | undefined): Promise<Known> {
    const running = fetchDocument(url, last).finally(() => inFlight.delete(url));
    inFlight.set(url, running);
    return running;
  }

  async function fetchDocument(url: string, last: Known | undefined): Promise<Known> {
    const next = await fetched(url).catch((error): Known => {
      if (!(error instanceof OutboundError)) throw error;
      counted(error.errorClass);
      log.info("client document not read", { url, error_class: error.errorClass, cause: error.message });
      return failed("the document cannot be fetched");
    });
    const kept = next.document || !last?.document ? next : { document: last.document, until: next.until };
    known.set(url, kept);
    return kept;
  }

  async function fetched(url: string): Promise<Known> {
    const { status, headers, body } = await outbound.fetch(url, {
      ...{ accept: "application/json", isOfStranger, sizeBytesMax },
    });
    if (status !== 200) throw new OutboundError("http_status", `${new URL(url).host} answered ${status}`);
    const isJson = /^application\/([\w.+-]+\+)?json\s*(;|$)/i.test(headers["content-type"] ?? "");
    const document = isJson ? parsed(body) : undefined;
    const detail = !isJson ? "its media type is not application/json" : refusedDocument(document, url);
    counted(detail === undefined ? "fetched" : "invalid");
    if (detail !== undefined) return failed(detail);
    return { document: document!, until: clock.now() + lifetimeMs(headers["cache-control"]) };
  }

  function failed(detail: string): Known {
    return { detail, until: clock.now() + negativeMs };
  }
}

function readOf({ document, detail }: Known): DocumentRead {
  return document ? { kind: "document", document } : { kind: "unreadable", detail: detail! };
}

function parsed(body: Uint8Array): Record<string, unknown> | undefined {
  try {
    const value = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(body));
    return typeof value === "object" && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Why the document describes no client; undefined if it does. */
function refusedDocument(document: Record<string, unknown> | undefined, url: string): string | undefined {
  if (!document) return "it is no JSON object";
  if (document.client_id !== url) return "its client_id is not its own URL, byte for byte";
  const secret = ["client_secret", "client_secret_expires_at"].find((member) => member in document);
  return secret === undefined ? undefined : `everybody can read it, so it must not have a ${secret}`;
}
