import { type Io, UsageError } from "../command.ts";

/** The flag that takes a password from standard input; none takes it from an argument. */
export const passwordFlag = { "password-stdin": { about: "read the password from standard input" } } as const;

/**
 * A new password: all of standard input but one trailing newline, or typed twice without an echo.
 *
 * @throws {UsageError} when standard input is no terminal.
 */
export async function readPassword(io: Io, fromStdin: boolean | undefined): Promise<string> {
  if (fromStdin) return (await io.stdin()).replace(/\r?\n$/, "");
  if (!io.secretPrompt) throw new UsageError("standard input is not a terminal: give --password-stdin");
  const password = await io.secretPrompt("Password: ");
  const again = password === undefined ? undefined : await io.secretPrompt("The same again: ");
  if (password === undefined || again === undefined) throw new Error("Nothing was changed: no password was given.");
  if (password !== again) throw new Error("Nothing was changed: the two passwords differ.");
  return password;
}
