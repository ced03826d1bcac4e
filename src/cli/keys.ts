import { configOf, withServices } from "./setup.ts";
import { type Io, jsonFlag, readArguments, UsageError, type Verb } from "./verb.ts";

const usage = `sentinel keys list [--json]
sentinel keys rotate [--force]
sentinel keys retire KID

  list     every signing key and its state; --json writes one document per line
  rotate   the next key signs from now on, the active one only verifies, and one that did so for a day no more; refused
           while the next one is younger than verifiers may keep the key set (5 minutes), unless forced
  retire   the key verifies nothing any more, at once; if it is the active one, the next one takes its place`;

const commands: Record<string, (args: string[], io: Io) => Promise<void>> = { list, rotate, retire };

/** `keys list|rotate|retire` */
export const keysVerb: Verb = {
  name: "keys",
  summary: "List, rotate and retire signing keys",
  usage,
  async run([word = "", ...args], io) {
    if (!Object.hasOwn(commands, word)) throw new UsageError();
    await commands[word]!(args, io);
    return 0;
  },
};

async function list(args: string[], io: Io): Promise<void> {
  const { json } = readArguments(args, jsonFlag).values;
  const keys = await withServices(configOf(io), io, ({ keys }) => keys.list());
  for (const { age_seconds: _, outlived: __, ...key } of keys) {
    io.out(json ? JSON.stringify(key) : `${key.kid}\t${key.state}\t${key.created_at.toISOString()}`);
  }
}

async function rotate(args: string[], io: Io): Promise<void> {
  const { force = false } = readArguments(args, { force: { type: "boolean" } }).values;
  await withServices(configOf(io), io, ({ keys }) => keys.rotate({ force }));
  io.out("The next key signs from now on.");
}

async function retire(args: string[], io: Io): Promise<void> {
  const [kid = ""] = readArguments(args, {}, 1).words;
  await withServices(configOf(io), io, ({ keys }) => keys.retire(kid));
  io.out("The key verifies nothing any more.");
}
