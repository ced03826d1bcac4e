import type { Client } from "../../vocabulary/actor.ts";
import { cutText } from "../../platform/text/cut_text.ts";
import type { Cidr } from "../../vocabulary/setting_schemas.ts";
import { clientAddress, type ForwardedHeader, isTrustedPeer } from "./address.ts";
import type { ErrorStyle } from "../contract/contract.ts";

/** What the wire knows of one request while it is being answered; Hono's bindings (`c.env`). */
export interface RequestContext {
  /** `X-Request-ID` where a trusted proxy sends it and it is well-formed, else our own: what is recorded. */
  readonly id: string;
  /** What AuthZEN 1.0 wants back, whatever it says: for the answer's header only, never for a log. */
  readonly echoedId: string;
  /** Of `performance.now()`. */
  readonly arrivedAt: number;
  /** The route's pattern, for metrics and logs; never what was asked for. */
  route: string;
  userId: string | undefined;
  /** Whose words errors take, where not our own. */
  errors: ErrorStyle | undefined;
  /** Resolved at need: most requests never ask. */
  client(): Client;
}

/** The route label of requests that no route matches. */
export const unmatchedRoute = "unmatched";

const wellFormedId = /^[\w-]{1,64}$/;
const echoableId = /^[\x20-\x7e]{1,200}$/;
const userAgentLengthMax = 256;

const processId = crypto.randomUUID().slice(0, 8);
let sequence = 0;

export function createRequestContext(
  request: Request,
  info: Deno.ServeHandlerInfo,
  trustedProxies: Cidr[],
  forwardedHeader: ForwardedHeader = "x-forwarded-for",
): RequestContext {
  const given = request.headers.get("x-request-id");
  const isOfProxy = given !== null && wellFormedId.test(given) && isTrustedPeer(socketAddress(info), trustedProxies);
  const id = isOfProxy ? given : `${processId}-${(++sequence).toString(36)}`;
  return {
    id,
    echoedId: given !== null && echoableId.test(given) ? given : id,
    arrivedAt: performance.now(),
    route: unmatchedRoute,
    userId: undefined,
    errors: undefined,
    client: () => ({
      ip: clientAddress(socketAddress(info), request.headers.get(forwardedHeader), trustedProxies, forwardedHeader),
      user_agent: userAgentOf(request.headers),
      request_id: id,
    }),
  };
}

function userAgentOf(headers: Headers): string | null {
  const given = headers.get("user-agent");
  return given === null ? null : cutText(given, userAgentLengthMax);
}

const socketAddress = ({ remoteAddr }: Deno.ServeHandlerInfo) =>
  remoteAddr.transport === "tcp" ? remoteAddr.hostname : "";
