import type { Client } from "../../vocabulary/actor.ts";
import { cutText } from "../../platform/text/cut_text.ts";
import type { Cidr } from "../../platform/network.ts";
import { clientAddress, type ForwardedHeader, isTrustedPeer } from "./address.ts";
import type { ErrorStyle } from "../contract/contract.ts";
import type { ReadProof } from "../../vocabulary/proofs.ts";

/** What the HTTP layer knows of a request while it is answered. Hono passes it as bindings (`c.env`). */
export interface RequestContext {
  /** The well-formed `X-Request-ID` of a trusted proxy, else one of our own. This is the id that is recorded. */
  readonly id: string;
  /** The `X-Request-ID` of the client, which AuthZEN 1.0 wants back. For the answer's header only, never for a log. */
  readonly echoedId: string;
  /** In milliseconds, from `performance.now()`. */
  readonly arrivedAt: number;
  /** The pattern of the route, for metrics and logs; never the path of the request. */
  route: string;
  userId: string | undefined;
  /** The OAuth client that a page is about, for logs. It exists. */
  clientId: string | undefined;
  /** Which origins may read the answer, beside those of the settings. */
  readers: ((origin: string) => boolean) | undefined;
  /** The proof that came with a token: it counts once, though the guard may look twice. */
  proof: Promise<ReadProof> | undefined;
  /** The form of errors, where a standard prescribes another. */
  errors: ErrorStyle | undefined;
  /** Computed when it is first asked for, because most requests do not need it. */
  client(): Client;
}

/** The route label of requests that match no route. */
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
  let client: Client | undefined;
  return {
    id,
    echoedId: given !== null && echoableId.test(given) ? given : id,
    arrivedAt: performance.now(),
    route: unmatchedRoute,
    userId: undefined,
    clientId: undefined,
    readers: undefined,
    proof: undefined,
    errors: undefined,
    client: () =>
      client ??= {
        ip: clientAddress(socketAddress(info), request.headers.get(forwardedHeader), trustedProxies, forwardedHeader),
        user_agent: userAgentOf(request.headers),
        request_id: id,
      },
  };
}

function userAgentOf(headers: Headers): string | null {
  const given = headers.get("user-agent");
  return given === null ? null : cutText(given, userAgentLengthMax);
}

const socketAddress = ({ remoteAddr }: Deno.ServeHandlerInfo) =>
  remoteAddr.transport === "tcp" ? remoteAddr.hostname : "";
