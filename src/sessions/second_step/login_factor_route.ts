import { z } from "@hono/zod-openapi";
import { anyone, json, ok, operation, problems } from "../../http/contract/contract.ts";
import { resource } from "../../http/contract/resource.ts";
import { TokenResponse } from "../login/login_route.ts";
import type { LoginFactors } from "./login_factor.ts";

const LoginFactorRequest = z.strictObject({
  mfa_token: z.string().max(100).openapi({
    description: "From the answer `mfa_required` of a login",
    example: "snt_lt_0CJ3zGhq…",
  }),
  type: z.enum(["totp", "recovery_code"]).openapi({ example: "totp" }),
  code: z.string().min(1).max(100).openapi({
    description: "Six digits of an authenticator application, or a recovery code",
    example: "492039",
  }),
}).openapi("LoginFactorRequest");

const route = operation("POST /login/factor", {
  operationId: "loginFactor",
  tags: ["sessions"],
  summary: "Prove a second factor, and get the tokens of the login",
  description: "A login takes five wrong codes within five minutes; then it begins anew.",
  ...anyone,
  ...json(LoginFactorRequest),
  ...ok(TokenResponse, "Logged in"),
  ...problems("invalid_factor", "login_expired", "rate_limited", "unavailable"),
});

/** `POST /login/factor` */
export const loginFactorRoute = resource([route], (app, { loginFactors }: { loginFactors: LoginFactors }) => {
  app.add(route, ({ body: { mfa_token, ...proof }, client }) => loginFactors.pass(mfa_token, proof, client()));
});
