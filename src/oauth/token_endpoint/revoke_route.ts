import { z } from "@hono/zod-openapi";
import { resource } from "../../http/contract/resource.ts";
import { anyone, emptyOk, form, operation, problems } from "../../http/contract/contract.ts";
import type { SessionRevocation } from "../../sessions/sessions/session_revocation.ts";

const RevocationRequest = z.object({
  token: z.string().min(1).openapi({ description: "A refresh token or an access token", example: "snt_rt_AZq…" }),
  token_type_hint: z.string().max(64).optional().openapi({
    description: "Accepted and ignored: the type follows from the token",
  }),
}).openapi("RevocationRequest", { example: { token: "snt_rt_AZq…" } });

const route = operation({
  method: "post",
  path: "/oauth/revoke",
  operationId: "revokeToken",
  tags: ["sessions"],
  summary: "Revoke a token and its session (RFC 7009)",
  description: "Answers 200 whether the token is valid or not (RFC 7009 §2.2). The session ends with all its " +
    "tokens.",
  errors: "oauth",
  ...anyone,
  ...form(RevocationRequest),
  ...emptyOk("The token is no longer valid"),
  ...problems("unavailable"),
});

/** `POST /oauth/revoke` */
export const revokeRoute = resource([route], (app, { sessionRevocation }: { sessionRevocation: SessionRevocation }) => {
  app.add(route, ({ body: { token }, client }) => sessionRevocation.revokeSessionOfToken(token, client()));
});
