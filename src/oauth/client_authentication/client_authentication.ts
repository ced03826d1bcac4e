import { Buffer } from "node:buffer";
import type { ClientCache } from "../../access/principals/client_cache.ts";
import { findSecret, isPast } from "../../credentials/api_keys/key_authentication.ts";
import { BoundedMap } from "../../platform/cache/bounded_map.ts";
import type { Clock } from "../../platform/clock.ts";
import { hashOf, hintLength, parseOpaqueSecret } from "../../tokens/opaque/opaque_secret.ts";
import type { Client, PrincipalClient, PrincipalSecret } from "../../vocabulary/actor.ts";
import { clientUuid } from "../../vocabulary/clients/client_id.ts";
import { Problem } from "../../vocabulary/problems.ts";
import { AssertionRefused, assertionType, type ClientAssertions, readAssertion } from "./client_assertions.ts";
import type { ClientRefusals } from "../clients/client_refusals.ts";
import type { FailedAttempts } from "../../platform/failed_attempts.ts";

/** How a client that authenticated was judged. */
export type ClientOutcome =
  | "accepted"
  | "malformed"
  | "unknown"
  | "wrong_secret"
  | "wrong_assertion"
  | "replayed"
  | "keys_unavailable"
  | "expired"
  | "disabled"
  | "rate_limited";

/** Who a request says it is: by a secret, by its `client_id` alone, or by an assertion that it signed. */
export type SentClient = SentSecret | SentAssertion;

/**
 * `text` identifies what was sent as a whole; `read` takes it apart, which a secret that is proven needs no more.
 * @throws {Problem} `invalid_client` for a malformed header.
 */
type SentSecret = { text: string; byBasic: boolean; read: () => Credentials };

/** `clientId`: the parameter beside it, which must say the same (RFC 7521 §4.2). */
type SentAssertion = { assertion: string; clientId: string | undefined };

type Credentials = { id: string; secret: string };

/** Who says so, in the `Authorization` header or in the form. */
export type ClientParameters = {
  client_id?: string | undefined;
  client_secret?: string | undefined;
  client_assertion?: string | undefined;
  client_assertion_type?: string | undefined;
};

export type ClientAuthentication = ReturnType<typeof createClientAuthentication>;

/**
 * A secret that was compared with those of this very client in memory: hashing it again would tell nothing new. Public
 * clients have none.
 */
type Proof = { client: PrincipalClient; secret: PrincipalSecret | undefined };

/** Whether the request may come from a public client, which has no secret and proves nothing (RFC 6749 §2.1). */
type Admission = { allowPublic?: boolean };

const proofsMax = 100_000;

/**
 * Tells which client sends a request (RFC 6749 §2.3.1): its secret is compared with those that the client has now. A
 * public client sends its `client_id` alone (`token_endpoint_auth_method` `none`, RFC 7591 §2) where that is allowed.
 * Answers at once where memory knows the client. A secret without a valid checksum costs no look-up.
 */
