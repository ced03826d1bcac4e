import {
  consumeTicket,
  findPastTicket,
  hashOfBrowser,
  isWithSecret,
  pollTicket,
  type Ticket,
} from "../../credentials/tickets/tickets.ts";
import type { Database } from "../../platform/db/db.ts";
import type { ClientSession, ClientSessions } from "../../sessions/clients/client_sessions.ts";
import { parseOpaqueSecret } from "../../tokens/opaque/opaque_secret.ts";
import type { Client, PrincipalClient } from "../../vocabulary/actor.ts";
import { Problem } from "../../vocabulary/problems.ts";
import type { ClientRefusals } from "../clients/client_refusals.ts";
import { deviceGrant } from "../grant_types.ts";
import type { GrantedTokenIssue, GrantedTokens } from "../token_endpoint/granted_tokens.ts";
import type { TokenTarget } from "../token_endpoint/token_targets.ts";
import { deviceKind, type DeviceOutcome, type DeviceParams, pollSeconds } from "./device_grants.ts";

/** What a device asks again and again (RFC 8628 §3.4). */
export type DevicePoll = { deviceCode: string; resource: string[]; jkt: string | undefined };

export type DeviceExchange = ReturnType<typeof createDeviceExchange>;

/**
 * Answers the polls of devices. How often one may ask is kept with its code, by the database's clock, so that all
 * replicas agree. A code gives tokens once.
 */
export function createDeviceExchange({ db, clientSessions, grantedTokens, refusals, counted }: {
  db: Database;
  clientSessions: ClientSessions;
  grantedTokens: GrantedTokenIssue;
  refusals: ClientRefusals;
  counted: (outcome: DeviceOutcome) => void;
}) {
  return { exchange };

  /**
   * @throws {Problem} `unauthorized_client`, `authorization_pending`, `slow_down`, `access_denied`, `expired_token`,
   * `invalid_grant`, `invalid_target`
   */
  async function exchange(client: PrincipalClient, request: DevicePoll, origin: Client): Promise<GrantedTokens> {
    if (!client.grant_types.has(deviceGrant)) {
      throw refusals.refuse(client.id, "unauthorized_client", `grant type not allowed: ${deviceGrant}`);
    }
    const polled = await poll(client, request.deviceCode);
    if (polled.state === "denied") throw outcome("access_denied");
    if (polled.state !== "approved") throw outcome(polled.is_early ? "slow_down" : "authorization_pending");
    const { session, target } = await redeem(client, polled, request, origin);
    const tokens = await grantedTokens.issue({
      ...{ client, session, target, scopes: session.scopes, withIdToken: true, jkt: request.jkt },
    });
    counted("issued");
    return tokens;
  }

  async function poll(client: PrincipalClient, deviceCode: string) {
    const secret = parseOpaqueSecret(deviceCode);
    if (secret?.kind !== "dc") throw unknown(client);
    const { ownerId: id } = secret;
    const polled = await pollTicket(db, deviceKind, {
      ...{ id, secretHash: hashOfBrowser(deviceCode), clientId: client.id, pollSeconds },
    });
    if (polled) return polled;
    const past = await findPastTicket(db, deviceKind, id);
    if (!past || past.client_id !== client.id || !isWithSecret(past, deviceCode)) throw unknown(client);
    if (past.is_consumed) throw reused(client);
    throw outcome(past.is_expired ? "expired_token" : "access_denied"); // the user has changed since they approved
  }

  /** Consumes the code and starts the session in one transaction, so a refusal leaves the code as it is. */
  async function redeem(
    client: PrincipalClient,
    { id }: Ticket,
    { resource, jkt }: DevicePoll,
    origin: Client,
  ): Promise<{ session: ClientSession; target: TokenTarget }> {
    return await db.transaction(async (tx) => {
      const ticket = await consumeTicket(tx, deviceKind, id);
      if (!ticket) throw reused(client);
      const { scopes, resources, signIn } = ticket.params as DeviceParams;
      const target = grantedTokens.targetOf(
        client,
        resources,
        resource,
        (problem, reason) => refusals.refuse(client.id, problem, reason),
      );
      const boundJkt = client.token_endpoint_auth_method === "none" ? jkt : undefined;
      const grant = { id, userId: ticket.user_id!, clientId: client.id, scopes, resources, boundJkt };
      const approval = { ...signIn!, credentialEpoch: ticket.credential_epoch! };
      const session = await clientSessions.startAloneIn(tx, grant, approval, origin);
      if (!session) throw outcome("access_denied");
      return { session, target };
    });
  }

  function unknown(client: PrincipalClient): Problem {
    counted("invalid_grant");
    return refusals.refuse(client.id, "invalid_grant", "unknown code");
  }

  function reused(client: PrincipalClient): Problem {
    counted("invalid_grant");
    return refusals.refuse(client.id, "invalid_grant", "the code was used before");
  }

  function outcome(code: "access_denied" | "authorization_pending" | "slow_down" | "expired_token"): Problem {
    counted(code);
    return new Problem(code);
  }
}
