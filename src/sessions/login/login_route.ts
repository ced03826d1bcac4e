import { z } from "@hono/zod-openapi";
import { resource } from "../../http/contract/resource.ts";
import { anyone, formOrJson, ok, operation, problems } from "../../http/contract/contract.ts";
import { identifierLengthMax } from "../../vocabulary/identifiers.ts";
import type { Logins } from "./login.ts";

/** Scopes are accepted and ignored: permissions come from roles. */
export const scopeLengthMax = 1_024;

const LoginRequest = z.object({
  username: z.string().min(1).max(identifierLengthMax).openapi({
    description: "Username or e-mail address, in any case",
    example: "ada",
  }),
  password: z.string().min(1).openapi({ format: "password", example: "correct horse battery staple" }),
  grant_type: z.literal("password").optional().openapi({ description: "RFC 6749 §4.3.2" }),
  scope: z.string().max(scopeLengthMax).optional().openapi({
    description: "Accepted and ignored: permissions come from roles",
    example: "",
  }),
}).openapi("LoginRequest");

/** RFC 6749 §5.1 */
export const TokenResponse = z.strictObject({
  access_token: z.string().openapi({
    description: "JWT (RFC 9068), for `Authorization: Bearer`; its `client_id` is always `sentinel`",
    example: "eyJhbGciOiJFZERTQSIsInR5cCI6ImF0K2p3dCIs…",
  }),
  token_type: z.literal("bearer"),
  expires_in: z.int().openapi({ description: "Lifetime of the access token in seconds", example: 600 }),
  refresh_token: z.string().openapi({ example: "snt_rt_AZq…" }),
  scope: z.string().openapi({ example: "" }),
}).openapi("TokenResponse");

const route = operation("POST /login", {
  alsoAt: ["/login/"],
  operationId: "login",
  tags: ["sessions"],
  summary: "Log in with a username or e-mail address and a password",
  description: "RFC 6749 §4.3, kept for first-party clients. Unknown members are ignored (RFC 6749 §3.2).",
  ...anyone,
  ...formOrJson(LoginRequest),
  ...ok(TokenResponse, "Logged in"),
  ...problems("invalid_credentials", "email_unverified", "mfa_required", "rate_limited", "overloaded", "unavailable"),
});

/** `POST /login` */
export const loginRoute = resource([route], (app, { logins }: { logins: Logins }) => {
  app.add(route, ({ body, client }) => logins.login(body, client()));
});
