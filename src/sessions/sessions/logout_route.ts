import { z } from "@hono/zod-openapi";
import { resource } from "../../http/contract/resource.ts";
import { anyone, formOrJson, noContent, operation, problems } from "../../http/contract/contract.ts";
import type { SessionRevocation } from "./session_revocation.ts";

const LogoutRequest = z.strictObject({
  refresh_token: z.string().optional().openapi({ example: "snt_rt_AZq…" }),
}).openapi("LogoutRequest");

const route = operation("POST /logout", {
  operationId: "logout",
  tags: ["sessions"],
  summary: "End the session of the bearer token or of `refresh_token`",
  description:
    "Answers 204 whether the tokens are valid or not. An expired access token ends no session; a refresh token does, " +
    "even one that was already used.",
  ...anyone,
  ...formOrJson(LogoutRequest),
  bodyOptional: true,
  ...noContent("Logged out"),
  ...problems("unavailable"),
});

/** `POST /logout` */
export const logoutRoute = resource([route], (app, { sessionRevocation }: { sessionRevocation: SessionRevocation }) => {
  app.add(route, async ({ body, bearer, client }) => {
    for (const token of [bearer(), body?.refresh_token]) {
      if (token) await sessionRevocation.revokeSessionOfToken(token, client());
    }
  });
});
