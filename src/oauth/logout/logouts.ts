import type { ClientCache } from "../../access/principals/client_cache.ts";
import type { Db } from "../../platform/db/db.ts";
import type { SessionRevocation } from "../../sessions/sessions/session_revocation.ts";
import type { IdTokenHint, IdTokens } from "../../tokens/id_tokens/id_token.ts";
import type { Actor, BrowserCaller, PrincipalClient } from "../../vocabulary/actor.ts";
import { clientUuid } from "../../vocabulary/clients/client_id.ts";
import { Problem } from "../../vocabulary/problems.ts";
import type { ClientRefusals } from "../clients/client_refusals.ts";
import { hasClientSession } from "./logout_store.ts";

/** Who asks for the sign-out, and where the user wants to be afterwards. */
export type LogoutTarget = {
  client_id?: string | undefined;
  post_logout_redirect_uri?: string | undefined;
  state?: string | undefined;
};

/** What an application sends (OpenID Connect RP-Initiated Logout 1.0 §2). */
export type LogoutRequest = LogoutTarget & { id_token_hint?: string | undefined };

/** The client of a {@link LogoutTarget}, and the address that it registered for its users to return to. */
export type LogoutReturn = { client?: PrincipalClient | undefined; uri?: string | undefined };

export type Logouts = ReturnType<typeof createLogouts>;

/** Signs users out at the request of an application in which they are signed in. */
export function createLogouts({ db, clients, idTokens, sessionRevocation, refusals }: {
  db: Db;
  clients: ClientCache;
  idTokens: IdTokens;
  sessionRevocation: SessionRevocation;
  refusals: ClientRefusals;
}) {
  return { begin, returnOf, end };

  /**
   * Signs the user out at once if the id_token is of a sign-in in this browser, and its client registered the address.
   * Otherwise `signedOut` is false, and the user must be asked: the request may come from any site.
   */
  async function begin(
    { id_token_hint, ...sent }: LogoutRequest,
    caller: BrowserCaller | undefined,
    actor: () => Actor,
  ): Promise<LogoutReturn & { signedOut: boolean }> {
    const hint = id_token_hint === undefined ? undefined : await idTokens.verifyHint(id_token_hint);
    const isDoubtful = id_token_hint !== undefined && (!hint || (sent.client_id ?? hint.aud) !== hint.aud);
    const found = await returnOf(isDoubtful ? {} : { ...sent, client_id: hint?.aud ?? sent.client_id });
    const { client, uri } = found;
    if (client && !uri && sent.post_logout_redirect_uri !== undefined) {
      refusals.note(client.id, `post_logout_redirect_uri not registered: ${sent.post_logout_redirect_uri}`);
    }
    const signedOut = caller !== undefined && hint !== undefined && uri !== undefined && await isOf(caller, hint);
    if (signedOut) await end(caller, actor());
    return { ...found, signedOut };
  }

  /** The address is compared as it is, and comes with the `state` (§3). */
  async function returnOf({ client_id, post_logout_redirect_uri: uri, state }: LogoutTarget): Promise<LogoutReturn> {
    const id = clientUuid(client_id);
    const client = id === undefined ? undefined : await clients.get(id);
    if (!client || client.disabled) return {};
    const isRegistered = uri !== undefined && client.post_logout_redirect_uris.includes(uri);
    return { client, uri: isRegistered ? withState(uri, state) : undefined };
  }

  /** Ends the session of the browser, and with it those of clients. One that has ended meanwhile stays so. */
  async function end({ user, session }: BrowserCaller, actor: Actor): Promise<void> {
    await sessionRevocation.revokeOwnSession(user.id, session.id, actor).catch((error) => {
      const hasEnded = error instanceof Problem && ["not_found", "invalid_token"].includes(error.code);
      if (!hasEnded) throw error;
    });
  }

  async function isOf({ user, session }: BrowserCaller, { sub, aud, sid }: IdTokenHint): Promise<boolean> {
    const clientId = clientUuid(aud);
    if (sub !== user.id || clientId === undefined) return false;
    return await hasClientSession(db, { parentId: session.id, clientId, rpSid: sid });
  }
}

function withState(uri: string, state: string | undefined): string {
  return state === undefined ? uri : `${uri}${uri.includes("?") ? "&" : "?"}state=${encodeURIComponent(state)}`;
}
