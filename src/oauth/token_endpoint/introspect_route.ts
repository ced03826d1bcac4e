import { z } from "@hono/zod-openapi";
import { resource } from "../../http/contract/resource.ts";
import { form, oftenFromMemory, ok, operation, problems, requiresOrClient } from "../../http/contract/contract.ts";
import { Problem } from "../../vocabulary/problems.ts";
import { type ClientAuthentication, sentClient } from "../client_authentication/client_authentication.ts";
import { arePlain, clientParameters, isPlain } from "../client_authentication/client_parameters_route.ts";
import type { Introspection } from "./introspection.ts";

const IntrospectionRequest = z.object({
  token: z.string().min(1).openapi({ description: "An access token, a refresh token or an API key" }),
  token_type_hint: z.string().max(64).optional().openapi({
    description: "Accepted and ignored: the type follows from the token",
  }),
  ...clientParameters,
}).openapi("IntrospectionRequest", { example: { token: "snt_rt_AZq…" } });

/** A request for which the schema has nothing to do. */
function isPlainRequest(value: unknown): boolean {
  const request = value as Record<string, unknown>;
  const { token, token_type_hint } = request;
  return token !== undefined && isPlain(token, Infinity) && arePlain(request) &&
    (token_type_hint === undefined || isPlain(token_type_hint, 64));
}

const IntrospectionResponse = z.strictObject({
  active: z.boolean(),
  token_type: z.enum(["Bearer", "DPoP", "api_key"]).optional().openapi({
    description: "How it is used (RFC 6749 §5.1, RFC 9449 §5): access tokens and API keys only",
  }),
  client_id: z.string().optional().openapi({
    description: "`sentinel` for logins, or a client's id",
    example: "sentinel",
  }),
  sub: z.uuid().optional().openapi({ description: "User id" }),
  sid: z.uuid().optional().openapi({ description: "Session id" }),
  jti: z.string().optional().openapi({ description: "Of an API key, its id" }),
  username: z.string().optional().openapi({ example: "ada" }),
  roles: z.array(z.string()).optional().openapi({ description: "Active roles, as they are now", example: ["user"] }),
  scope: z.string().optional().openapi({
    description:
      "What an API key or a token of a client gives now; a token of a login gives all that its user holds, and has none",
    example: "",
  }),
  iss: z.string().optional(),
  aud: z.string().optional(),
  iat: z.int().optional().openapi({ description: "Seconds since the epoch" }),
  exp: z.int().optional().openapi({ description: "Seconds since the epoch" }),
  acr: z.enum(["aal1", "aal2"]).optional().openapi({
    description: "Of an access token of a user: what the sign-in counts for now (RFC 9470 §6.2)",
  }),
  auth_time: z.int().optional().openapi({
    description: "Of an access token of a user: when the user signed in (RFC 9470 §6.2)",
  }),
  cnf: z.strictObject({ jkt: z.string() }).optional().openapi({
    description: "The thumbprint of the key that an access token is bound to (RFC 9449 §6.2)",
  }),
}).openapi("IntrospectionResponse", {
  description: 'An inactive token is answered with exactly `{"active": false}`.',
  example: {
    active: true,
    token_type: "Bearer",
    client_id: "sentinel",
    sub: "01932c5e-7b1a-7c3f-9d2e-4f5a6b7c8d9e",
    sid: "01932c60-02f4-7d11-8a3b-5e6f708192a3",
    jti: "01932c60-0311-7a52-b0c4-6f708192a3b4",
    username: "ada",
    roles: ["user"],
    scope: "",
    iss: "http://localhost:8000",
    aud: "http://localhost:8000",
    iat: 1_768_469_400,
    exp: 1_768_470_000,
    acr: "aal2",
    auth_time: 1_768_469_400,
  },
});

const route = operation("POST /oauth/introspect", {
  operationId: "introspectToken",
  tags: ["sessions"],
  summary: "Whether a token is valid now, and its user, roles and times (RFC 7662)",
  description: "A client learns only of tokens that it got itself, and of those for its `resources`, unless it " +
    "registered itself.",
  errors: "oauth",
  ...requiresOrClient("tokens:introspect"),
  ...oftenFromMemory,
  ...form(IntrospectionRequest, { skipSchemaIf: isPlainRequest }),
  ...ok(IntrospectionResponse, "The state of the token"),
  ...problems("invalid_client", "rate_limited", "unavailable"),
});

/** Refresh tokens do; access tokens, which are JWTs, are judged by what memory holds. */
function mayNeedStatements(token: string): boolean {
  return token.startsWith("snt_");
}

/** `POST /oauth/introspect` */
export const introspectRoute = resource(
  [route],
  (app, { introspection, clientAuthentication }: {
    introspection: Introspection;
    clientAuthentication: ClientAuthentication;
  }) => {
    app.add(route, ({ caller, body, client, authorization, withStatements }) => {
      const answer = async () => {
        if (caller) return await introspection.introspect(body.token);
        const sent = sentClient(authorization(), body);
        if (!sent) throw new Problem("token_missing");
        return await introspection.introspectFor(await clientAuthentication.authenticate(sent, client), body.token);
      };
      return mayNeedStatements(body.token) ? withStatements(answer) : answer();
    });
  },
);
