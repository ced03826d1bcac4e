import { OpenAPIHono, type RouteConfig, z } from "@hono/zod-openapi";
import { once } from "../../platform/once.ts";
import { fieldErrors, type ProblemCode, problems } from "../../vocabulary/dictionary.ts";
import { oauthStatus } from "../request/answer.ts";
import { type AnyOperation, type Link, type Requirement, tags } from "./contract.ts";

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
  }).openapi("Problem", { description: "RFC 9457; `type` is `/problems/{code}`." })
);

/** RFC 6749 §5.2 */
export const OAuthErrorResponse = z.strictObject({
  error: z.string().openapi({ example: "invalid_grant" }),
  error_description: z.string().openapi({ description: "For developers, in ASCII" }),
}).openapi("OAuthError");

const LinkHeader = z.string().optional().openapi({
  description: "The next page (RFC 8288); absent on the last page",
  example: '</users?page_size=50&page_token=aGVsbG8>; rel="next"',
});

const ETagHeader = z.string().openapi({
  description: "The revision of this state, for If-Match (RFC 9110 §8.8.3)",
  example: '"wT9pWc1nQy0c5iXnRzqf1g"',
});

const IfMatchHeader = z.string().optional().openapi({
  description: "An ETag: the change is made only if this is still the current state (RFC 9110 §13.1.1)",
});

const LocationHeader = z.string().openapi({
  description: "The created resource (RFC 9110 §10.2.2)",
  example: "/roles/support",
});

const RetryAfterHeader = z.string().regex(/^\d+$/).openapi({
  description: "Seconds to wait before the next attempt (RFC 9110 §10.2.3)",
  example: "1",
});

const ChallengeHeader = z.string().optional().openapi({
  description: "`Basic` where the client used it (RFC 6749 §5.2), `Bearer` where nothing was sent",
  example: 'Basic realm="sentinel", charset="UTF-8"',
});

/** Headers that every problem with this status has. */
const problemHeaders: Record<number, Record<string, z.ZodType>> = {
  401: { "WWW-Authenticate": z.string().openapi({ description: "RFC 6750 §3", example: "Bearer" }) },
  429: { "Retry-After": RetryAfterHeader },
  503: { "Retry-After": RetryAfterHeader },
};

const requirementProblems: Record<Requirement["kind"], readonly ProblemCode[]> = {
  anyone: [],
  optional: ["invalid_token", "unavailable"],
  signed_in: ["token_missing", "invalid_token", "unavailable"],
  own_account: ["token_missing", "invalid_token", "forbidden", "unavailable"],
  permission: ["token_missing", "invalid_token", "forbidden", "unavailable"],
  visitor: ["unavailable"],
  browser: ["sign_in_required", "unavailable"],
  permission_or_client: ["token_missing", "invalid_token", "forbidden", "unavailable"],
};

const bodyProblems: readonly ProblemCode[] = [
  "request_timeout",
  "body_too_large",
  "unsupported_media_type",
  "invalid_request",
];

