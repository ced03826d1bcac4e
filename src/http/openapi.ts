import { type OpenAPIHono, type RouteConfig, z } from "@hono/zod-openapi";
import { type ProblemCode, problems } from "../problems.ts";
import type { AnyOperation } from "./app.ts";
import { type Access, tags } from "./contract.ts";

const ProblemResponse = z.strictObject({
  type: z.string().openapi({ example: "/problems/invalid_request" }),
  title: z.string(),
  status: z.int(),
  detail: z.string(),
  instance: z.string().openapi({ description: "The path that was asked for" }),
  request_id: z.string(),
  errors: z.array(z.strictObject({
    pointer: z.string().openapi({ description: "JSON pointer into the request (RFC 6901 §6)", example: "#/password" }),
    code: z.string().openapi({ example: "password_too_short" }),
    detail: z.string(),
  })).optional(),
}).openapi("Problem", { description: "RFC 9457; `type` is one of `/problems/{code}`." });

const accessProblems: Record<Access["kind"], readonly ProblemCode[]> = {
  anyone: [],
  optional: ["invalid_token", "unavailable"],
  signed_in: ["token_missing", "invalid_token", "unavailable"],
  permission: ["token_missing", "invalid_token", "forbidden", "unavailable"],
};

const bodyProblems: readonly ProblemCode[] = [
  "malformed_request",
  "request_timeout",
  "body_too_large",
  "unsupported_media_type",
  "invalid_request",
];

/** The closed set of problems that the operation may answer with: what it declares, and what follows from its parts. */
export function problemsOf(operation: AnyOperation): ProblemCode[] {
  const { body, query, params, access } = operation;
  return [
    ...new Set<ProblemCode>([
      ...operation.problems,
      ...accessProblems[(access as Access).kind],
      ...(body ? bodyProblems : []),
      ...(body || query ? ["malformed_request", "repeated_parameter", "invalid_request"] as const : []),
      ...(params ? ["invalid_request"] as const : []),
      "uri_too_long",
      "internal",
    ]),
  ];
}

/** The OpenAPI 3.1 document of these operations. */
export function openApiDocument(
  hono: OpenAPIHono<never>,
  operations: readonly AnyOperation[],
  { version, publicUrl }: { version: string; publicUrl: string },
) {
  const { openAPIRegistry: registry } = hono;
  registry.registerComponent("securitySchemes", "password", {
    type: "oauth2",
    flows: { password: { tokenUrl: "/login", scopes: {} } },
  });
  registry.registerComponent("securitySchemes", "bearer", { type: "http", scheme: "bearer", bearerFormat: "JWT" });
  for (const operation of operations) registry.registerPath(routeConfig(operation));
  return hono.getOpenAPI31Document({
    openapi: "3.1.0",
    info: {
      title: "Sentinel",
      version,
      description: "Authentication and role-based access control.",
      license: { name: "MIT" },
    },
    servers: [{ url: publicUrl }],
    tags: Object.entries(tags).map(([name, description]) => ({ name, description })),
  });
}

function routeConfig(operation: AnyOperation): RouteConfig {
  const { method, path, operationId, summary, description, params, query, body } = operation;
  const content = body && Object.fromEntries(body.types.map((type: string) => [type, { schema: body.schema }]));
  return {
    method,
    path,
    operationId,
    tags: operation.tags,
    summary,
    ...(description && { description }),
    ...securityOf(operation.access),
    request: {
      ...(params && { params }),
      ...(query && { query }),
      ...(content && { body: { content, required: true } }),
    },
    responses: { ...successResponse(operation), ...problemResponses(problemsOf(operation)) },
  };
}

function securityOf(access: Access): Pick<RouteConfig, "security"> {
  const token = [{ password: [] }, { bearer: [] }];
  if (access.kind === "anyone") return { security: [] };
  return { security: access.kind === "optional" ? [{}, ...token] : token };
}

function successResponse({ success }: AnyOperation): RouteConfig["responses"] {
  const { status, description } = success;
  if (success.kind === "empty") return { [status]: { description } };
  const schema = success.kind === "json" ? success.schema : z.string();
  const type = success.kind === "json" ? "application/json" : success.contentType;
  return { [status]: { description, content: { [type]: { schema } } } };
}

/** One response per status, naming its codes. */
function problemResponses(codes: ProblemCode[]): RouteConfig["responses"] {
  const byStatus = Map.groupBy(codes, (code) => problems[code].status);
  return Object.fromEntries(
    [...byStatus].sort(([a], [b]) => a - b).map(([status, same]) => [status, {
      description: same.map((code) => `\`${code}\` ${problems[code].title}`).join("; "),
      content: { "application/problem+json": { schema: ProblemResponse } },
    }]),
  );
}
