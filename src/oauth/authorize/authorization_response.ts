import type { PrincipalClient } from "../../vocabulary/actor.ts";
import type { ResponseMode } from "./checks/response_mode.ts";

/** Where the answer to a request goes, and how. `state` goes back as it came. */
export type Recipient = {
  client: PrincipalClient;
  redirectUri: string;
  responseMode: ResponseMode;
  state: string | undefined;
};

/** What the browser takes to the client: a code, or an error. */
export type AuthorizationResponse = Recipient & { parameters: Record<string, string> };

/** Every answer names who sent it, so that a client never takes a code to another server (RFC 9207). */
export function responseTo(
  recipient: Recipient,
  issuer: string,
  parameters: Record<string, string>,
): AuthorizationResponse {
  const { client, redirectUri, responseMode, state } = recipient;
  const all = { ...parameters, ...(state !== undefined && { state }), iss: issuer };
  return { client, redirectUri, responseMode, state, parameters: all };
}

/** The address of an answer in the query or the fragment. What the redirection URI has stays (RFC 6749 §3.1.2). */
export function locationOf({ redirectUri, responseMode, parameters }: AuthorizationResponse): string {
  const separator = responseMode === "fragment" ? "#" : redirectUri.includes("?") ? "&" : "?";
  return `${redirectUri}${separator}${new URLSearchParams(parameters)}`;
}
