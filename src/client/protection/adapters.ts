import type { Access } from "./access_token.ts";
import type { Protection, Requirement } from "./protection.ts";
import { ProtectionError } from "./refusal.ts";

/** What is used of Hono's context. */
export interface HonoContext {
  req: { raw: Request };
  set(key: "access", value: Access): void;
}

/** What is used of a request of Node or Express. */
export interface NodeRequest {
  method?: string | undefined;
  url?: string | undefined;
  /** Express: with the path of the router. */
  originalUrl?: string | undefined;
  headers: Record<string, string | string[] | undefined>;
}

/** What is used of a response of Node or Express. */
export interface NodeResponse {
  statusCode: number;
  setHeader(name: string, value: string): unknown;
  end(body: string): unknown;
}

/** The access of each request that {@link protectExpress} let pass. */
const accesses = new WeakMap<object, Access>();

/**
 * A middleware for Hono. Handlers behind it read `c.get("access")`, typed by `Hono<{ Variables: { access: Access } }>`.
 */
export function protectHono(
  protection: Protection,
  requirement: Requirement = {},
): (c: HonoContext, next: () => Promise<void>) => Promise<Response | void> {
  return async (c, next) => {
    const refused = await refusalOr(async () => c.set("access", await protection.authenticate(c.req.raw, requirement)));
    return refused?.response ?? await next();
  };
}

/** A middleware for Express, and for Node's own server. Handlers behind it call {@link accessOf}. */
export function protectExpress(
  protection: Protection,
  requirement: Requirement = {},
): (request: NodeRequest, response: NodeResponse, next: (error?: unknown) => void) => Promise<void> {
  return async (request, response, next) => {
    let refused: ProtectionError | undefined;
    try {
      refused = await refusalOr(async () =>
        void accesses.set(request, await protection.authenticate(asProtected(request), requirement))
      );
    } catch (error) {
      return next(error);
    }
    if (!refused) return next();
    response.statusCode = refused.status;
    for (const [name, value] of Object.entries(refused.headers)) response.setHeader(name, value);
    response.end(refused.body);
  };
}

/** The access of a request that passed {@link protectExpress}. @throws {TypeError} of any other request. */
export function accessOf(request: object): Access {
  const access = accesses.get(request);
  if (!access) throw new TypeError("This request did not pass protectExpress.");
  return access;
}

/** A handler for `Deno.serve`, which also serves the API's metadata. */
export function protectDeno<Info>(
  protection: Protection,
  requirement: Requirement,
  handler: (request: Request, access: Access, info: Info) => Response | Promise<Response>,
): (request: Request, info: Info) => Promise<Response> {
  return async (request, info) => {
    if (new URL(request.url).pathname === protection.metadataPath) return protection.metadata();
    let access: Access | undefined;
    const refused = await refusalOr(async () => void (access = await protection.authenticate(request, requirement)));
    return refused?.response ?? await handler(request, access!, info);
  };
}

/** The refusal of what `work` authenticates, if it is refused. */
async function refusalOr(work: () => Promise<void>): Promise<ProtectionError | undefined> {
  try {
    await work();
    return undefined;
  } catch (error) {
    if (error instanceof ProtectionError) return error;
    throw error;
  }
}

function asProtected({ method = "GET", url = "/", originalUrl = url, headers }: NodeRequest) {
  const get = (name: string) => [headers[name] ?? null].flat().join(", ") || null;
  return { method, url: originalUrl, headers: { get } };
}
