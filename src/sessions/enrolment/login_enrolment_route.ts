import { z } from "@hono/zod-openapi";
import { anyone, json, ok, operation, problems } from "../../http/contract/contract.ts";
import { resource } from "../../http/contract/resource.ts";
import { TokenResponse } from "../login/login_route.ts";
import type { LoginEnrolments } from "./login_enrolment.ts";

export const MfaToken = z.string().max(100).openapi({
  description: "From the answer `mfa_required` of a login, with `enrolment`",
  example: "snt_lt_0CJ3zGhq…",
});

/** How the user tells an authenticator app from others. */
export const AppName = z.string().min(1).max(100).default("Authenticator app").openapi({
  description: "Which app or device it is",
  example: "phone",
});

/** What an authenticator app is set up with, shown once. */
export const totpMembers = {
  name: z.string().openapi({ example: "phone" }),
  secret: z.string().openapi({
    description: "In base32, to type into an app",
    example: "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP",
  }),
  uri: z.string().openapi({
    description: "`otpauth:` URI",
    example: "otpauth://totp/Sentinel:ada?issuer=Sentinel&secret=…",
  }),
  qr: z.string().openapi({ description: "The URI as a QR code, in SVG", example: "<svg …>" }),
};

/** Ten codes, shown once. */
export const recoveryCodes = z.array(z.string().openapi({ example: "4TQ8-0ZKD-9MPA-77YC-E2RX-HV3N" }));

export const EnrolledTokenResponse = z.strictObject({
  ...TokenResponse.shape,
  recovery_codes: recoveryCodes.openapi({ description: "Ten codes, shown once; each stands in for the factor once" }),
}).openapi("EnrolledTokenResponse");

const tags: ["sessions"] = ["sessions"];

const show = operation("POST /login/enrolment/totp", {
  operationId: "enrolAtLogin",
  tags,
  summary: "Set up an authenticator app that a login requires",
  description:
    "The app gets the secret by the QR code, the URI, or by hand: codes of six digits every 30 seconds (RFC 6238, " +
    "SHA-1). A further request replaces it. A login takes ten requests for secrets and codes within ten minutes; then " +
    "it begins anew.",
  ...anyone,
  ...json(z.strictObject({ mfa_token: MfaToken, name: AppName }).openapi("LoginEnrolment")),
  ...ok(z.strictObject(totpMembers).openapi("LoginTotp"), "The secret, shown once"),
  ...problems("login_expired", "unavailable"),
});

const confirm = operation("POST /login/enrolment/totp/confirm", {
  operationId: "confirmEnrolmentAtLogin",
  tags,
  summary: "Confirm the new authenticator app with its first code, and get the tokens of the login",
  ...anyone,
  ...json(
    z.strictObject({
      mfa_token: MfaToken,
      code: z.string().min(1).max(100).openapi({ description: "Spaces are ignored", example: "481207" }),
    }).openapi("LoginEnrolmentConfirmation"),
  ),
  ...ok(EnrolledTokenResponse, "Logged in; from now on the login asks for a code"),
  ...problems("invalid_factor", "login_expired", "no_enrolment", "rate_limited", "unavailable"),
});

/** `POST /login/enrolment/totp`, `POST /login/enrolment/totp/confirm` */
export const loginEnrolmentRoute = resource(
  [show, confirm],
  (app, { loginEnrolments }: { loginEnrolments: LoginEnrolments }) => {
    app.add(show, ({ body: { mfa_token, name }, client }) => loginEnrolments.showTotp(mfa_token, name, client()));
    app.add(confirm, ({ body: { mfa_token, code }, client }) => loginEnrolments.confirmTotp(mfa_token, code, client()));
  },
);
