import { v7 as uuidv7 } from "uuid";
import { findTicketByLookup, issueTicket, settleTicket, type Ticket } from "../../credentials/tickets/tickets.ts";
import type { ClientCache } from "../../access/principals/client_cache.ts";
import type { Database, Tx } from "../../platform/db/db.ts";
import type { FailedAttempts } from "../../platform/failed_attempts.ts";
import { createOpaqueSecret } from "../../tokens/opaque/opaque_secret.ts";
import type { Actor, BrowserCaller, Client, PrincipalClient } from "../../vocabulary/actor.ts";
import { Problem } from "../../vocabulary/problems.ts";
import type { Refusal } from "../authorize/parameters/check.ts";
import { resource } from "../authorize/checks/resource.ts";
import { scope, scopesOf } from "../authorize/checks/scope.ts";
import { parseParameters } from "../authorize/parameters/sent_parameters.ts";
import type { ClientRefusals } from "../clients/client_refusals.ts";
import type { Consents } from "../consents/consents.ts";
import { deviceGrant } from "../grant_types.ts";
import { newUserCode, readUserCode, shownUserCode } from "./user_code.ts";

/** What came of a step of a device's sign-in, for metrics. */
export type DeviceOutcome =
  | "started"
  | "refused"
  | "wrong_code"
  | "approved"
  | "denied"
  | "authorization_pending"
  | "slow_down"
  | "issued"
  | "access_denied"
  | "expired_token"
  | "invalid_grant";

/** RFC 8628 §3.2 */
export type DeviceAnswer = {
  device_code: string;
  user_code: string;
  verification_uri: string;
  verification_uri_complete: string;
  expires_in: number;
  interval: number;
};

/** A device's request as the user sees it before they decide. */
export type DeviceRequest = {
  id: string;
  userCode: string;
  client: PrincipalClient;
  scopes: string[];
  resources: string[];
  origin: { ip: string | null; userAgent: string | null; at: Date };
};

/** What a ticket of a device keeps. The members of the sign-in are there once the user approved. */
export type DeviceParams = {
  scopes: string[];
  resources: string[];
  ip: string | null;
  userAgent: string | null;
  signIn?: { authTime: number; amr: string[]; aal: 1 | 2 };
};

export type DeviceGrants = ReturnType<typeof createDeviceGrants>;

/** The kind of the tickets of devices. */
export const deviceKind = "device";

/** RFC 8628 §3.2, §3.5: in seconds. */
export const deviceTtlSeconds = 600, pollSeconds = 5;

/** Tries at a user code that is free; the first one is taken once in 10⁷ times with a thousand live ones. */
const triesMax = 5;

/**
 * Sign-ins from devices without a browser (RFC 8628): the user enters a code on another device, sees who asks for what
 * and from where, and decides. Nothing is approved unasked, because an attacker may have sent the code (§5.4).
 */
