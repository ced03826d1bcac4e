import { type RouteConfig, z } from "@hono/zod-openapi";
import { once } from "../../platform/once.ts";
import { fieldErrors, type ProblemCode, problems } from "../../vocabulary/dictionary.ts";
import { oauthStatus } from "../request/answer.ts";
import type { AnyOperation, Requirement } from "./contract.ts";

/** Created at its first use, when every district has defined its errors. */
const problemResponse = once(() =>
  z.strictObject({
    type: z.string().openapi({ example: "/problems/invalid_request" }),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    instance: z.string().openapi({ description: "The path of the request" }),
    request_id: z.string(),
    errors: z.array(z.strictObject({
      pointer: z.string().openapi({
        description: "JSON pointer into the request (RFC 6901 §6)",
        example: "#/password",
      }),
      code: z.string().openapi({
        description: Object.entries(fieldErrors).sort().map(([code, meaning]) => `\`${code}\`: ${meaning}`).join("; "),
        example: "password_too_short",
      }),
      detail: z.string(),
    })).optional(),
    ...membersOfProblems(),
  }).openapi("Problem", { description: "RFC 9457; `type` is `/problems/{code}`." })
);

/** RFC 6749 §5.2 */
export const oauthErrorResponse = once(() =>
  z.strictObject({
    error: z.string().openapi({ example: "invalid_grant" }),
    error_description: z.string().openapi({ description: "For developers, in ASCII" }),
    ...membersOfProblems(),
  }).openapi("OAuthError")
);

/** Members that some problems have besides those of RFC 9457. */
function membersOfProblems(): Record<string, z.ZodType> {
  const members = Object.entries(problems).flatMap(([code, { members = {} }]) =>
    Object.entries(members).map((
      [name, schema],
    ) => [name, schema.optional().openapi({ description: `Of \`${code}\`` })])
  );
  return Object.fromEntries(members);
}

const RetryAfterHeader = z.string().regex(/^\d+$/).openapi({
  description: "Seconds to wait before the next attempt (RFC 9110 §10.2.3)",
  example: "1",
});

const ChallengeHeader = z.string().optional().openapi({
  description: "`Basic` where the client used it (RFC 6749 §5.2), `Bearer` where nothing was sent",
  example: 'Basic realm="sentinel", charset="UTF-8"',
});

/** Headers of every problem with this status. */
const problemHeaders: Record<number, Record<string, z.ZodType>> = {
  401: {
    "WWW-Authenticate": z.string().openapi({
      description: "RFC 6750 §3, RFC 9449 §7.1, RFC 9470 §3, RFC 9728 §5.1",
      example: 'Bearer resource_metadata="http://localhost:8000/.well-known/oauth-protected-resource"',
    }),
  },
  403: {
    "WWW-Authenticate": z.string().optional().openapi({
      description: "Of a credential that lacks a scope, which it names (RFC 6750 §3.1)",
      example: 'Bearer error="insufficient_scope", scope="users:read"',
    }),
  },
  429: { "Retry-After": RetryAfterHeader },
  503: { "Retry-After": RetryAfterHeader },
};

/** Of a token that is sent. */
const tokenProblems = ["invalid_token", "invalid_dpop_proof"] as const;

const requirementProblems: Record<Requirement["kind"], readonly ProblemCode[]> = {
  anyone: [],
  optional: [...tokenProblems, "unavailable"],
  signed_in: ["token_missing", ...tokenProblems, "unavailable"],
  own_account: ["token_missing", ...tokenProblems, "forbidden", "unavailable"],
  permission: ["token_missing", ...tokenProblems, "forbidden", "unavailable"],
  visitor: ["unavailable"],
  browser: ["sign_in_required", "unavailable"],
  permission_or_client: ["token_missing", ...tokenProblems, "forbidden", "unavailable"],
  userinfo: ["token_missing", ...tokenProblems, "forbidden", "unavailable"],
};

/** Of a sign-in that is not fresh enough, and of credentials that are not of a sign-in at all. */
const freshProblems: readonly ProblemCode[] = ["insufficient_user_authentication", "forbidden"];

const bodyProblems: readonly ProblemCode[] = [
  "request_timeout",
  "body_too_large",
  "unsupported_media_type",
  "invalid_request",
];

