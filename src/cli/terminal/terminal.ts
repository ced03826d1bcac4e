import { environment } from "../../compose/config.ts";
import { createSecretPrompt } from "./secret_prompt.ts";
import type { Io } from "../command.ts";

const encoder = new TextEncoder();

/** The terminal and the environment of this process. It asks for a secret only if standard input is a terminal. */
export function processIo(): Io {
  const { stdin, stdout, stderr } = Deno;
  return {
    out: (line) => write(stdout, line + "\n"),
    isTerminal: stdout.isTerminal(),
    err: (line) => write(stderr, line + "\n"),
    stdin: readStdin,
    stdinStream: () => stdin.readable,
    ...(stdin.isTerminal() && { secretPrompt: createSecretPrompt(stdin, (text) => write(stderr, text)) }),
    env: environment(),
  };
}

function write(file: { writeSync(bytes: Uint8Array): number }, text: string): void {
  for (let rest = encoder.encode(text); rest.length > 0;) rest = rest.subarray(file.writeSync(rest));
}

/** Refuses input that is not UTF-8: a replaced byte would silently become another password. */
async function readStdin(): Promise<string> {
  const bytes = await new Response(Deno.stdin.readable).bytes();
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new Error("Standard input is not valid UTF-8.", { cause });
  }
}
