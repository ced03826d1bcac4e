import { z } from "@hono/zod-openapi";
import { passkeyAssertion } from "../../vocabulary/passkey_json.ts";
import { anyone, json, ok, operation, problems } from "../../http/contract/contract.ts";
import { resource } from "../../http/contract/resource.ts";
import { TokenResponse } from "../login/login_route.ts";
import type { LoginFactors } from "./login_factor.ts";

/** A signature of a passkey. */
export const PasskeyAssertion = passkeyAssertion.openapi("PasskeyAssertion", {
  description: "The answer of `navigator.credentials.get`, by its `toJSON` (WebAuthn §5.1)",
  example: {
    id: "KqU3v1nGq0e4eYQ6xq8nPQ",
    rawId: "KqU3v1nGq0e4eYQ6xq8nPQ",
    type: "public-key",
    response: {
      clientDataJSON: "eyJ0eXBlIjoid2ViYXV0aG4uZ2V0IiwiY2hhbGxlbmdlIjoiOU95SiJ9",
      authenticatorData: "SZYN5YgOjGh0NBcPZHZgW4_krrmihjLHmVzzuoMdl2MFAAAAAQ",
      signature: "MEUCIQDz2k3w8m1s",
      userHandle: "AZMsXnsafD-dLk9aa3yNng",
    },
  },
});

const mfa_token = z.string().max(100).openapi({
  description: "From the answer `mfa_required` of a login",
  example: "snt_lt_0CJ3zGhq…",
});

const LoginFactorRequest = z.discriminatedUnion("type", [
  z.strictObject({
    mfa_token,
    type: z.enum(["totp", "recovery_code"]).openapi({ example: "totp" }),
    code: z.string().min(1).max(100).openapi({
      description: "Six digits of an authenticator application, or a recovery code",
      example: "492039",
    }),
  }).openapi("LoginCode"),
  z.strictObject({ mfa_token, type: z.literal("passkey"), assertion: PasskeyAssertion }).openapi("LoginPasskey"),
]).openapi("LoginFactorRequest", { example: { mfa_token: "snt_lt_0CJ3zGhq…", type: "totp", code: "492039" } });

const route = operation("POST /login/factor", {
  operationId: "loginFactor",
  tags: ["sessions"],
  summary: "Prove a second factor, and get the tokens of the login",
  description: "A login takes five wrong proofs within five minutes; then it begins anew.",
  ...anyone,
  ...json(LoginFactorRequest),
  ...ok(TokenResponse, "Logged in"),
  ...problems("invalid_factor", "login_expired", "rate_limited", "unavailable"),
});

/** `POST /login/factor` */
export const loginFactorRoute = resource([route], (app, { loginFactors }: { loginFactors: LoginFactors }) => {
  app.add(route, ({ body: { mfa_token, ...proof }, client }) => loginFactors.pass(mfa_token, proof, client()));
});
