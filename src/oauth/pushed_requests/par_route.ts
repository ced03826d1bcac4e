import { z } from "@hono/zod-openapi";
import {
  anyone,
  createdNowhere,
  crossOrigin,
  form,
  operation,
  problems,
  resource,
} from "../../http/contract/contract.ts";
import { parameterNames } from "../authorize/parameters/sent_parameters.ts";
import {
  type ClientAuthentication,
  invalidClient,
  sentClient,
} from "../client_authentication/client_authentication.ts";
import { originsOf } from "../clients/redirect_uri.ts";
import type { ProvenKeys } from "../token_endpoint/proven_keys.ts";
import { clientParameters } from "../client_authentication/client_parameters_route.ts";
import type { PushedRequests } from "./pushed_requests.ts";

const text = z.string().optional();

/** Everything that the authorization endpoint reads, and who asks. */
const PushedRequest = z.object({
  ...Object.fromEntries(parameterNames.map((name) => [name, text])),
  response_type: z.string(),
  resource: z.array(z.string()).optional().openapi({
    description: "APIs that the access is for (RFC 8707)",
    example: [],
  }),
  ...clientParameters,
}).openapi("PushedAuthorizationRequest", {
  description: "The parameters of `GET /oauth/authorize`",
  example: {
    client_id: "01932c5e-7b1a-7c3f-9d2e-4f5a6b7c8d9e",
    response_type: "code",
    redirect_uri: "https://ledger.example.com/callback",
    scope: "openid",
    code_challenge: "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
    code_challenge_method: "S256",
  },
});

const PushedResponse = z.strictObject({
  request_uri: z.string().openapi({ example: "urn:ietf:params:oauth:request_uri:snt_pr_0CJ3zGhq…" }),
  expires_in: z.int().openapi({ description: "Seconds", example: 60 }),
}).openapi("PushedAuthorizationResponse");

const route = operation("POST /oauth/par", {
  operationId: "pushAuthorizationRequest",
  tags: ["sessions"],
  summary: "Push an authorization request before the browser comes (RFC 9126)",
  description: "Clients authenticate as at the token endpoint. Then send the browser to `/oauth/authorize` with " +
    "`client_id` and `request_uri` alone, within 60 s. It gets one answer. A proof in the header `DPoP` binds the code to " +
    "its key, as `dpop_jkt` does (RFC 9449 §10.1).",
  errors: "oauth",
  ...anyone,
  ...crossOrigin,
  ...form(PushedRequest, { repeatable: ["resource"] }),
  ...createdNowhere(PushedResponse, "The request is kept"),
  ...problems(
    "invalid_client",
    "invalid_dpop_proof",
    "unauthorized_client",
    "invalid_scope",
    "invalid_target",
    "registration_not_supported",
    "request_not_supported",
    "unsupported_response_type",
    "rate_limited",
    "unavailable",
  ),
});

/** `POST /oauth/par` */
export const parRoute = resource(
  [route],
  (app, { pushedRequests, clientAuthentication, provenKeys }: {
    pushedRequests: PushedRequests;
    clientAuthentication: ClientAuthentication;
    provenKeys: ProvenKeys;
  }) => {
    app.add(route, async ({ body, client: origin, authorization, proof, readableBy }) => {
      const sent = sentClient(authorization(), body);
      if (!sent) throw invalidClient(false);
      const client = await clientAuthentication.authenticate(sent, origin, { allowPublic: true });
      readableBy(originsOf(client));
      const sentProof = proof();
      const jkt = sentProof && await provenKeys.keyOf(client, sentProof);
      return await pushedRequests.push(client, queryOf(body), { jkt, ip: origin().ip });
    });
  },
);

/** The parameters of the request, without those that authenticate the client. */
function queryOf(body: Record<string, unknown> & { resource?: string[] | undefined }): URLSearchParams {
  const query = new URLSearchParams();
  for (const name of parameterNames) if (typeof body[name] === "string") query.set(name, body[name]);
  for (const uri of body.resource ?? []) query.append("resource", uri);
  return query;
}
