import type { SigningAlgorithm } from "../../vocabulary/algorithms.ts";
import { command, type Group, UsageError } from "../command.ts";
import { withServices } from "../setup.ts";

const list = command({
  name: "list",
  summary: "List every signing key and its state",
  async run({ io, out }) {
    const keys = await withServices(io, ({ keys }) => keys.list());
    await out.list(keys, {
      columns: {
        KID: ({ kid }) => kid,
        ALGORITHM: ({ alg }) => alg,
        STATE: ({ state }) => state,
        CREATED: ({ created_at }) => created_at.toISOString(),
      },
      shown: ({ age_seconds: _, outlived: __, ...key }) => key,
    });
  },
});

const rotate = command({
  name: "rotate",
  summary: "Sign new tokens with the next keys",
  flags: {
    alg: { value: "ALG", about: "rotate only the keys of this algorithm: EdDSA, ES256 or RS256" },
    force: { about: "rotate even if verifiers may not know the next key yet" },
  },
  about:
    `The active key stops signing and only verifies. A key that has only verified for a day is retired. Without --force the
command fails while a next key is younger than 5 minutes, because verifiers may have cached the key set without it.`,
  async run({ flags: { force = false, alg }, io, out }) {
    const only = alg === undefined ? undefined : algorithmOf(alg);
    await withServices(io, ({ keys }) => keys.rotate({ force, alg: only }));
    out.done("Rotated the signing keys. The next key now signs new tokens.", { rotated: true });
  },
});

const retire = command({
  name: "retire",
  summary: "Stop accepting a key, at once",
  words: ["KID"],
  about: "If it is the active key, the next key replaces it.",
  async run({ words: [kid], io, out }) {
    await withServices(io, ({ keys }) => keys.retire(kid));
    out.done(`Retired key ${kid}. Tokens that it signed are no longer accepted.`, { retired: kid });
  },
});

function algorithmOf(text: string): SigningAlgorithm {
  if (text === "EdDSA" || text === "ES256" || text === "RS256") return text;
  throw new UsageError("--alg takes EdDSA, ES256 or RS256");
}

export const keysCommands: Group = {
  name: "keys",
  summary: "List, rotate and retire signing keys",
  commands: [list, rotate, retire],
};