export function createDeviceGrants({ db, clients, consents, issuer, refusals, wrongCodes, counted }: {
  db: Database;
  clients: ClientCache;
  consents: Consents;
  issuer: string;
  refusals: ClientRefusals;
  wrongCodes: FailedAttempts;
  counted: (outcome: DeviceOutcome) => void;
}) {
  return { start, find, decide };

  /** @throws {Problem} `unauthorized_client`, `invalid_scope`, `invalid_target` */
  async function start(client: PrincipalClient, query: string, { ip, user_agent }: Client): Promise<DeviceAnswer> {
    if (!client.grant_types.has(deviceGrant)) {
      throw refusal(client, "unauthorized_client", `grant type not allowed: ${deviceGrant}`);
    }
    const sent = parseParameters(query);
    const refused = resource(sent, client, issuer) ?? scope(sent, client, issuer);
    if (refused) throw refusal(client, codeOf(refused), refused.description);
    const resources = [...sent.resources];
    const scopes = scopesOf(sent, client, issuer);
    const params: DeviceParams = { scopes, resources, ip, userAgent: user_agent };
    const { deviceCode, userCode } = await issue(client, params);
    counted("started");
    const [user_code, verification_uri] = [shownUserCode(userCode), `${issuer}/device`];
    return {
      ...{ device_code: deviceCode, user_code, verification_uri },
      verification_uri_complete: `${verification_uri}?user_code=${user_code}`,
      expires_in: deviceTtlSeconds,
      interval: pollSeconds,
    };
  }

  async function issue(client: PrincipalClient, params: DeviceParams) {
    for (let left = triesMax; left > 0; left--) {
      const [id, userCode] = [uuidv7(), newUserCode()];
      const { text: secret } = createOpaqueSecret("dc", id);
      const ticket = await issueTicket(db, {
        ...{ id, kind: deviceKind, ttlSeconds: deviceTtlSeconds, lookup: lookupOf(userCode), state: "pending" },
        ...{ clientId: client.id, secret, params },
      });
      if (ticket) return { deviceCode: secret, userCode };
    }
    throw new Problem("unavailable");
  }

  /**
   * The request with this code, which waits for its user. Wrong codes count for the network of the user.
   *
   * @throws {Problem} `rate_limited`, `device_code_wrong`
   */
  async function find(typed: string, { ip }: Client): Promise<DeviceRequest> {
    const wait = wrongCodes.retryAfterSeconds(ip);
    if (wait !== undefined) throw new Problem("rate_limited", { headers: { "retry-after": String(wait) } });
    const userCode = readUserCode(typed);
    const ticket = userCode && await findTicketByLookup(db, deviceKind, lookupOf(userCode));
    const client = ticket && ticket.state === "pending" ? await clients.get(ticket.client_id!) : undefined;
    if (ticket && client && !client.disabled) return requestOf(ticket, userCode!, client);
    wrongCodes.count(ip);
    counted("wrong_code");
    throw new Problem("device_code_wrong");
  }

  /**
   * The user's decision about the request `id` that they saw.
   *
   * @throws {Problem} as {@link find}
   */
  async function decide(
    { id, userCode }: { id: string; userCode: string },
    isAllowed: boolean,
    caller: BrowserCaller,
    actor: Actor,
  ): Promise<DeviceRequest> {
    const request = await find(userCode, actor.client);
    const { user: { id: userId }, session } = caller;
    const isDecided = request.id === id && await db.transaction(async (tx) => {
      const state = isAllowed ? "approved" : "denied";
      if (!await settleTicket(tx, deviceKind, id, { from: "pending", state, userId, sessionId: session.id })) {
        return false;
      }
      if (isAllowed) await remember(tx, request, userId, actor);
      return true;
    });
    if (!isDecided) throw new Problem("device_code_wrong");
    counted(isAllowed ? "approved" : "denied");
    return request;
  }

  function remember(tx: Tx, request: DeviceRequest, userId: string, actor: Actor): Promise<void> {
    const { client: { id: clientId }, scopes, resources } = request;
    return consents.rememberIn(tx, { userId, clientId, scopes, resources }, actor);
  }

  function refusal(client: PrincipalClient, code: RefusedStart, reason: string): Problem {
    counted("refused");
    return refusals.refuse(client.id, code, reason);
  }
}

type RefusedStart = "unauthorized_client" | "invalid_scope" | "invalid_target";

function codeOf({ error }: Refusal): RefusedStart {
  return error === "invalid_target" ? error : "invalid_scope";
}

/** Tickets of other kinds are found by other texts. */
function lookupOf(userCode: string): string {
  return `device ${userCode}`;
}

function requestOf(ticket: Ticket, userCode: string, client: PrincipalClient): DeviceRequest {
  const { scopes, resources, ip, userAgent } = ticket.params as DeviceParams;
  const at = new Date(ticket.expires_at.getTime() - deviceTtlSeconds * 1_000);
  return { id: ticket.id, userCode, client, scopes, resources, origin: { ip, userAgent, at } };
}