/** All problems of the operation: those that it declares, and those of its body, parameters and access. */
export function problemsOf(operation: AnyOperation): ProblemCode[] {
  const { body, query, params, access, conditional, errors, fromMemory, success } = operation;
  const codes = [
    ...new Set<ProblemCode>([
      ...operation.problems,
      ...requirementProblems[(access as Requirement).kind],
      ...(operation.problems.includes("unavailable") && !fromMemory ? ["too_many_at_once"] as const : []),
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

/** The OpenAPI 3.1 document of these operations. */
export function openApiDocument(
  operations: readonly AnyOperation[],
  { version, publicUrl }: { version: string; publicUrl: string },
) {
  const hono = new OpenAPIHono(); // serves nothing: only its registry is used, which the document is made from
  const { openAPIRegistry: registry } = hono;
  registry.registerComponent("securitySchemes", "password", {
    type: "oauth2",
    description: "Logs in with a username or e-mail address and a password.",
    flows: { password: { tokenUrl: "/login", refreshUrl: "/oauth/token", scopes: {} } },
  });
  registry.registerComponent("securitySchemes", "bearer", {
    type: "http",
    description: "An access token from an earlier login.",
    scheme: "bearer",
    bearerFormat: "JWT",
  });
  registry.registerComponent("securitySchemes", "apiKey", {
    type: "apiKey",
    description: "An API key; `Authorization: Bearer` and the password of HTTP Basic take it too.",
    in: "header",
    name: "x-api-key",
  });
  registry.registerComponent("securitySchemes", "client", {
    type: "http",
    description: "The id and the secret of an OAuth client; `client_id` and `client_secret` in the form do the same.",
    scheme: "basic",
  });
  for (const tag of Object.keys(tags)) {
    for (const operation of operations) {
      if (operation.tags[0] === tag && !operation.hidden) registry.registerPath(routeConfig(operation));
    }
  }
  return hono.getOpenAPI31Document({
    openapi: "3.1.0",
    info: {
      title: "Sentinel",
      version,
      description: "Authentication and role-based access control. Log in with `POST /login`, then send " +
        "`Authorization: Bearer <access_token>`. Every error is a problem (RFC 9457); `GET /problems/{code}` explains " +
        "each of them.\n\n" +
        "Every example works as it is, in this order, on a new installation. `POST /register` creates ada, who logs in " +
        "with the example of `POST /login`. Use her token for `/users/me`, and the token of an administrator for " +
        "everything else. An id in a path comes from the answer that links to the operation. If an earlier example " +
        "deleted the object, run the example that links here again.",
      license: { name: "MIT" },
    },
    servers: [{ url: publicUrl }],
    tags: Object.entries(tags).filter(([name]) => name !== "pages")
      .map(([name, description]) => ({ name, description })),
  });
}

function routeConfig(operation: AnyOperation): RouteConfig {
  const { method, path, operationId, summary, params, query, body, access } = operation;
  const description = [operation.description, requirementOf(access)].filter(Boolean).join(" ");
  const content = body && Object.fromEntries(body.types.map((type: string) => [type, { schema: body.schema }]));
  return {
    method,
    path,
    operationId,
    tags: operation.tags,
    summary,
    ...(description && { description }),
    ...securityOf(access),
    request: {
      ...(params && { params }),
      ...(query && { query }),
      ...(content && { body: { content, required: !operation.bodyOptional } }),
      ...(operation.conditional && { headers: z.strictObject({ "If-Match": IfMatchHeader }) }),
    },
    responses: { ...successResponse(operation), ...problemResponses(operation), ...oauthResponse(operation) },
  };
}

/** The sentence that says who may call an operation, where `security` does not say it. */
function requirementOf(access: Requirement): string | undefined {
  if (access.kind === "permission") return `Requires the permission \`${access.permission}\`.`;
  if (access.kind === "permission_or_client") {
    return `Requires the permission \`${access.permission}\`, or a client's id and secret.`;
  }
  return access.kind === "own_account" ? "Requires a token of a login, without scopes." : undefined;
}

function securityOf(access: Requirement): Pick<RouteConfig, "security"> {
  const token = [{ password: [] }, { bearer: [] }];
  const any = [...token, { apiKey: [] }];
  if (access.kind === "anyone") return { security: [] };
  if (access.kind === "own_account") return { security: token };
  if (access.kind === "permission_or_client") return { security: [...any, { client: [] }] };
  return { security: access.kind === "optional" ? [{}, ...any] : any };
}

function successResponse({ success, links }: AnyOperation): RouteConfig["responses"] {
  const { status } = success;
  const description: string = success.description;
  if (success.kind === "empty" || success.kind === "redirect") return { [status]: { description } };
  const schema = success.kind === "json" ? success.schema : z.string();
  const type = success.kind === "text" ? success.contentType : "application/json";
  const headers = success.kind !== "json" ? {} : {
    ...(success.paged && { headers: z.strictObject({ Link: LinkHeader }) }),
    ...(success.revised && { headers: z.strictObject({ ETag: ETagHeader }) }),
    ...(success.location && { headers: z.strictObject({ Location: LocationHeader }) }),
  };
  const page = success.kind === "json" && success.alsoHtml && { "text/html": { schema: z.string() } };
  return { [status]: { description, content: { [type]: { schema }, ...page }, ...headers, ...linksOf(links) } };
}

function linksOf(links: readonly Link[] = []) {
  if (links.length === 0) return {};
  const named = links.flatMap(({ to, parameters = {} }) => {
    const expressions = Object.entries(parameters).map(([name, pointer]) => [name, `$response.body${pointer}`]);
    return to.map((operationId) => [operationId, { operationId, parameters: Object.fromEntries(expressions) }]);
  });
  return { links: Object.fromEntries(named) };
}

/**
 * The errors of an OAuth endpoint (RFC 6749 §5.2). A request with a bad `Host` or path does not reach the endpoint, so
 * it is answered with a problem.
 */
function oauthResponse(operation: AnyOperation): RouteConfig["responses"] {
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
        "application/json": { schema: OAuthErrorResponse },
        ...problemContent(operation, ["malformed_request"]),
      },
    },
    ...(unauthenticated && {
      401: {
        description: [unauthenticated, ...others.map(titled)].join("; "),
        headers: z.strictObject({ "WWW-Authenticate": ChallengeHeader }),
        content: { "application/json": { schema: OAuthErrorResponse }, ...problemContent(operation, others) },
      },
    }),
  };
}

const titled = (code: ProblemCode) => `\`${code}\` ${problems[code].title}`;

/** These problems, each with an example. */
function problemContent(operation: AnyOperation, codes: ProblemCode[]) {
  if (codes.length === 0) return {};
  const examples = Object.fromEntries(codes.map((code) => [code, { value: problemExample(code, operation) }]));
  return { "application/problem+json": { schema: problemResponse(), examples } };
}

/** One response per status, with its codes and an example of each. */
function problemResponses(operation: AnyOperation): RouteConfig["responses"] {
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
