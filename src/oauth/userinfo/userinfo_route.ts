import { z } from "@hono/zod-openapi";
import { crossOrigin, form, fromMemory, ok, operation, problems } from "../../http/contract/contract.ts";
import { resource } from "../../http/contract/resource.ts";
import { Problem } from "../../vocabulary/problems.ts";
import { originsOf } from "../clients/redirect_uri.ts";
import type { Userinfo } from "./userinfo.ts";

const UserinfoResponse = z.strictObject({
  sub: z.uuid().openapi({ description: "User id", example: "01932c5e-7b1a-7c3f-9d2e-4f5a6b7c8d9e" }),
  preferred_username: z.string().optional().openapi({ description: "With the scope `profile`", example: "ada" }),
  email: z.string().optional().openapi({ description: "With the scope `email`", example: "ada@example.com" }),
  email_verified: z.boolean().optional().openapi({ description: "With the scope `email`", example: true }),
  roles: z.array(z.string()).optional().openapi({
    description: "Active roles, as they are now, with the scope `roles`",
    example: ["user"],
  }),
}).openapi("Userinfo");

const path = "/oauth/userinfo";

const get = operation(`GET ${path}`, {
  operationId: "getUserinfo",
  tags: ["sessions"],
  summary: "Who signed in (OpenID Connect Core 1.0 §5.3)",
  description: "Takes the access tokens that applications get when a user signs in, and no others.",
  ...crossOrigin,
  access: { kind: "userinfo", inForm: false } as const,
  ...fromMemory,
  ...ok(UserinfoResponse, "What the scopes of the token allow"),
  ...problems("unavailable"),
});

const UserinfoRequest = z.object({
  access_token: z.string().optional().openapi({
    description: "Instead of the header (RFC 6750 §2.2)",
    example: "eyJhbGciOi…",
  }),
}).openapi("UserinfoRequest", { example: {} });

const post = operation(`POST ${path}`, {
  operationId: "postUserinfo",
  tags: ["sessions"],
  summary: "As `GET /oauth/userinfo`, which also takes the token in a form",
  ...crossOrigin,
  access: { kind: "userinfo", inForm: true } as const,
  ...form(UserinfoRequest),
  bodyOptional: true,
  ...ok(UserinfoResponse, "What the scopes of the token allow"),
  ...problems("unavailable"),
});

/** `GET|POST /oauth/userinfo` */
export const userinfoRoute = resource([get, post], (app, { userinfo }: { userinfo: Userinfo }) => {
  app.add(get, ({ caller, readableBy }) => {
    readableBy(originsOf(caller.client!));
    return userinfo.describe(caller);
  });
  app.add(post, async ({ caller, body, readableBy }) => {
    const token = body?.access_token;
    if (caller && token !== undefined) throw twoTokens();
    const known = caller ?? await userinfo.principalOf(token);
    readableBy(originsOf(known.client!));
    return userinfo.describe(known);
  });
});

function twoTokens(): Problem {
  return new Problem("invalid_request", { detail: "Send the token once: in the header or in the form (RFC 6750 §2)." });
}