function isOfConsole(access: Requirement): boolean {
  return access.kind === "browser" && access.permissions !== undefined;
}

/** All problems of the operation: those that it declares, and those of its body, parameters and access. */
export function problemsOf(operation: AnyOperation): ProblemCode[] {
  const { body, query, params, access, fresh, conditional, errors, fromMemory, success } = operation;
  const codes = [
    ...new Set<ProblemCode>([
      ...operation.problems,
      ...requirementProblems[(access as Requirement).kind],
      ...(isOfConsole(access) ? ["forbidden"] as const : []),
      ...(fresh && access.kind !== "browser" ? freshProblems : []),
      ...(operation.problems.includes("unavailable") && fromMemory !== true ? ["too_many_at_once"] as const : []),
      ...(body ? bodyProblems : []),
      ...(body && success.kind === "html" ? ["form_refused"] as const : []),
      ...(body || query ? ["repeated_parameter", "invalid_request"] as const : []),
      ...(params ? ["invalid_request"] as const : []),
      "malformed_request",
      ...(conditional ? ["precondition_failed"] as const : []),
      "uri_too_long",
      "internal",
    ]),
  ];
  return errors === "authzen" ? codes.filter((code) => code !== "invalid_request") : codes;
}

/** Errors of an OAuth endpoint (RFC 6749 §5.2). A bad `Host` or path does not reach it: that is a problem. */
export function oauthResponse(operation: AnyOperation): RouteConfig["responses"] {
  if (operation.errors !== "oauth") return {};
  const errors = [...new Set(problemsOf(operation).flatMap((code) => problems[code].oauth ?? []))];
  const others = problemsOf(operation).filter((code) => problems[code].status === 401 && !problems[code].oauth);
  const described = (status: number) =>
    errors.filter((error) => oauthStatus(error) === status).map((error) => `\`${error}\``).join(", ");
  const unauthenticated = described(401);
  return {
    400: {
      description: `${
        described(400)
      }; or the problem \`malformed_request\` for a bad Host or a broken percent-encoding`,
      content: {
        "application/json": { schema: oauthErrorResponse() },
        ...problemContent(operation, ["malformed_request"]),
      },
    },
    ...(unauthenticated && {
      401: {
        description: [unauthenticated, ...others.map(titled)].join("; "),
        headers: z.strictObject({ "WWW-Authenticate": ChallengeHeader }),
        content: { "application/json": { schema: oauthErrorResponse() }, ...problemContent(operation, others) },
      },
    }),
  };
}

const titled = (code: ProblemCode) => `\`${code}\` ${problems[code].title}`;

function problemContent(operation: AnyOperation, codes: ProblemCode[]) {
  if (codes.length === 0) return {};
  const examples = Object.fromEntries(codes.map((code) => [code, { value: problemExample(code, operation) }]));
  return { "application/problem+json": { schema: problemResponse(), examples } };
}

/** One response per status, with its codes and an example of each. */
export function problemResponses(operation: AnyOperation): RouteConfig["responses"] {
  const codes = problemsOf(operation).filter((code) => !(operation.errors === "oauth" && problems[code].oauth));
  const byStatus = Map.groupBy(codes, (code) => problems[code].status);
  return Object.fromEntries(
    [...byStatus].sort(([a], [b]) => a - b).map(([status, same]) => [status, {
      description: same.map(titled).join("; "),
      ...(problemHeaders[status] && { headers: z.strictObject(problemHeaders[status]) }),
      content: problemContent(operation, same),
    }]),
  );
}

/** An example of the problem. For `invalid_request` it is the answer to an empty body. */
function problemExample(code: ProblemCode, { path, body }: AnyOperation): z.infer<ReturnType<typeof problemResponse>> {
  const { status, title, about } = problems[code];
  const issues: z.core.$ZodIssue[] = code === "invalid_request" && body?.schema.safeParse({}).error?.issues || [];
  const errors = issues.map((issue) => ({
    pointer: `#/${issue.path.join("/")}`,
    code: issue.code,
    detail: issue.message,
  }));
  return {
    type: `/problems/${code}`,
    title,
    status,
    detail: about,
    instance: path,
    request_id: "d99349fb-2s",
    ...(errors.length > 0 && { errors }),
  };
}
