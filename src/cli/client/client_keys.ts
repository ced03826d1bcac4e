import type { Io } from "../command.ts";
import { readDataFile } from "../data_file.ts";

/** The flags with the public keys of a client. */
export const keyFlags = {
  jwks: {
    value: "FILE",
    about: "it signs assertions in place of a secret: a JWK Set with its public keys, - for stdin",
  },
  "jwks-uri": { value: "URL", about: "the same, with its public keys at this address" },
} as const;

/** A client that has keys authenticates by them. @throws where the file cannot be read, or is no JSON. */
export async function keysOf(
  { jwks, "jwks-uri": jwksUri }: { jwks?: string | undefined; "jwks-uri"?: string | undefined },
  io: Io,
): Promise<Record<string, unknown>> {
  if (jwks === undefined && jwksUri === undefined) return {};
  const keys = jwks === undefined ? undefined : parsed(await new Response(await readDataFile(jwks, io)).text());
  return { token_endpoint_auth_method: "private_key_jwt", jwks: keys, jwks_uri: jwksUri };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new Error("The keys are no JSON.", { cause });
  }
}
