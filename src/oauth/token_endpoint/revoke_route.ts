import { z } from "@hono/zod-openapi";
import { resource } from "../../http/contract/resource.ts";
import { anyone, crossOrigin, emptyOk, form, operation, problems } from "../../http/contract/contract.ts";
import { sentClient } from "../client_authentication/client_authentication.ts";
import { originsOf } from "../clients/redirect_uri.ts";
import { clientParameters } from "../client_authentication/client_parameters_route.ts";
import type { TokenRevocation } from "./token_revocation.ts";

const RevocationRequest = z.object({
  token: z.string().min(1).openapi({ description: "A refresh token or an access token", example: "snt_rt_AZq…" }),
  token_type_hint: z.string().max(64).optional().openapi({
    description: "Accepted and ignored: the type follows from the token",
  }),
  ...clientParameters,
}).openapi("RevocationRequest", { example: { token: "snt_rt_AZq…" } });

const route = operation("POST /oauth/revoke", {
  operationId: "revokeToken",
  tags: ["sessions"],
  summary: "Revoke a token and its session (RFC 7009)",
  description:
    "Answers 200 whether the token is valid or not (RFC 7009 §2.2). The session of a login ends with all its " +
    "tokens, and so does that of a user's sign-in with the client; what the user allowed it stays. By a token of its own " +
    "a client ends all of those that it got until now. Tokens of other clients stay.",
  errors: "oauth",
  ...anyone,
  ...crossOrigin,
  ...form(RevocationRequest),
  ...emptyOk("The token is no longer valid"),
  ...problems("invalid_client", "rate_limited", "unavailable"),
});

/** `POST /oauth/revoke` */
export const revokeRoute = resource([route], (app, { tokenRevocation }: { tokenRevocation: TokenRevocation }) => {
  app.add(route, async ({ body, client, authorization, readableBy }) => {
    const asking = await tokenRevocation.revoke(body.token, sentClient(authorization(), body), client());
    if (asking) readableBy(originsOf(asking));
  });
});
