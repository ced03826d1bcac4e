import { z } from "@hono/zod-openapi";
import { passkeyRequestOptions } from "../../vocabulary/passkey_json.ts";
import { anyone, Id, json, ok, operation, problems } from "../../http/contract/contract.ts";
import { resource } from "../../http/contract/resource.ts";
import { TokenResponse } from "../login/login_route.ts";
import { PasskeyAssertion } from "../second_step/login_factor_route.ts";
import type { PasskeyLogins } from "./passkey_login.ts";

/** What a passkey is asked to sign. */
export const PasskeyChallenge = z.strictObject({
  challenge_id: Id,
  publicKey: passkeyRequestOptions.openapi("PasskeyRequestOptions", {
    description: "For `navigator.credentials.get`, by `PublicKeyCredential.parseRequestOptionsFromJSON`",
    example: {
      challenge: "9OyJkTmU8Jq4pVbY1w7hZx2sRc5fLg3oQnEiAuKdMt0",
      rpId: "example.com",
      timeout: 300_000,
      userVerification: "required",
      allowCredentials: [],
    },
  }),
}).openapi("PasskeyChallenge");

/** An answer to a {@link PasskeyChallenge}. */
export const PasskeyAnswer = z.strictObject({ challenge_id: Id, assertion: PasskeyAssertion })
  .openapi("PasskeyAnswer");

const tags: ["sessions"] = ["sessions"];

const begin = operation("POST /login/passkey/options", {
  operationId: "beginPasskeyLogin",
  tags,
  summary: "Ask for a login with a passkey alone",
  description:
    "The answer names no one: the authenticator offers the passkeys that it has for this service. It is good for one " +
    "`POST /login/passkey` within five minutes.",
  ...anyone,
  ...ok(PasskeyChallenge, "What the passkey signs"),
  ...problems("unavailable"),
});

const login = operation("POST /login/passkey", {
  operationId: "loginPasskey",
  tags,
  summary: "Log in with a passkey alone",
  description: "The authenticator must have verified the user, by a PIN or a fingerprint. The session has `aal` 2.",
  ...anyone,
  ...json(PasskeyAnswer),
  ...ok(TokenResponse, "Logged in"),
  ...problems("invalid_passkey", "login_expired", "email_unverified", "rate_limited", "unavailable"),
});

/** `POST /login/passkey/options`, `POST /login/passkey` */
export const passkeyLoginRoute = resource(
  [begin, login],
  (app, { passkeyLogins }: { passkeyLogins: PasskeyLogins }) => {
    app.add(begin, () => passkeyLogins.begin());
    app.add(login, ({ body, client }) => passkeyLogins.login(body, client()));
  },
);
