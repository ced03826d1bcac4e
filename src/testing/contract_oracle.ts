import assert from "node:assert/strict";
import type { AnyOperation } from "../http/contract/contract.ts";
import { oauthErrorResponse, problemsOf } from "../http/contract/problem_responses.ts";
import { oauthStatus } from "../http/request/answer.ts";
import { isPage, type Page } from "../http/contract/list_page.ts";
import { pageHeaders } from "../http/pages/page_answer.ts";
import { revisionOf } from "../platform/revision.ts";
import { type ProblemCode, problems } from "../vocabulary/dictionary.ts";

/**
 * Fails a test whose answer differs from what the operation declares: another status, type or member, an undeclared
 * problem, or a cacheable answer with a token or a user in it.
 */
export async function assertContract(operations: readonly AnyOperation[], request: Request, response: Response) {
  const { pathname } = new URL(request.url);
  const own = operations.filter(({ path, alsoAt = [] }) => [path, ...alsoAt].includes(pathname));
  const served = (own.length > 0 ? own : operations).filter(({ method }) => method.toUpperCase() === request.method);
  const operation = served.find((candidate) => matches(candidate, pathname));
  const what = `${request.method} ${pathname} → ${response.status}`;
  const id = operation?.errors === "authzen" ? /^[\x20-\x7e]{1,200}$/ : /^[\w-]{1,64}$/;
  assert.match(response.headers.get("x-request-id") ?? "", id, `${what}: X-Request-ID`);
  assert.equal(response.headers.get("x-content-type-options"), "nosniff", `${what}: nosniff`);
  if (response.headers.get("content-type") === "application/problem+json") {
    return assertProblem(what, operation, response, await response.json());
  }
  if (operation?.success.kind === "html") return await assertPage(what, operation, response);
  if (operation?.errors === "oauth" && [400, 401].includes(response.status)) {
    return assertOAuthError(what, operation, response.status, await response.json());
  }
  if (!operation && response.status === 404) {
    assert.equal(response.headers.get("content-type"), pageHeaders["content-type"], what);
    return assert.equal(response.headers.get("vary"), "Accept", `${what}: Vary`);
  }
  assert.ok(response.status < 400, `${what}: an error that is not a problem`);
  if (!operation) return;
  const { success } = operation;
  if (success.kind === "json" && success.polled && response.status === 304) {
    const known = request.headers.get("if-none-match") ?? "";
    assert.ok(known === "*" || known.includes(response.headers.get("etag") ?? "-"), `${what}: If-None-Match`);
    return assert.equal(await response.text(), "", what);
  }
  assert.equal(response.status, success.status, `${what}: undeclared status`);
  if (success.kind !== "json") return;
  if (success.alsoHtml) assert.match(response.headers.get("vary") ?? "", /\bAccept\b/i, `${what}: Vary`);
  if (success.alsoHtml && response.headers.get("content-type") === pageHeaders["content-type"]) return;
  assert.equal(response.headers.get("content-type"), "application/json", what);
  const cache = success.revised ? "no-store, no-transform" : "no-store";
  if (!success.headers) assert.equal(response.headers.get("cache-control"), cache, what);
  const body = await response.json();
  const { error } = success.schema.safeParse(body);
  assert.equal(error, undefined, `${what}: ${error?.message}`);
  const etag = success.revised ? `"${revisionOf(body)}"` : null;
  assert.equal(response.headers.get("etag"), etag, `${what}: ETag`);
  if (isPage(success.schema)) assertNextLink(what, request, response, body);
}

