import type { Client, PrincipalClient } from "../../vocabulary/actor.ts";
import {
  type ClientAuthentication,
  invalidClient,
  type SentClient,
  sentClient,
} from "../client_authentication/client_authentication.ts";
import { arePlain, clientParameters, isPlain, parameter } from "../client_authentication/client_parameters_route.ts";
import { originsOf, redirectUriLengthMax } from "../clients/redirect_uri.ts";
import type { ClientCredentials } from "./client_credentials.ts";
import type { ClientRefresh } from "./client_refresh.ts";
import type { ProveKey, ProvenKeys } from "./proven_keys.ts";
import type { CodeExchange } from "./code_exchange.ts";
import type { DeviceExchange } from "../device/device_exchange.ts";
import { deviceGrant } from "../grant_types.ts";
import { z } from "@hono/zod-openapi";
import { resource } from "../../http/contract/resource.ts";
import { anyone, crossOrigin, form, oftenFromMemory, ok, operation, problems } from "../../http/contract/contract.ts";
import { Problem } from "../../vocabulary/problems.ts";
import { identifierLengthMax } from "../../vocabulary/identifiers.ts";
import { TokenResponse } from "../../sessions/login/login_route.ts";
import type { Rotation } from "../../sessions/rotation/rotation.ts";
import type { Logins } from "../../sessions/login/login.ts";

/** A request for which the schema has nothing to do, which takes it 10 µs: for a token of a client, or a refresh. */
function isPlainRequest(value: unknown): boolean {
  const request = value as Record<string, unknown>;
  return request.grant_type !== undefined && isPlain(request.grant_type, 64) && arePlain(request) &&
    isPlain(request.scope, Infinity) &&
    isPlain(request.refresh_token, Infinity) && others.every((name) => request[name] === undefined);
}

const others = ["resource", "username", "password", "code", "redirect_uri", "code_verifier", "device_code"];

const TokenRequest = z.object({
  grant_type: z.string().min(1).max(64).openapi({
    description: "`authorization_code`, `client_credentials`, `refresh_token`, `password` or " +
      "`urn:ietf:params:oauth:grant-type:device_code`",
    example: "password",
  }),
  code: parameter(z.string().max(256)).openapi({ description: "For `authorization_code`" }),
  redirect_uri: parameter(z.string().max(redirectUriLengthMax)).openapi({
    description: "For `authorization_code`: as in the authorization request",
  }),
  code_verifier: parameter(z.string().max(256)).openapi({
    description: "For `authorization_code`: of the `code_challenge` of the authorization request (RFC 7636 §4.5)",
  }),
  device_code: parameter(z.string().max(256)).openapi({ description: "For a device (RFC 8628 §3.4)" }),
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
  scope: parameter(z.string()).openapi({
    description: "Less than the client or its session has; a refresh cannot extend it (RFC 6749 §6). Logins have none",
  }),
  resource: z.array(z.string().max(2_048)).max(20).optional().openapi({
    description: "For clients: the API that the token is for (RFC 8707), if it may be for several",
    example: [],
  }),
  ...clientParameters,
}).openapi("TokenRequest", {
  example: { grant_type: "password", username: "ada", password: "correct horse battery staple" },
});

const TokenEndpointResponse = TokenResponse.partial({ refresh_token: true }).extend({
  token_type: z.enum(["bearer", "DPoP"]).openapi({
    description: "`DPoP`: bound to the key that the client proved (RFC 9449 §5)",
    example: "bearer",
  }),
  id_token: z.string().optional().openapi({
    description: "Who signed in, if the scope `openid` was granted (OpenID Connect Core 1.0 §2)",
    example: "eyJhbGciOiJSUzI1NiIsInR5cCI6IkpXVCIs…",
  }),
}).openapi("TokenEndpointResponse", {
  description: "`client_credentials` gives no refresh token (RFC 6749 §4.4.3).",
});

const route = operation("POST /oauth/token", {
  operationId: "token",
  tags: ["sessions"],
  summary: "Log in, exchange a code, refresh tokens, or get a token as a client (RFC 6749 §3.2)",
  description:
    "A code works once, within 60 s; a second use that is right in all else revokes what the first one gave. " +
    "A refresh token can be used once. Within the grace period, or within 10 minutes while the next token is unused, a " +
    "second use returns the same next token, so that a lost answer or a second tab logs no user out. A later use, or " +
    "one after more than three newer tokens, ends the session. After a 503, send the same token again. " +
    "With a proof in the header `DPoP`, made for this endpoint, a client gets an access token that counts only with such a " +
    "proof (RFC 9449); the refresh tokens of a public client count only with it too. Logins ignore the header.",
  errors: "oauth",
  ...anyone,
  ...oftenFromMemory,
  ...crossOrigin,
  ...form(TokenRequest, { repeatable: ["resource"], skipSchemaIf: isPlainRequest }),
  ...ok(TokenEndpointResponse, "Tokens"),
  ...problems(
    "invalid_grant",
    "invalid_credentials",
    "email_unverified",
    "mfa_required",
    "invalid_client",
    "invalid_dpop_proof",
    "unauthorized_client",
    "unsupported_grant_type",
    "invalid_scope",
    "invalid_target",
    "authorization_pending",
    "slow_down",
    "access_denied",
    "expired_token",
    "rate_limited",
    "overloaded",
    "unavailable",
  ),
});

