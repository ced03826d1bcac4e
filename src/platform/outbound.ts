import { Buffer } from "node:buffer";
import { lookup } from "node:dns/promises";
import type { IncomingHttpHeaders, IncomingMessage, request as httpRequest } from "node:http";
import { connect as connectTcp, type Socket } from "node:net";
import ipaddr from "ipaddr.js";
import { deadlineMs } from "./deadlines.ts";
import { type Cidr, reachOf } from "./network.ts";
import { lazily } from "./once.ts";

/** The first request loads them: a start takes a tenth less time without. */
const http = lazily(() => import("node:http")), tls = lazily(() => import("node:tls"));

/** Why a request to another server failed. `http_status` is for callers that do not like the status. */
export const outboundErrorClasses = [
  "refused_address",
  "timeout",
  "too_large",
  "redirect",
  "connect",
  "tls",
  "http_status",
] as const;
export type OutboundErrorClass = (typeof outboundErrorClasses)[number];

/** A request to another server failed. The message is for operators, and names no more than host and address. */
export class OutboundError extends Error {
  override readonly name = "OutboundError";

  constructor(readonly errorClass: OutboundErrorClass, message: string, options?: ErrorOptions) {
    super(message, options);
  }
}

export interface OutboundRequest {
  /** GET by default. */
  method?: "GET" | "POST";
  headers?: Readonly<Record<string, string>>;
  body?: string | Uint8Array;
  /** The header `Accept`. */
  accept?: string;
  /** Whether the networks beside the internet stay out of reach: anybody may have named the URL. */
  isOfStranger?: boolean;
  /** The longest body that is read; 64 kB by default, and at most. */
  sizeBytesMax?: number;
}

export type OutboundAnswer = { status: number; headers: IncomingHttpHeaders; body: Uint8Array };

/** All addresses of a host name. */
export type Resolve = (host: string) => Promise<string[]>;

export interface OutboundOptions {
  /** Networks beside the internet that may be reached, by http and on any port too. */
  allowed: readonly Cidr[];
  /** In PEM: what vouches for the servers in {@link allowed}, in place of the public authorities. */
  ca?: string | undefined;
  resolve?: Resolve;
  /** Over the whole request: names, connection, and the answer to its last byte. */
  timeoutMs?: number;
}

export type Outbound = ReturnType<typeof createOutbound>;

const timeoutMsDefault = 10_000;
const sizeBytesLimit = 65_536;
/** Further addresses of a name are not tried, and each but the last has this long to answer. */
const addressesMax = 4, attemptMs = 2_000;

/** Where a request goes: what the URL says, and one address of its host. */
type Target = { url: URL; host: string; port: number };
type Reached = Target & { address: string; allowed: boolean };

/**
 * Requests to servers that others name. Each goes to the internet by https on port 443, or to an allowed network; the
 * connection is to the very address that was checked, so a name that changes its address meanwhile gains nothing. It
 * follows no redirect and uses no proxy.
 */
export function createOutbound(
  { allowed, ca, resolve = resolveBySystem, timeoutMs = timeoutMsDefault }: OutboundOptions,
) {
  return { fetch };

  /** @throws {OutboundError} */
  async function fetch(url: string, sent: OutboundRequest = {}): Promise<OutboundAnswer> {
    const target = parse(url);
    const ending = new AbortController();
    const { promise: late, reject } = Promise.withResolvers<never>();
    const timer = setTimeout(() => {
      reject(new OutboundError("timeout", `${target.host} did not answer in time`));
      ending.abort();
    }, deadlineMs(timeoutMs));
    const work = requestOf(target, sent, ending.signal);
    try {
      return await Promise.race([work, late]);
    } finally {
      clearTimeout(timer);
      ending.abort();
      work.catch(() => {});
    }
  }

  async function requestOf(target: Target, sent: OutboundRequest, signal: AbortSignal): Promise<OutboundAnswer> {
    const reached = await reachable(target, sent.isOfStranger ? [] : allowed);
    const { request } = await http(); // nothing may be awaited between the connection and the request on it
    const socket = await openFirst(reached, signal);
    signal.addEventListener("abort", () => socket.destroy());
    return await exchange(request, socket, target, sent);
  }

  /** The addresses of the host, of which not one may be forbidden. */
  async function reachable(target: Target, networks: readonly Cidr[]): Promise<Reached[]> {
    const { host, url, port } = target;
    const addresses = ipaddr.isValid(host) ? [host] : await resolve(host).catch((cause) => {
      throw new OutboundError("connect", `${host} has no address`, { cause });
    });
    if (addresses.length === 0) throw new OutboundError("connect", `${host} has no address`);
    return addresses.map((given) => {
      const address = ipaddr.isValid(given) ? ipaddr.process(given).toString() : given;
      const reach = reachOf(address, networks);
      const isOpen = reach === "allowed" || reach === "public" && url.protocol === "https:" && port === 443;
      if (!isOpen) throw refusedAddress(host, address, reach);
      return { ...target, address, allowed: reach === "allowed" };
    }).slice(0, addressesMax);
  }

  /** A connection to the first address that takes one. */
  async function openFirst(reached: Reached[], signal: AbortSignal): Promise<Socket> {
    let failure: unknown;
    for (const [place, each] of reached.entries()) {
      const isLast = place === reached.length - 1;
      try {
        return await open(each, isLast ? signal : AbortSignal.any([signal, AbortSignal.timeout(attemptMs)]));
      } catch (error) {
        failure = error;
        if (signal.aborted || error instanceof OutboundError && error.errorClass === "tls") break;
      }
    }
    throw failure;
  }

  async function open({ url, host, port, address, allowed }: Reached, signal: AbortSignal): Promise<Socket> {
    const isTls = url.protocol === "https:";
    const name = ipaddr.isValid(host) ? {} : { servername: host }; // RFC 6066 §3: an address is no server name
    const authority = allowed && ca !== undefined ? { ca } : {};
    const connectTls = isTls && (await tls()).connect;
    signal.throwIfAborted();
    let isConnected = false;
    const socket = connectTls
      ? connectTls({ host: address, port, minVersion: "TLSv1.2", ALPNProtocols: ["http/1.1"], ...name, ...authority })
      : connectTcp({ host: address, port });
    socket.once("connect", () => isConnected = true);
    const { promise, resolve: opened, reject } = Promise.withResolvers<void>();
    socket.once(isTls ? "secureConnect" : "connect", opened);
    socket.on("error", reject); // stays: an error that nothing handles would end the process
    socket.once("close", () => reject(new Error("closed")));
    signal.addEventListener("abort", () => socket.destroy());
    try {
      await promise;
      return socket;
    } catch (cause) {
      socket.destroy();
      const [errorClass, problem] = isConnected
        ? ["tls", "offers no valid TLS"] as const
        : ["connect", "refuses"] as const;
      throw new OutboundError(errorClass, `${host} (${address}) ${problem}: ${codeOf(cause)}`, { cause });
    }
  }
}

