import assert from "node:assert/strict";
import manifest from "../../../deno.json" with { type: "json" };
import { argon2OfRuntime, openArgon2Library } from "./argon2.ts";

const input = {
  kind: "argon2id",
  password: new TextEncoder().encode("contraseña\0 naïve"),
  salt: new Uint8Array(8).fill(7),
  memory: 64,
  passes: 2,
  parallelism: 2,
  digestBytes: 48,
} as const;

Deno.test("Argon2 by the library and by the runtime are the same bytes", async () => {
  const library = openArgon2Library()!;
  for (const kind of ["argon2id", "argon2i"] as const) {
    assert.deepEqual(
      new Uint8Array(await library({ ...input, kind })),
      await argon2OfRuntime({ ...input, kind }),
      kind,
    );
  }
});

Deno.test("neither takes a salt that is too short", async () => {
  const salt = new Uint8Array(7);
  for (const argon2 of [openArgon2Library()!, argon2OfRuntime]) {
    await assert.rejects(async () => await argon2({ ...input, salt }));
  }
});

Deno.test("the server's permissions let it load the library, and without them it goes on without", async () => {
  const flags = manifest.tasks.sentinel.command.split(" ").filter((word) => /^--(?:allow|ignore|no-prompt)/.test(word));
  const here = (flag: string) => flag.replaceAll("./deploy/node_modules", "./node_modules");
  assert.equal(await opens(flags.map(here)), "true\n");
  assert.equal(await opens(flags.map(here).filter((flag) => !flag.startsWith("--allow-ffi"))), "false\n");
});

async function opens(flags: string[]): Promise<string> {
  const program = `import { openArgon2Library } from ${JSON.stringify(import.meta.resolve("./argon2.ts"))};
    console.log(openArgon2Library() !== undefined);`;
  const args = ["run", "--quiet", "--no-check", ...flags, "-"];
  const process = new Deno.Command(Deno.execPath(), { args, stdin: "piped", stdout: "piped" }).spawn();
  await new Blob([program]).stream().pipeTo(process.stdin);
  return new TextDecoder().decode((await process.output()).stdout);
}
