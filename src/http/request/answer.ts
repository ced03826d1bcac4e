import { cutText } from "../../platform/text/cut_text.ts";
import { revisionOf } from "../../platform/revision.ts";
import { dpopAlgorithms } from "../../vocabulary/algorithms.ts";
import { problems } from "../../vocabulary/dictionary.ts";
import { Problem } from "../../vocabulary/problems.ts";
import type { RequestContext } from "./request_context.ts";
import type { Success } from "../contract/contract.ts";
import { nextLink, type Page } from "../contract/list_page.ts";
import { prefersHtml } from "../parsing/accept.ts";
import { pageHeaders } from "../pages/page_answer.ts";
import { errorsMax } from "../parsing/validation.ts";

/** The headers of every answer: no caching, no content sniffing. The strict CSP is for pages; HSTS is for the proxy. */
const usualHeaders = [["cache-control", "no-store"], ["x-content-type-options", "nosniff"]] as const;

/** `chunked`: sends a body that would not fit in one piece with its head in chunks; see {@link chunkedLengths}. */
type Options = {
  status?: number;
  contentType?: string;
  headers?: Record<string, string> | undefined;
  chunked?: boolean;
};

/**
 * The runtime writes an answer of more than 512 bytes in two pieces, which costs 5 µs here and as much at the client. A
 * chunked one it writes at once (chunked_bench.ts). Beyond 16 KiB copying costs more than the second piece.
 */
const chunkedLengths = { min: 300, max: 16_384 } as const;

/** A JSON answer. `headers` take precedence over the usual ones. */
export function jsonAnswer(call: RequestContext, body: unknown, options: Options = {}): Response {
  const { status = 200, contentType = "application/json", headers, chunked = false } = options;
  const text = JSON.stringify(body);
  const response = newAnswer(call, text, status, headers, contentType);
  const { min, max } = chunkedLengths;
  if (chunked && text.length > min && text.length < max) response.headers.set("transfer-encoding", "chunked");
  return response;
}

/** An answer of any media type. `headers` take precedence over the usual ones. */
export function textAnswer(call: RequestContext, body: string | null, headers: Record<string, string>, status = 200) {
  return newAnswer(call, body, status, headers);
}

function newAnswer(
  call: RequestContext,
  body: string | null,
  status: number,
  headers: Record<string, string> | undefined,
  contentType?: string,
): Response {
  const response = new Response(body, { status });
  const given = response.headers; // one by one: the constructor takes three times as long (answer_bench.ts)
  given.set("x-request-id", call.errors === "authzen" ? call.echoedId : call.id);
  if (contentType !== undefined) given.set("content-type", contentType);
  for (const name in headers) given.set(name, headers[name]!);
  for (const [name, value] of usualHeaders) if (headers?.[name] === undefined) given.set(name, value);
  return response;
}

/** The success that the operation declares, with the handler's value as its body. `page` draws the page that it has. */
export function successAnswer<R>(
  call: RequestContext,
  request: Request,
  success: Success<R>,
  value: R,
  page?: (body: R, request: Request) => string,
): Response {
  const { status, headers } = success;
  switch (success.kind) {
    case "json": {
      if (success.location) return jsonAnswer(call, value, { status, headers: { location: success.location(value) } });
      if (success.revised) {
        const headers = revisionHeaders(value);
        if (success.polled && isKnown(request, headers.etag)) return textAnswer(call, null, headers, 304);
        return jsonAnswer(call, value, { status, headers });
      }
      if (success.alsoHtml) return negotiated(call, request, success, value, page!);
      const link = success.paged ? nextLink(request.url, value as Page) : undefined;
      const chunked = request.method === "POST"; // an answer to GET has the length that HEAD answers
      return jsonAnswer(call, value, { status, headers: link === undefined ? headers : { ...headers, link }, chunked });
    }
    case "html":
      throw new Error("pages are answered by page_route.ts");
    case "text":
      return textAnswer(call, value as string, { "content-type": success.contentType, ...headers });
    case "redirect":
      return textAnswer(call, null, { location: success.location }, status);
    case "empty":
      return textAnswer(call, null, {}, status);
  }
}