async function exchange(
  request: typeof httpRequest,
  socket: Socket,
  { url, host }: Target,
  sent: OutboundRequest,
): Promise<OutboundAnswer> {
  const { method = "GET", headers = {}, body, accept } = sent;
  const bytes = body === undefined ? undefined : Buffer.from(body);
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const sending = request({
    createConnection: () => socket,
    method,
    path: url.pathname + url.search,
    headers: {
      ...headers,
      ...(accept !== undefined && { accept }),
      ...(bytes && { "content-length": bytes.length }),
      host: url.host,
      connection: "close",
    },
  }, resolve);
  sending.once("error", reject);
  sending.end(bytes);
  try {
    return await read(await promise, host, sent.sizeBytesMax ?? sizeBytesLimit);
  } catch (cause) {
    if (cause instanceof OutboundError) throw cause;
    throw new OutboundError("connect", `${host} ended the connection: ${codeOf(cause)}`, { cause });
  }
}

/** The statuses that send a client elsewhere (RFC 9110 §15.4). */
const redirects = [301, 302, 303, 307, 308];

async function read(answer: IncomingMessage, host: string, sizeBytesMax: number): Promise<OutboundAnswer> {
  const status = answer.statusCode ?? 0;
  if (redirects.includes(status)) throw new OutboundError("redirect", `${host} answered with a redirect`);
  const tooLarge = () => new OutboundError("too_large", `${host} answered with more than ${sizeBytesMax} bytes`);
  if (Number(answer.headers["content-length"] ?? 0) > sizeBytesMax) throw tooLarge();
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of answer) {
    size += chunk.length;
    if (size > sizeBytesMax) throw tooLarge();
    chunks.push(chunk);
  }
  return { status, headers: answer.headers, body: new Uint8Array(Buffer.concat(chunks)) };
}

/** The URL parser turns numbers in any notation into dotted decimals, and names into ASCII. */
function parse(given: string): Target {
  const url = URL.parse(given);
  if (!url || !/^https?:$/.test(url.protocol)) throw refusedUrl("it is no http or https URL");
  if (url.username !== "" || url.password !== "") throw refusedUrl("it contains a user or a password");
  const host = url.hostname.replace(/^\[|\]$/g, "");
  if (host.endsWith(".")) throw refusedUrl("its host ends with a dot");
  return { url, host, port: Number(url.port || (url.protocol === "https:" ? 443 : 80)) };
}

function refusedUrl(reason: string): OutboundError {
  return new OutboundError("refused_address", `the URL is refused: ${reason}`);
}

function refusedAddress(host: string, address: string, reach: "public" | "allowed" | "refused"): OutboundError {
  const reason = reach === "public"
    ? "is on the internet, where only https on port 443 is used"
    : "is neither on the internet nor in SENTINEL_OUTBOUND_ALLOW";
  return new OutboundError("refused_address", `${host} (${address}) ${reason}`);
}

async function resolveBySystem(host: string): Promise<string[]> {
  return (await lookup(host, { all: true })).map(({ address }) => address);
}

function codeOf(error: unknown): string {
  return (error as { code?: string }).code ?? (error instanceof Error ? error.message : String(error));
}
