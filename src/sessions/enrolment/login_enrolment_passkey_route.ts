import { z } from "@hono/zod-openapi";
import { anyone, json, ok, operation, problems } from "../../http/contract/contract.ts";
import { resource } from "../../http/contract/resource.ts";
import { passkeyAttestation, passkeyCreationOptions } from "../../vocabulary/passkey_json.ts";
import type { LoginEnrolments } from "./login_enrolment.ts";
import { EnrolledTokenResponse, MfaToken } from "./login_enrolment_route.ts";

/** How the user tells a passkey from others. */
export const PasskeyName = z.string().min(1).max(100).openapi({
  description: "Which device it is",
  example: "laptop",
});

/** What a new passkey is created by. */
export const creationOptions = passkeyCreationOptions.openapi("PasskeyCreationOptions", {
  description: "For `navigator.credentials.create`, by `PublicKeyCredential.parseCreationOptionsFromJSON`",
  example: {
    challenge: "9OyJkTmU8Jq4pVbY1w7hZx2sRc5fLg3oQnEiAuKdMt0",
    rp: { id: "example.com", name: "Sentinel" },
    user: { id: "AZMsXnsafD-dLk9aa3yNng", name: "ada", displayName: "ada" },
    pubKeyCredParams: [{ alg: -7, type: "public-key" }],
    timeout: 300_000,
    attestation: "none",
    excludeCredentials: [],
    authenticatorSelection: { residentKey: "preferred", userVerification: "preferred" },
  },
});

/** A new passkey. */
export const attestation = passkeyAttestation.openapi("PasskeyAttestation", {
  description: "The answer of `navigator.credentials.create`, by its `toJSON` (WebAuthn §5.1)",
  example: {
    id: "KqU3v1nGq0e4eYQ6xq8nPQ",
    rawId: "KqU3v1nGq0e4eYQ6xq8nPQ",
    type: "public-key",
    response: {
      clientDataJSON: "eyJ0eXBlIjoid2ViYXV0aG4uY3JlYXRlIiwiY2hhbGxlbmdlIjoiOU95SiJ9",
      attestationObject: "o2NmbXRkbm9uZWdhdHRTdG10oGhhdXRoRGF0YVg",
      transports: ["internal"],
    },
  },
});

const tags: ["sessions"] = ["sessions"];

const begin = operation("POST /login/enrolment/passkey/options", {
  operationId: "beginPasskeyEnrolmentAtLogin",
  tags,
  summary: "Ask for a passkey as the second factor that a login requires",
  description: "A further request replaces the challenge. It counts among the ten requests of the login.",
  ...anyone,
  ...json(z.strictObject({ mfa_token: MfaToken }).openapi("LoginPasskeyEnrolment")),
  ...ok(z.strictObject({ publicKey: creationOptions }).openapi("LoginPasskeySetup"), "What the browser is asked"),
  ...problems("login_expired", "unavailable"),
});

const finish = operation("POST /login/enrolment/passkey", {
  operationId: "enrolPasskeyAtLogin",
  tags,
  summary: "Add the passkey that the browser has created, and get the tokens of the login",
  ...anyone,
  ...json(
    z.strictObject({ mfa_token: MfaToken, attestation, name: PasskeyName.optional() })
      .openapi("LoginPasskeyRegistration"),
  ),
  ...ok(EnrolledTokenResponse, "Logged in; from now on the login asks for the passkey"),
  ...problems("passkey_refused", "passkey_taken", "login_expired", "unavailable"),
});

/** `POST /login/enrolment/passkey/options`, `POST /login/enrolment/passkey` */
export const loginEnrolmentPasskeyRoute = resource(
  [begin, finish],
  (app, { loginEnrolments }: { loginEnrolments: LoginEnrolments }) => {
    app.add(begin, ({ body: { mfa_token } }) => loginEnrolments.askForPasskey(mfa_token));
    app.add(finish, ({ body, client }) => loginEnrolments.addPasskey(body, client()));
  },
);
