import { type Io, UsageError } from "../command.ts";

/** The flag that reads a password from standard input. No argument takes a password, as every process could read it. */
export const passwordFlag = { "password-stdin": { about: "read the password from standard input" } } as const;

/** Standard input without one trailing newline, or typed twice. @throws {UsageError} where nothing can be typed. */
export async function readPassword(io: Io, fromStdin: boolean | undefined): Promise<string> {
  if (fromStdin) return (await io.stdin()).replace(/\r?\n$/, "");
  if (!io.secretPrompt) throw new UsageError("standard input is not a terminal: add --password-stdin");
  const password = await io.secretPrompt("Password: ");
  const again = password === undefined ? undefined : await io.secretPrompt("Repeat the password: ");
  if (password === undefined || again === undefined) throw new Error("Nothing was changed: no password was entered.");
  if (password !== again) throw new Error("Nothing was changed: the two passwords differ.");
  return password;
}
