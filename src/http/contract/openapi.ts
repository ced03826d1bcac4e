import { OpenAPIHono, type RouteConfig, z } from "@hono/zod-openapi";
import { type AnyOperation, type Freshness, type Link, type Requirement, tags } from "./contract.ts";
import { oauthResponse, problemResponses } from "./problem_responses.ts";

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

const IfNoneMatchHeader = z.string().optional().openapi({
  description: "The ETag of an earlier answer: the same state is answered 304 (RFC 9110 §13.1.2)",
});

const notModified = {
  description: "The state is the one of `If-None-Match`",
  headers: z.strictObject({ ETag: ETagHeader }),
};

const isPolled = ({ success }: AnyOperation) => success.kind === "json" && success.polled === true;

const LocationHeader = z.string().openapi({
  description: "The created resource (RFC 9110 §10.2.2)",
  example: "/roles/support",
});

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
  const description = [operation.description, requirementOf(access), freshnessOf(operation.fresh)].filter(Boolean).join(
    " ",
  );
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
      ...(isPolled(operation) && { headers: z.strictObject({ "If-None-Match": IfNoneMatchHeader }) }),
    },
    responses: {
      ...successResponse(operation),
      ...(isPolled(operation) && { 304: notModified }),
      ...problemResponses(operation),
      ...oauthResponse(operation),
    },
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

/** The sentence that says how fresh the sign-in must be, and in which cases. */
function freshnessOf(fresh: Freshness | undefined): string | undefined {
  if (!fresh) return undefined;
  const strong = fresh.aal > 1 ? ", with the second factor of a user who has one" : "";
  const when = fresh.when === undefined ? "" : ` ${fresh.when}`;
  const age = fresh.maxAgeSeconds === undefined ? "" : ` within the last ${fresh.maxAgeSeconds / 60} minutes`;
  return `Requires a sign-in or a step-up${age}${strong}${when} (RFC 9470).`;
}

function securityOf(access: Requirement): Pick<RouteConfig, "security"> {
  const token = [{ password: [] }, { bearer: [] }];
  const any = [...token, { apiKey: [] }];
  if (access.kind === "anyone") return { security: [] };
  if (access.kind === "own_account") return { security: token };
  if (access.kind === "userinfo") return { security: [{ bearer: [] }] };
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