type TokenRequest = z.output<typeof TokenRequest>;

type Grant = (
  request: TokenRequest,
  sent: SentClient | undefined,
  origin: () => Client,
  readableBy: Readable,
  prove: ProveKey,
) => Promise<z.output<typeof TokenEndpointResponse>>;

/** Says whose pages may read the answer. */
type Readable = (isReader: (origin: string) => boolean) => void;

/** What issues tokens by each grant type, and tells who asks. */
type TokenDeps = {
  logins: Logins;
  rotation: Rotation;
  clientCredentials: ClientCredentials;
  codeExchange: CodeExchange;
  deviceExchange: DeviceExchange;
  clientRefresh: ClientRefresh;
  clientAuthentication: ClientAuthentication;
  provenKeys: ProvenKeys;
};

/** `POST /oauth/token` */
export const tokenRoute = resource(
  [route],
  (app, deps: TokenDeps) => {
    const { logins, rotation, clientCredentials, codeExchange, deviceExchange, clientRefresh } = deps;
    const { clientAuthentication, provenKeys } = deps;
    const grants: Record<string, Grant> = {
      client_credentials: (request, sent, origin, _readableBy, prove) =>
        clientCredentials.issue(sent, request, origin, prove),
      async authorization_code(request, sent, origin, readableBy, prove) {
        const client = await clientOf(sent, origin, readableBy);
        return await codeExchange.exchange(client, {
          code: need(request, "code"),
          redirectUri: need(request, "redirect_uri"),
          codeVerifier: request.code_verifier,
          resource: request.resource ?? [],
          jkt: await prove(client),
        }, origin());
      },
      async [deviceGrant](request, sent, origin, readableBy, prove) {
        const client = await clientOf(sent, origin, readableBy);
        return await deviceExchange.exchange(client, {
          deviceCode: need(request, "device_code"),
          resource: request.resource ?? [],
          jkt: await prove(client),
        }, origin());
      },
      async password(request, sent, origin) {
        if (sent) await refuseClient(clientAuthentication, sent, origin);
        const [username, password] = [need(request, "username"), need(request, "password")];
        return await logins.login({ username, password }, origin());
      },
      async refresh_token({ scope, resource = [], ...request }, sent, origin, readableBy, prove) {
        const refreshToken = need(request, "refresh_token");
        if (sent || clientRefresh.isOfClient(refreshToken)) {
          const client = await clientOf(sent, origin, readableBy);
          const jkt = await prove(client);
          return await clientRefresh.refresh(client, { refreshToken, scope, resource, jkt }, origin());
        }
        if (scope) throw new Problem("invalid_scope");
        return await rotation.rotate(refreshToken, origin());
      },
    };
    app.add(route, ({ body, client, authorization, proof, readableBy, withStatements }) => {
      if (!Object.hasOwn(grants, body.grant_type)) throw new Problem("unsupported_grant_type");
      const sent = proof();
      const issue = () =>
        grants[body.grant_type]!(
          body,
          sentClient(authorization(), body),
          client,
          readableBy,
          provenKeys.proverOf(sent),
        );
      return body.grant_type === "client_credentials" && !sent ? issue() : withStatements(issue);
    });

    /** @throws {Problem} `invalid_client`, also for a request without a client */
    async function clientOf(
      sent: SentClient | undefined,
      origin: () => Client,
      readableBy: Readable,
    ): Promise<PrincipalClient> {
      if (!sent) throw invalidClient(false);
      const client = await clientAuthentication.authenticate(sent, origin, { allowPublic: true });
      readableBy(originsOf(client));
      return client;
    }
  },
);

/** Logins are first-party: no registered client gets them. */
async function refuseClient(authentication: ClientAuthentication, sent: SentClient, origin: () => Client) {
  await authentication.authenticate(sent, origin);
  throw new Problem("unauthorized_client", { detail: "This grant type is for logins of users only." });
}

function need<Name extends string>(request: { [name in Name]?: string | undefined }, name: Name): string {
  const value = request[name];
  if (value === undefined) {
    throw new Problem("invalid_request", { detail: `This grant type requires the parameter ${name}.` });
  }
  return value;
}
