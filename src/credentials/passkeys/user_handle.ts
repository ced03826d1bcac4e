import { parse as uuidBytes, stringify as uuidText } from "uuid";

/** What an authenticator keeps of its user (WebAuthn §14.6.1): nothing that names a person. */
export function userHandle(userId: string): string {
  return Buffer.from(uuidBytes(userId)).toString("base64url");
}

/** Undefined for anything but a handle that {@link userHandle} has made. */
export function userOfHandle(handle: string): string | undefined {
  const bytes = Buffer.from(handle, "base64url");
  try {
    return bytes.length === 16 ? uuidText(bytes) : undefined;
  } catch {
    return undefined;
  }
}
