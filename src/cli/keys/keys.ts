import { command, type Group } from "../command.ts";
import { configOf, withServices } from "../setup.ts";

const list = command({
  name: "list",
  summary: "List every signing key and its state",
  async run({ io, out }) {
    const keys = await withServices(configOf(io), io, ({ keys }) => keys.list());
    await out.list(keys, {
      columns: {
        KID: ({ kid }) => kid,
        STATE: ({ state }) => state,
        CREATED: ({ created_at }) => created_at.toISOString(),
      },
      shown: ({ age_seconds: _, outlived: __, ...key }) => key,
    });
  },
});

const rotate = command({
  name: "rotate",
  summary: "Sign with the next key from now on",
  flags: { force: { about: "rotate although verifiers may not know the next key yet" } },
  about: `The key that was active only verifies from now on; a key that has only verified for a day is retired.
Refused while the next key is younger than verifiers may keep the key set (5 minutes), unless forced.`,
  async run({ flags: { force = false }, io, out }) {
    await withServices(configOf(io), io, ({ keys }) => keys.rotate({ force }));
    out.done("Rotated the signing keys; the next key signs from now on.", { rotated: true });
  },
});

const retire = command({
  name: "retire",
  summary: "Stop verifying with a key, at once",
  words: ["KID"],
  about: "If it is the active key, the next one takes its place.",
  async run({ words: [kid], io, out }) {
    await withServices(configOf(io), io, ({ keys }) => keys.retire(kid));
    out.done(`Retired key ${kid}; it verifies nothing from now on.`, { retired: kid });
  },
});

/** `keys list|rotate|retire` */
export const keysCommands: Group = {
  name: "keys",
  summary: "List, rotate and retire signing keys",
  commands: [list, rotate, retire],
};
