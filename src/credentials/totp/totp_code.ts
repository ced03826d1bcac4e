import { Secret, TOTP } from "otpauth";
import { renderSVG } from "uqr";
import { normalForm } from "../../platform/text/normal_form.ts";

/** Seconds per code (RFC 6238 §5.2). */
const periodSeconds = 30;

/** 160 bits (RFC 4226 §4, R6). */
const secretSizeBytes = 20;

/** A new secret as base32, the form in which users type it. */
export function newTotpSecret(): string {
  return new Secret({ size: secretSizeBytes }).base32;
}

/** What an app is set up with: the secret as `otpauth:` URI, and that URI as a QR code in SVG. */
export function totpSetup(secret: string, issuer: string, label: string): { uri: string; qr: string } {
  const uri = totpOf(secret, issuer, label).toString();
  const svg = renderSVG(uri, { border: 4, pixelSize: 4 });
  return { uri, qr: svg.replace(/viewBox="0 0 (\d+) (\d+)"/, `$& width="$1" height="$2"`) };
}

/**
 * The time step of the code, if it is that of now or the one before or after, as clocks differ (RFC 6238 §5.2, §6).
 * Spaces in it are ignored and full-width digits are digits, because apps and keyboards write them.
 */
export function stepOfCode(secret: string, code: string, now: number): number | undefined {
  const token = normalForm(code, "NFKC").replaceAll(/\s/g, "");
  if (!/^[0-9]{6}$/.test(token)) return undefined;
  const delta = totpOf(secret).validate({ token, timestamp: now, window: 1 });
  return delta === null ? undefined : Math.floor(now / 1000 / periodSeconds) + delta;
}

/** SHA-1, six digits and 30 seconds: the only parameters that every app has. */
function totpOf(secret: string, issuer = "", label = ""): TOTP {
  return new TOTP({
    secret: Secret.fromBase32(secret),
    issuer,
    label,
    algorithm: "SHA1",
    digits: 6,
    period: periodSeconds,
  });
}
