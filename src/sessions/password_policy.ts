import { Buffer } from "node:buffer";
import type { FieldError } from "../problems.ts";
import { passwordSizeBytesMax } from "./passwords.ts";

/**
 * What keeps a password from being accepted. Length counts code points of its NFC (SP 800-63B-4 §3.1.1.2), at most
 * 1024 bytes; there are no rules of composition.
 */
export function passwordErrors(password: string, lengthMin: number): FieldError[] {
  const error = (code: string, detail: string) => [{ pointer: "#/password", code, detail }];
  if (password.includes("\0")) return error("invalid_text", "A password cannot contain NUL.");
  if ([...password.normalize("NFC")].length < lengthMin) {
    return error("password_too_short", `A password has at least ${lengthMin} characters.`);
  }
  if (Buffer.byteLength(password) > passwordSizeBytesMax) {
    return error("password_too_long", `A password has at most ${passwordSizeBytesMax} bytes.`);
  }
  return [];
}