export function createClientAuthentication(
  { clients, findDescribed, assertions, clock, uses, refusals, failures, counted }: {
    clients: ClientCache;
    /** A client as it describes itself now, also one that no user has allowed anything yet. */
    findDescribed: (clientId: string, ip: string | null) => Promise<PrincipalClient | undefined>;
    assertions: ClientAssertions;
    clock: Clock;
    uses: { record: (secretId: string, at: number) => void };
    refusals: ClientRefusals;
    failures: FailedAttempts;
    counted: (outcome: ClientOutcome) => void;
  },
) {
  const proofs = new BoundedMap<string, Proof>(proofsMax);
  const admitted = new BoundedMap<string, true>(proofsMax);

  return { authenticate };

  /**
   * @throws {Problem} `invalid_client`, alike for every reason; `rate_limited` after many failures from this network,
   * which never concerns a client that this replica has let in.
   */
  function authenticate(
    sent: SentClient,
    origin: () => Client,
    { allowPublic = false }: Admission = {},
  ): PrincipalClient | Promise<PrincipalClient> {
    if ("assertion" in sent) return authenticateByAssertion(sent, origin);
    const proof = proofs.get(sent.text);
    const isProof = proof && (allowPublic || proof.secret) && clients.get(proof.client.id) === proof.client;
    if (isProof) return admit(proof, sent, origin);
    const { id, secret } = sent.read();
    requirePatience(origin);
    if (secret === "") {
      if (!allowPublic || clientUuid(id) === undefined) throw refusal("malformed", "no secret was sent", sent, origin);
    } else {
      const parsed = parseOpaqueSecret(secret);
      if (parsed?.kind !== "cs") throw refusal("malformed", "not a client's secret", sent, origin);
      if (parsed.ownerId !== id) throw refusal("malformed", "the secret of another client", sent, origin);
    }
    const client = clients.get(clientUuid(id)!);
    if (!(client instanceof Promise)) return judge(sent, client, origin);
    return client.then(async (known) => judge(sent, known ?? await findDescribed(id, origin().ip), origin));
  }

  /** Failures of others in a network keep no client out that this replica has let in from there. */
  async function authenticateByAssertion(sent: SentAssertion, origin: () => Client): Promise<PrincipalClient> {
    let id: string | undefined;
    try {
      const assertion = readAssertion(sent.assertion);
      id = clientUuid(assertion.clientId);
      const stored = id === undefined ? undefined : await clients.get(id);
      const place = `${id} ${origin().ip}`;
      if (!stored || !admitted.get(place)) requirePatience(origin);
      const client = await findDescribed(assertion.clientId, origin().ip) ?? stored;
      if (!client) throw refused("unknown", "unknown client", id, origin);
      if (sent.clientId !== undefined && sent.clientId !== assertion.clientId) {
        throw refused("malformed", "client_id is not that of the assertion", id, origin);
      }
      await assertions.verify(assertion, client);
      if (client.disabled) throw refused("disabled", "the client is disabled", id, origin);
      await assertions.use(assertion, client);
      admitted.set(place, true);
      counted("accepted");
      return client;
    } catch (error) {
      if (!(error instanceof AssertionRefused)) throw error;
      throw refused(error.outcome, error.message, id ?? clientUuid(error.clientId ?? sent.clientId), origin);
    }
  }

  /** @throws {Problem} `rate_limited` after many failures from this network. */
  function requirePatience(origin: () => Client): void {
    const wait = failures.retryAfterSeconds(origin().ip);
    if (wait === undefined) return;
    counted("rate_limited");
    throw new Problem("rate_limited", { headers: { "retry-after": String(wait) } });
  }

  /** A public client has no secret, and any other has one. */
  function judge(sent: SentSecret, client: PrincipalClient | undefined, origin: () => Client): PrincipalClient {
    if (!client) throw refusal("unknown", "unknown client", sent, origin);
    const text = sent.read().secret;
    if (client.token_endpoint_auth_method === "private_key_jwt") {
      throw refusal("malformed", "no assertion was sent, and the client uses private_key_jwt", sent, origin);
    }
    const isPublic = client.token_endpoint_auth_method === "none";
    if (isPublic && text !== "") throw refusal("wrong_secret", "a public client sent a secret", sent, origin);
    if (!isPublic && text === "") throw refusal("malformed", "no secret was sent", sent, origin);
    const secret = isPublic ? undefined : findSecret({ kind: "cs", ownerId: client.id }, hashOf(text), client);
    if (!isPublic && !secret) throw refusal("wrong_secret", `wrong secret: ${hintOf(sent)}`, sent, origin);
    const proof = { client, secret };
    proofs.set(sent.text, proof);
    return admit(proof, sent, origin);
  }

  /** Lets a client in, unless its secret has expired or it is disabled. */
  function admit({ client, secret }: Proof, sent: SentSecret, origin: () => Client): PrincipalClient {
    const now = clock.now();
    if (secret && isPast(secret.expires_at, now)) {
      throw refusal("expired", `the secret has expired: ${hintOf(sent)}`, sent, origin);
    }
    if (client.disabled) throw refusal("disabled", "the client is disabled", sent, origin);
    counted("accepted");
    if (secret) uses.record(secret.id, now);
    return client;
  }

  /** `reason` is what operators of the client read. */
  function refusal(outcome: ClientOutcome, reason: string, sent: SentSecret, origin: () => Client): Problem {
    return refused(outcome, reason, clientUuid(sent.read().id), origin, sent.byBasic);
  }

  function refused(
    outcome: ClientOutcome,
    reason: string,
    id: string | undefined,
    origin: () => Client,
    byBasic = false,
  ): Problem {
    counted(outcome);
    if (outcome !== "keys_unavailable") failures.count(origin().ip); // its server failed, and no guess did
    if (id !== undefined) refusals.note(id, reason);
    return invalidClient(byBasic);
  }
}

