import { v7 as uuidv7 } from "uuid";
import {
  consumeBegunTicket,
  findTicket,
  issueTicket,
  isWithSecret,
  type Ticket,
} from "../../credentials/tickets/tickets.ts";
import type { Database, Tx } from "../../platform/db/db.ts";
import { createOpaqueSecret, parseOpaqueSecret } from "../../tokens/opaque/opaque_secret.ts";
import type { PrincipalClient } from "../../vocabulary/actor.ts";
import { publicClientId } from "../../vocabulary/clients/client_id.ts";
import type { ProblemCode } from "../../vocabulary/dictionary.ts";
import type { Problem } from "../../vocabulary/problems.ts";
import type { AskedRequest } from "../authorize/authorization_flows.ts";
import { type AuthorizationRequests, noteOf, type PageRefusal } from "../authorize/authorization_requests.ts";
import type { AuthorizationError } from "../authorize/parameters/check.ts";
import { parseParameters } from "../authorize/parameters/sent_parameters.ts";
import type { ClientRefusals } from "../clients/client_refusals.ts";

/** What the client takes to the authorization endpoint, for so many seconds (RFC 9126 §2.2). */
export type PushedAnswer = { request_uri: string; expires_in: number };

/** What came of a pushed request, for metrics. */
export type PushedOutcome = "accepted" | "refused";

/** The request that a browser brings: as it was sent, or as the client pushed it. */
export type OpenedRequest = { kind: "asked"; asked: AskedRequest } | { kind: "page"; refusal: PageRefusal };

export type PushedRequests = ReturnType<typeof createPushedRequests>;

const kind = "par";

const ttlSeconds = 60;

/** About as much as an address may have, in characters. */
const queryLengthMax = 8_000;

/** RFC 9126 §2.2 */
const prefix = "urn:ietf:params:oauth:request_uri:";

/**
 * Authorization requests that clients push before the browser comes (RFC 9126), so that nothing of them can be read or
 * changed on the way. Each is good for one answer.
 */
export function createPushedRequests({ db, requests, refusals, counted }: {
  db: Database;
  requests: AuthorizationRequests;
  refusals: ClientRefusals;
  counted: (outcome: PushedOutcome) => void;
}) {
  return { push, open, consumeIn };

  /**
   * Keeps a request that passes all checks of the authorization endpoint. `jkt` is the key that the client has proven,
   * to which the code will be bound (RFC 9449 §10.1).
   *
   * @throws {Problem} `unauthorized_client`, and the error that the request would have been answered
   */
  async function push(
    client: PrincipalClient,
    query: URLSearchParams,
    { jkt, ip }: { jkt: string | undefined; ip: string | null },
  ): Promise<PushedAnswer> {
    if (query.has("request_uri")) throw refusal(client, "invalid_request", "request_uri cannot be pushed"); // RFC 9126 §2.1
    if (jkt !== undefined) requireJkt(client, query, jkt);
    query.set("client_id", publicClientId(client));
    const text = String(query);
    await requireSound(client, text, ip);
    const id = uuidv7();
    const { text: secret } = createOpaqueSecret("pr", id);
    await issueTicket(db, { id, kind, ttlSeconds, clientId: client.id, secret, params: { query: text } });
    counted("accepted");
    return { request_uri: prefix + secret, expires_in: ttlSeconds };
  }

  function requireJkt(client: PrincipalClient, query: URLSearchParams, jkt: string): void {
    if ((query.get("dpop_jkt") ?? jkt) !== jkt) {
      throw refusal(client, "invalid_dpop_proof", "invalid DPoP proof: dpop_jkt is of another key");
    }
    query.set("dpop_jkt", jkt);
  }

  async function requireSound(client: PrincipalClient, query: string, ip: string | null): Promise<void> {
    const read = await requests.read({ query, pushedId: kind }, ip);
    if (read.kind === "page") {
      const isForbidden = read.refusal.reason === "grant_not_allowed";
      throw refusal(client, isForbidden ? "unauthorized_client" : "invalid_request", noteOf(read.refusal));
    }
    if (read.kind === "refused") throw refusal(client, problemOf(read.refusal.error), read.refusal.description);
    if (query.length > queryLengthMax) throw refusal(client, "invalid_request", "the request is too long");
  }

  /**
   * The request that the browser brings. Of one that was pushed, only the client and the `request_uri` count; one of
   * another form is for the checks of the request.
   */
  async function open(sent: string, ip: string | null): Promise<OpenedRequest> {
    const parameters = parseParameters(sent);
    const uri = parameters.get("request_uri");
    if (!uri?.startsWith(prefix)) return { kind: "asked", asked: { query: sent } };
    const named = await requests.clientOf(parameters, ip);
    if ("refusal" in named) return { kind: "page", refusal: named.refusal };
    const { client } = named;
    const ticket = await find(uri.slice(prefix.length));
    if (ticket?.client_id !== client.id) return { kind: "page", refusal: { reason: "request_uri_invalid", client } };
    const { query } = ticket.params as { query: string };
    return { kind: "asked", asked: { query, pushedId: ticket.id } };
  }

  async function find(text: string): Promise<Ticket | undefined> {
    const secret = parseOpaqueSecret(text);
    if (secret?.kind !== "pr") return undefined;
    const ticket = await findTicket(db, kind, secret.ownerId);
    return ticket && isWithSecret(ticket, text) ? ticket : undefined;
  }

  /** Ends the request, which may have expired since the user began; false if it was answered before. */
  function consumeIn(tx: Tx, id: string): Promise<boolean> {
    return consumeBegunTicket(tx, kind, id);
  }

  function refusal(client: PrincipalClient, code: ProblemCode, reason: string): Problem {
    counted("refused");
    return refusals.refuse(client.id, code, reason);
  }
}

/** The errors that are told apart here too (RFC 9126 §2.3). */
const problemCodes = {
  invalid_scope: "invalid_scope",
  invalid_target: "invalid_target",
  registration_not_supported: "registration_not_supported",
  request_not_supported: "request_not_supported",
  unsupported_response_type: "unsupported_response_type",
} as const satisfies Partial<Record<AuthorizationError, ProblemCode>>;

function problemOf(error: AuthorizationError): ProblemCode {
  return (problemCodes as Partial<Record<AuthorizationError, ProblemCode>>)[error] ?? "invalid_request";
}
