import type { Client } from "../../vocabulary/actor.ts";
import { z } from "@hono/zod-openapi";
import { resource } from "../../http/contract/resource.ts";
import { anyone, form, ok, operation, problems } from "../../http/contract/contract.ts";
import { Problem } from "../../vocabulary/problems.ts";
import { identifierLengthMax } from "../../vocabulary/identifiers.ts";
import { scopeLengthMax, TokenResponse } from "../../sessions/login/login_route.ts";
import type { Rotation } from "../../sessions/rotation/rotation.ts";
import type { Logins, Tokens } from "../../sessions/login/login.ts";

/** A parameter without a value is treated as absent (RFC 6749 §3.2). */
const parameter = (schema: z.ZodString) => schema.optional().transform((value) => value || undefined);

const TokenRequest = z.object({
  grant_type: z.string().min(1).max(64).openapi({
    description: "`refresh_token` or `password`",
    example: "password",
  }),
  refresh_token: parameter(z.string()).openapi({ description: "For `refresh_token`" }),
  username: parameter(z.string().max(identifierLengthMax)).openapi({
    description: "For the grant `password`: username or e-mail address",
    example: "ada",
  }),
  password: parameter(z.string()).openapi({
    description: "For `password`",
    format: "password",
    example: "correct horse battery staple",
  }),
  scope: parameter(z.string().max(scopeLengthMax)).openapi({ description: "A refresh cannot extend it (RFC 6749 §6)" }),
}).openapi("TokenRequest", {
  example: { grant_type: "password", username: "ada", password: "correct horse battery staple" },
});

const route = operation({
  method: "post",
  path: "/oauth/token",
  operationId: "token",
  tags: ["sessions"],
  summary: "Log in, or refresh tokens, as OAuth clients do (RFC 6749 §3.2)",
  description:
    "A refresh token can be used once. Within the grace period, or within 10 minutes while the next token is unused, a " +
    "second use returns the same next token, so that a lost answer or a second tab logs no user out. A later use, or " +
    "one after more than three newer tokens, ends the session. After a 503, send the same token again.",
  errors: "oauth",
  ...anyone,
  ...form(TokenRequest),
  ...ok(TokenResponse, "Tokens"),
  ...problems(
    "invalid_grant",
    "invalid_credentials",
    "unsupported_grant_type",
    "invalid_scope",
    "rate_limited",
    "overloaded",
    "unavailable",
  ),
});

type TokenRequest = z.output<typeof TokenRequest>;

/** `POST /oauth/token` */
export const tokenRoute = resource(
  [route],
  (app, { logins, rotation }: { logins: Logins; rotation: Rotation }) => {
    const grants: Record<string, (request: TokenRequest, client: Client) => Promise<Tokens>> = {
      password: (request, client) =>
        logins.login({ username: need(request, "username"), password: need(request, "password") }, client),
      refresh_token(request, client) {
        if (request.scope) throw new Problem("invalid_scope");
        return rotation.rotate(need(request, "refresh_token"), client);
      },
    };
    app.add(route, ({ body, client }) => {
      if (!Object.hasOwn(grants, body.grant_type)) throw new Problem("unsupported_grant_type");
      return grants[body.grant_type]!(body, client());
    });
  },
);

function need(request: TokenRequest, name: "username" | "password" | "refresh_token"): string {
  const value = request[name];
  if (value === undefined) {
    throw new Problem("invalid_request", { detail: `This grant type requires the parameter ${name}.` });
  }
  return value;
}
