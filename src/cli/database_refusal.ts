/** The database refuses the connection for its address, credentials or TLS settings: waiting does not help. */
export class DatabaseRefused extends Error {
  override readonly name = "DatabaseRefused";
}

/** SQLSTATEs and TLS error codes of a refusal, by their prefix, and what each means to the operator. */
const refusals: [prefix: string, meaning: string][] = [
  ["28000", "does not accept connections of this user from this address, or not without TLS"],
  ["28", "does not accept the user or the password"],
  ["3D000", "does not exist on that server"],
  ["42501", "does not let this user create or use the schema"],
  ["ERR_TLS_CERT_ALTNAME", "has a certificate for another host than the one in its URL"],
  ["CERT_HAS_EXPIRED", "has a certificate that has expired"],
  ["CERT_NOT_YET_VALID", "has a certificate that is not valid yet"],
  ...["UNABLE_TO_", "SELF_SIGNED_", "DEPTH_ZERO_", "CERT_", "INVALID_CA"].map((prefix): [string, string] => [
    prefix,
    "has a certificate of an unknown CA: name the file of its CA in the URL, as " +
    "?sslmode=verify-full&sslrootcert=/etc/sentinel/ca.pem",
  ]),
];

const driverRefusals: [wording: RegExp, meaning: string][] = [
  [/^SASL: .*client password must be/, "requires a password, and DATABASE_URL has none"],
  [/^The server does not support SSL/, "does not support TLS, which DATABASE_URL requires"],
];

/** The refusal behind a driver's error or one of its causes; undefined when it is another failure. */
export function refusalOf(error: unknown): DatabaseRefused | undefined {
  if (!(error instanceof Error)) return undefined;
  if (error instanceof DatabaseRefused) return error;
  const { code, message } = error as Error & { code?: unknown };
  const [, worded] = driverRefusals.find(([wording]) => wording.test(message)) ?? [];
  if (worded) return new DatabaseRefused(`The database ${worded}.`, { cause: error });
  const [, known] = refusals.find(([prefix]) => typeof code === "string" && code.startsWith(prefix)) ?? [];
  if (!known) return refusalOf(error.cause);
  const shown = /^[0-9A-Z]{5}$/.test(String(code)) ? `SQLSTATE ${code}` : code;
  return new DatabaseRefused(`The database ${known} (${shown}).`, { cause: error });
}