/** A page, or the way to another page of this server; what fails is a page too, which names the problem. */
async function assertPage(what: string, operation: AnyOperation, response: Response) {
  const { status, headers } = response;
  const { leadsAway } = operation.success as { leadsAway?: true };
  assert.equal(headers.get("cache-control"), "no-store", what);
  if (status === 303) {
    const isOfOthers = operation.body?.foreign; // no page of ours has sent it, so no policy of ours blocks the answer
    assert.ok(operation.method === "get" || isOfOthers, `${what}: only a GET is redirected`);
    const allowed = leadsAway ? /^[\x21-\x7e]+$/ : /^\/(?![/\\])[\x21-\x7e]*$/;
    return assert.match(headers.get("location") ?? "", allowed, `${what}: Location`);
  }
  if (leadsAway && headers.get("referrer-policy") === "strict-origin") return assertFormPost(what, response);
  if (headers.get("content-type") === "application/json") return assert.equal(status, 200, what);
  if (headers.has("content-disposition")) {
    assert.match(headers.get("content-disposition")!, /^attachment; filename="[\w.-]+"$/, what);
    assert.equal(headers.get("content-security-policy"), "default-src 'none'; sandbox", what);
    return assert.equal(status, 200, what);
  }
  for (const [name, value] of Object.entries(pageHeaders)) {
    const expected = name === "referrer-policy" ? /^(?:no-referrer|same-origin)$/ : value;
    if (typeof expected === "string") assert.equal(headers.get(name), expected, `${what}: ${name}`);
    else assert.match(headers.get(name) ?? "", expected, `${what}: ${name}`);
  }
  const html = await response.text();
  const hasForm = html.includes('method="post"');
  assert.equal(headers.get("referrer-policy"), hasForm ? "same-origin" : "no-referrer", what);
  const ownScript = /<script type="module" src="\/sentinel-[0-9a-f]{12}\.js"><\/script>/;
  assert.doesNotMatch(html.replace(ownScript, ""), /<style|<script|\sstyle=|\son\w+=|javascript:/i, `${what}: inline`);
  assert.equal(html.match(/<h1/g)?.length, 1, `${what}: one heading`);
  assert.match(html, /^<!doctype html>\s*<html lang="(?:en|de)">/, what);
  if (status === operation.success.status) return;
  const statuses = problemsOf(operation).map((code) => problems[code].status).map((each) => each === 401 ? 403 : each);
  assert.ok(statuses.includes(status), `${what}: undeclared status`);
}

/** A page whose form is for another site: it may run one script, by its hash, and send forms anywhere. */
function assertFormPost(what: string, { headers, status }: Response) {
  assert.equal(status, 200, what);
  const policy = headers.get("content-security-policy") ?? "";
  assert.match(
    policy,
    /^default-src 'none'; .*script-src 'sha256-[\w+/]{43}='; frame-ancestors 'none'; base-uri 'none'$/,
  );
  assert.doesNotMatch(policy, /form-action|unsafe/, what);
}

/** RFC 8288: exactly one link if there is a next page, to the same request with another token; otherwise none. */
function assertNextLink(what: string, { url }: Request, { headers }: Response, { next_page_token }: Page) {
  const target = /^<([^<>]+)>; rel="next"$/.exec(headers.get("link") ?? "")?.[1];
  assert.equal(headers.has("link"), next_page_token !== undefined, `${what}: Link`);
  if (next_page_token === undefined) return;
  const [asked, next] = [new URL(url), new URL(target!, url)];
  asked.searchParams.set("page_token", next_page_token);
  assert.equal(next.href, asked.href, `${what}: Link`);
}

function assertProblem(
  what: string,
  operation: AnyOperation | undefined,
  response: Response,
  body: Record<string, unknown>,
) {
  const code = String(body.type).replace("/problems/", "") as ProblemCode;
  const allowed = operation
    ? problemsOf(operation)
    : ["not_found", "method_not_allowed", "uri_too_long", "malformed_request"];
  assert.ok((allowed as string[]).includes(code), `${what}: ${code} is not declared`);
  assert.equal(body.status, response.status, what);
  assert.equal(body.status, problems[code].status, what);
  if (operation?.errors === "authzen") assert.match(String(body.request_id), /^[\w-]{1,64}$/, what);
  else assert.equal(body.request_id, response.headers.get("x-request-id"), what);
  assert.equal(response.headers.get("cache-control"), "no-store", what);
  const members = ["type", "title", "status", "detail", "instance", "request_id", "errors"].concat(
    Object.keys(problems[code].members ?? {}),
  );
  assert.deepEqual(Object.keys(body).filter((member) => !members.includes(member)), [], what);
  assert.doesNotMatch(JSON.stringify(body.errors ?? []), /must match pattern/, `${what}: a rule in no words`);
  if (response.status === 401) assert.match(response.headers.get("www-authenticate") ?? "", /^(?:Bearer|DPoP)/, what);
  if (response.status === 429 || response.status === 503) {
    assert.ok(response.headers.has("retry-after"), `${what}: Retry-After`);
  }
}

function assertOAuthError(what: string, operation: AnyOperation, status: number, body: Record<string, unknown>) {
  assert.equal(status, oauthStatus(String(body.error)), what);
  assert.equal(oauthErrorResponse().safeParse(body).error, undefined, what);
  const allowed = problemsOf(operation).map((code) => problems[code].oauth);
  assert.ok(allowed.includes(body.error as string), `${what}: ${body.error} is not declared`);
}

function matches({ path, alsoAt = [] }: AnyOperation, pathname: string): boolean {
  return [path, ...alsoAt].some((template) => patternOf(template).test(pathname));
}

const patterns = new Map<string, RegExp>();

function patternOf(template: string): RegExp {
  const known = patterns.get(template) ?? new RegExp(`^${template.replaceAll(/\{\w+\}/g, "[^/]+")}$`);
  patterns.set(template, known);
  return known;
}