/** The end of a secret that was once the client's: operators find by it which program still has it. */
function hintOf(sent: SentSecret): string {
  return sent.read().secret.slice(-hintLength);
}

/** RFC 6749 §5.2; the challenge only where the client used Basic, or browsers would ask for a password. */
export function invalidClient(byBasic: boolean): Problem {
  const headers = byBasic ? { "www-authenticate": 'Basic realm="sentinel", charset="UTF-8"' } : {};
  return new Problem("invalid_client", { headers });
}

/**
 * The client that a request authenticates as; undefined where it names none. A `client_id` that is not the id of a
 * registered client is none: clients of logins send what they like.
 *
 * @throws {Problem} `invalid_request` for two methods at once (RFC 6749 §2.3), `invalid_client` for a malformed header.
 */
export function sentClient(
  authorization: string | null,
  { client_id, client_secret, client_assertion, client_assertion_type }: ClientParameters,
): SentClient | undefined {
  if (client_assertion !== undefined || client_assertion_type !== undefined) {
    if (client_secret !== undefined || isBasic(authorization)) throw twoMethods();
    if (client_assertion === undefined || client_assertion_type !== assertionType) {
      throw new Problem("invalid_request", {
        detail: `Send client_assertion with the client_assertion_type ${assertionType}.`,
      });
    }
    return { assertion: client_assertion, clientId: client_id };
  }
  if (isBasic(authorization)) {
    const read = () => ofBasic(authorization);
    if (client_secret !== undefined || client_id !== undefined) {
      const { id } = read();
      if (client_secret !== undefined || client_id !== id) throw twoMethods();
    }
    return { text: authorization, byBasic: true, read };
  }
  if (client_secret === undefined && clientUuid(client_id) === undefined) return undefined;
  const [id, secret] = [client_id ?? "", client_secret ?? ""];
  return { text: `${id}:${secret}`, byBasic: false, read: () => ({ id, secret }) };
}

function isBasic(authorization: string | null): authorization is string {
  return authorization !== null && /^basic(?: |$)/i.test(authorization);
}

/** Id and secret are form-encoded before they are joined (RFC 6749 §2.3.1). */
function ofBasic(authorization: string): Credentials {
  const encoded = /^basic +([A-Za-z0-9+/]+={0,2})$/i.exec(authorization)?.[1];
  const pair = encoded === undefined ? "" : Buffer.from(encoded, "base64").toString("latin1");
  const colon = pair.indexOf(":");
  if (colon < 0) throw invalidClient(true);
  return { id: formDecoded(pair.slice(0, colon)), secret: formDecoded(pair.slice(colon + 1)) };
}

function formDecoded(text: string): string {
  if (!/[%+]/.test(text)) return text;
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    throw invalidClient(true);
  }
}

function twoMethods(): Problem {
  return new Problem("invalid_request", {
    detail:
      "Authenticate the client once: by Basic, by a secret in the form or by an assertion, and with one client_id (RFC 6749 section 2.3).",
  });
}