/** JSON, or HTML for a client that prefers it (RFC 9110 §12.1). */
function negotiated<R>(
  call: RequestContext,
  request: Request,
  success: Success<R> & { kind: "json" },
  value: R,
  page: (body: R, request: Request) => string,
): Response {
  const vary = { vary: "Accept" };
  if (!prefersHtml(request.headers.get("accept"))) {
    return jsonAnswer(call, value, { headers: { ...vary, ...success.headers } });
  }
  return textAnswer(call, page(value, request), { ...vary, ...pageHeaders });
}

/** `no-transform`: a proxy that compresses the answer would change its ETag, and `If-Match` would never match. */
function revisionHeaders(value: unknown): Record<"etag" | "cache-control", string> {
  return { etag: `"${revisionOf(value)}"`, "cache-control": "no-store, no-transform" }; // RFC 9111 §5.2.2.6
}

/** The comparison is weak: a proxy may have weakened the tag (RFC 9110 §13.1.2). */
function isKnown(request: Request, etag: string): boolean {
  const tags = request.headers.get("if-none-match")?.split(",").map((tag) => tag.trim().replace(/^W\//, ""));
  return tags !== undefined && (tags.includes(etag) || tags.includes("*"));
}

const detailLengthMax = 512;

/**
 * An RFC 9457 problem, by default with its description; on OAuth endpoints an error of RFC 6749 §5.2. `metadataUrl`:
 * where clients learn how to get a token for the operation.
 */
export function problemAnswer(call: RequestContext, path: string, problem: Problem, metadataUrl?: string): Response {
  const oauth = call.errors === "oauth" && problems[problem.code].oauth;
  if (oauth) return oauthAnswer(call, oauth, problem);
  const { code, status, detail, errors, headers, members } = call.errors === "authzen"
    ? asBadRequest(problem)
    : problem;
  const body = {
    type: `/problems/${code}`,
    title: problems[code].title,
    status,
    detail: cutText(detail ?? problems[code].about, detailLengthMax),
    instance: path,
    request_id: call.id,
    errors: errors?.slice(0, errorsMax).map((each) => ({ ...each, detail: cutText(each.detail, detailLengthMax) })),
    ...members,
  };
  const said = call.proof ? forBoundToken(headers) : headers;
  const sent = metadataUrl === undefined ? said : withMetadataUrl(said, metadataUrl);
  return jsonAnswer(call, body, { status, contentType: "application/problem+json", headers: sent });
}

/** Who sent a bound token is asked for another such token (RFC 9449 §7.1). */
function forBoundToken(headers: Record<string, string>): Record<string, string> {
  const challenge = headers["www-authenticate"];
  if (!challenge?.startsWith("Bearer ")) return headers;
  return { ...headers, "www-authenticate": `DPoP ${challenge.slice(7)}, algs="${dpopAlgorithms.join(" ")}"` };
}

/** RFC 9728 §5.1. A challenge without parameters takes no comma (RFC 9110 §11.6.1). */
function withMetadataUrl(headers: Record<string, string>, url: string): Record<string, string> {
  const challenge = headers["www-authenticate"];
  if (challenge === undefined) return headers;
  const separator = challenge.includes("=") ? ", " : " ";
  return { ...headers, "www-authenticate": `${challenge}${separator}resource_metadata="${url}"` };
}

/** AuthZEN 1.0, "Error responses": every error in a request is 400. */
function asBadRequest(problem: Problem): Problem {
  const { code, detail, errors, cause } = problem;
  if (code !== "invalid_request") return problem;
  const said = detail ?? "The request is invalid; `errors` lists what is wrong.";
  return new Problem("malformed_request", { detail: said, cause, ...(errors && { errors }) });
}

const descriptionLengthMax = 2_048;

/** The status of an OAuth error: 400 but for a client that is not authenticated (RFC 6749 §5.2). */
export function oauthStatus(error: string): number {
  return error === "invalid_client" ? 401 : 400;
}

/** An error of RFC 6749 §5.2, whose description is ASCII without quotes and backslashes. */
function oauthAnswer(call: RequestContext, error: string, problem: Problem): Response {
  const { code, detail, errors, headers, members } = problem;
  const rules = errors?.map(({ pointer, detail }) => `${pointer}: ${detail}`).join("; ");
  const description = cutText(rules ?? detail ?? problems[code].about, descriptionLengthMax);
  const error_description = description.replaceAll("§", "section ").replaceAll(/["\\]/g, "'")
    .replaceAll(/[^\x20-\x7e]/g, "?");
  const status = oauthStatus(error);
  return jsonAnswer(call, { error, error_description, ...members }, { status, ...(status === 401 && { headers }) });
}
