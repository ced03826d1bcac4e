import { z } from "@hono/zod-openapi";
import { anyone, crossOrigin, form, ok, operation, problems, resource } from "../../http/contract/contract.ts";
import { Problem } from "../../vocabulary/problems.ts";
import { type ClientAuthentication, sentClient } from "../client_authentication/client_authentication.ts";
import { originsOf } from "../clients/redirect_uri.ts";
import { clientParameters } from "../client_authentication/client_parameters_route.ts";
import type { DeviceGrants } from "./device_grants.ts";

const DeviceAuthorizationRequest = z.object({
  scope: z.string().optional().openapi({ description: "Absent: all that the client may ask for" }),
  resource: z.array(z.string().max(2_048)).optional().openapi({
    description: "APIs that the access is for (RFC 8707)",
    example: [],
  }),
  ...clientParameters,
}).openapi("DeviceAuthorizationRequest", {
  example: { client_id: "01932c5e-7b1a-7c3f-9d2e-4f5a6b7c8d9e", scope: "openid" },
});

const DeviceAuthorizationResponse = z.strictObject({
  device_code: z.string().openapi({ description: "For the token endpoint", example: "snt_dc_0CJ3zGhq…" }),
  user_code: z.string().openapi({ description: "What the user enters, in either case", example: "WDJB-MJHT" }),
  verification_uri: z.string().openapi({ example: "http://localhost:8000/device" }),
  verification_uri_complete: z.string().openapi({ example: "http://localhost:8000/device?user_code=WDJB-MJHT" }),
  expires_in: z.int().openapi({ description: "Seconds", example: 600 }),
  interval: z.int().openapi({ description: "Seconds from one poll to the next", example: 5 }),
}).openapi("DeviceAuthorizationResponse");

const route = operation("POST /oauth/device_authorization", {
  operationId: "authorizeDevice",
  tags: ["sessions"],
  summary: "Begin a sign-in on a device without a browser (RFC 8628 §3.1)",
  description: "Clients authenticate as at the token endpoint. Show the user code and the address, then ask " +
    "`/oauth/token` for tokens every 5 s.",
  errors: "oauth",
  ...anyone,
  ...crossOrigin,
  ...form(DeviceAuthorizationRequest, { repeatable: ["resource"] }),
  ...ok(DeviceAuthorizationResponse, "The codes of the device and of the user"),
  ...problems(
    "invalid_client",
    "unauthorized_client",
    "invalid_scope",
    "invalid_target",
    "rate_limited",
    "unavailable",
  ),
});

/** `POST /oauth/device_authorization` */
export const deviceAuthorizationRoute = resource(
  [route],
  (app, { deviceGrants, clientAuthentication }: {
    deviceGrants: DeviceGrants;
    clientAuthentication: ClientAuthentication;
  }) => {
    app.add(route, async ({ body, client: origin, authorization, readableBy }) => {
      const sent = sentClient(authorization(), body);
      if (!sent) throw new Problem("invalid_request", { detail: "Send the client_id (RFC 8628 section 3.1)." });
      const client = await clientAuthentication.authenticate(sent, origin, { allowPublic: true });
      readableBy(originsOf(client));
      const query = new URLSearchParams({ scope: body.scope ?? "" });
      for (const uri of body.resource ?? []) query.append("resource", uri);
      return await deviceGrants.start(client, String(query), origin());
    });
  },
);
