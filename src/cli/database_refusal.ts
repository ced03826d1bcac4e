/** The database refuses us for good: who, where, or how we ask is wrong. Waiting would not help (F02). */
export class DatabaseRefused extends Error {
  override readonly name = "DatabaseRefused";
}

/** Codes of a refusal by their beginning, the server's SQLSTATEs and those of TLS, and what each means to the operator. */
const refusals: [prefix: string, meaning: string][] = [
  ["28000", "does not let this user in from here, or not without TLS"],
  ["28", "does not accept the user or the password"],
  ["3D000", "does not exist on that server"],
  ["42501", "does not let this user create or use the schema"],
  ["ERR_TLS_CERT_ALTNAME", "shows a certificate that is not for the host that its URL names"],
  ["CERT_HAS_EXPIRED", "shows a certificate that has expired"],
  ["CERT_NOT_YET_VALID", "shows a certificate that is not valid yet"],
  ...["UNABLE_TO_", "SELF_SIGNED_", "DEPTH_ZERO_", "CERT_", "INVALID_CA"].map((prefix): [string, string] => [
    prefix,
    "shows a certificate that no CA known here vouches for: name the file of its CA in the URL, as " +
    "?sslmode=verify-full&sslrootcert=/etc/sentinel/ca.pem",
  ]),
];

/** What the driver finds out by itself, and gives no code. */
const driverRefusals: [wording: RegExp, meaning: string][] = [
  [/^SASL: .*client password must be/, "asks for a password, and DATABASE_URL has none"],
  [/^The server does not support SSL/, "has no TLS, which DATABASE_URL asks for"],
];

/** What the operator must mend, if it is that which the driver's error, or one beneath it, tells. */
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
