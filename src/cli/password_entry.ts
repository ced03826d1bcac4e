import { type Io, UsageError } from "./verb.ts";

/** The flag that takes a password from standard input; there is none that takes it from an argument (T306). */
export const passwordFlag = { "password-stdin": { type: "boolean" } } as const;

/**
 * A new password: all of standard input but one trailing newline, or typed twice without an echo.
 *
 * @throws {UsageError} when nobody can be asked.
 */
export async function readPassword(io: Io, fromStdin: boolean | undefined): Promise<string> {
  if (fromStdin) return (await io.stdin()).replace(/\r?\n$/, "");
  if (!io.secretPrompt) throw new UsageError("Standard input is not a terminal: give --password-stdin.");
  const password = await io.secretPrompt("Password: ");
  const again = password === undefined ? undefined : await io.secretPrompt("The same again: ");
  if (password === undefined || again === undefined) throw new Error("Nothing was changed: no password was given.");
  if (password !== again) throw new Error("Nothing was changed: the two passwords differ.");
  return password;
}
