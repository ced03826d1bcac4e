import { z } from "zod";

/** Bytes in base64url without padding, of at most so many characters. */
const base64url = (lengthMax: number) =>
  z.string().min(1).max(lengthMax).regex(/^[A-Za-z0-9_-]+$/, "Bytes in base64url, without padding.");

/** At most 1,023 bytes (WebAuthn §4, Credential ID). */
const credentialId = base64url(1_364);

const transports = z.array(z.string().max(20)).max(10);

/** The answer of an authenticator without a statement of its maker is below 2 kB; with one, it is a few kB. */
const attestationLengthMax = 16_384;

const descriptor = z.strictObject({
  id: credentialId,
  type: z.literal("public-key"),
  transports: transports.optional(),
});

const userVerification = z.enum(["required", "preferred"]);

/** `PublicKeyCredentialCreationOptionsJSON` (WebAuthn §5.1.8) */
export const passkeyCreationOptions = z.strictObject({
  challenge: z.string(),
  rp: z.strictObject({ id: z.string(), name: z.string() }),
  user: z.strictObject({ id: z.string(), name: z.string(), displayName: z.string() }),
  pubKeyCredParams: z.array(z.strictObject({ alg: z.int(), type: z.literal("public-key") })),
  timeout: z.int(),
  attestation: z.literal("none"),
  excludeCredentials: z.array(descriptor),
  authenticatorSelection: z.strictObject({
    residentKey: z.literal("preferred"),
    userVerification,
  }),
});

/** `PublicKeyCredentialRequestOptionsJSON` (WebAuthn §5.1.9) */
export const passkeyRequestOptions = z.strictObject({
  challenge: z.string(),
  rpId: z.string(),
  timeout: z.int(),
  userVerification,
  allowCredentials: z.array(descriptor),
});

/** `RegistrationResponseJSON` (WebAuthn §5.1). Members that are not read are ignored. */
export const passkeyAttestation = z.object({
  id: credentialId,
  rawId: credentialId,
  type: z.literal("public-key"),
  response: z.object({
    clientDataJSON: base64url(8_192),
    attestationObject: base64url(attestationLengthMax),
    transports: transports.optional(),
  }),
});

/** `AuthenticationResponseJSON` (WebAuthn §5.1). Members that are not read are ignored. */
export const passkeyAssertion = z.object({
  id: credentialId,
  rawId: credentialId,
  type: z.literal("public-key"),
  response: z.object({
    clientDataJSON: base64url(8_192),
    authenticatorData: base64url(4_096),
    signature: base64url(2_048),
    userHandle: base64url(88).nullish(),
  }),
});

export type PasskeyCreationOptions = z.infer<typeof passkeyCreationOptions>;
export type PasskeyRequestOptions = z.infer<typeof passkeyRequestOptions>;
export type PasskeyAttestation = z.infer<typeof passkeyAttestation>;
export type PasskeyAssertion = z.infer<typeof passkeyAssertion>;
