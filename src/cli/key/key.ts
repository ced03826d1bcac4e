import { NewApiKeyRequest, shownIssued } from "../../credentials/api_keys/my_api_keys_route.ts";
import { overlapSecondsDefault } from "../../credentials/api_keys/my_api_key_secrets_route.ts";
import type { IssuedKey, KeyOwner } from "../../credentials/api_keys/api_keys.ts";
import type { Services } from "../../compose/services.ts";
import { validate } from "../../http/parsing/validation.ts";
import { localActor } from "../../vocabulary/actor.ts";
import { command, type Group, UsageError } from "../command.ts";
import type { Output } from "../output.ts";
import { timeArgument } from "../role/time_argument.ts";
import { allPages, withServices } from "../setup.ts";

const accountFlag = { "service-account": { about: "NAME is the name of a service account" } } as const;

async function ownerOf(
  { users, serviceAccounts }: Pick<Services, "users" | "serviceAccounts">,
  name: string,
  isService = false,
): Promise<KeyOwner> {
  const { id } = await (isService ? serviceAccounts : users).named(name);
  return { id, kind: isService ? "service" : "person" };
}

const create = command({
  name: "create",
  summary: "Create an API key of a user and print it once",
  words: ["NAME"],
  flags: {
    ...accountFlag,
    name: { value: "TEXT", required: true, about: "what the key is for" },
    scope: {
      value: "PERMISSION",
      multiple: true,
      about: "a permission that the key carries, as far as the user holds it",
    },
    until: { value: "TIME", about: "when the key expires, such as 2027-01-31T18:00:00Z; otherwise in 90 days" },
  },
  async run({ words: [user], flags: { name, scope = [], until, "service-account": isService }, io, out }) {
    const expires_at = until === undefined ? undefined : timeArgument("until", until).toISOString();
    const wanted = validate(NewApiKeyRequest, { name, scopes: scope, ...(expires_at && { expires_at }) }, "#");
    const issued = await withServices(io, async (services) => {
      return await services.apiKeys.create(await ownerOf(services, user, isService), wanted, localActor);
    });
    printIssued(issued, out);
  },
});

const list = command({
  name: "list",
  summary: "List the API keys of a user, newest first",
  words: ["NAME"],
  flags: accountFlag,
  async run({ words: [user], flags: { "service-account": isService }, io, out }) {
    await withServices(io, async (services) => {
      const owner = await ownerOf(services, user, isService);
      const all = allPages((before, limit) => services.apiKeys.page(owner, before, limit), (key) => key.id);
      await out.list(all, {
        columns: {
          ID: ({ id }) => id,
          NAME: ({ name }) => name,
          SCOPES: ({ scopes }) => scopes.join(",") || "-",
          EXPIRES: ({ expires_at }) => expires_at?.toISOString() ?? "never",
          "LAST USED": ({ last_used_at }) => last_used_at?.toISOString() ?? "never",
          STATE: ({ revoked_at }) => revoked_at ? `revoked at ${revoked_at.toISOString()}` : "active",
        },
      });
    });
  },
});

const rotate = command({
  name: "rotate",
  summary: "Issue a second secret of an API key and print it once",
  words: ["ID"],
  flags: { overlap: { value: "HOURS", about: "how long the secret before still works, 0 to 720; otherwise 24" } },
  async run({ words: [id], flags: { overlap }, io, out }) {
    const overlapSeconds = overlap === undefined ? overlapSecondsDefault : overlapSecondsOf(overlap);
    const issued = await withServices(io, async ({ apiKeys }) => {
      return await apiKeys.rotate(await apiKeys.ownerOf(id), id, overlapSeconds, localActor);
    });
    printIssued(issued, out);
  },
});

const revoke = command({
  name: "revoke",
  summary: "Revoke an API key with all its secrets",
  words: ["ID"],
  async run({ words: [id], io, out }) {
    await withServices(io, async ({ apiKeys }) => {
      await apiKeys.revoke(await apiKeys.ownerOf(id), id, localActor);
    });
    out.done(`Revoked API key ${id}.`, { revoked: id });
  },
});

/** On a line of its own, so that a shell takes it as it stands. */
function printIssued(issued: IssuedKey, out: Output): void {
  out.done(issued.secret, shownIssued(issued));
}

/** The seconds of `--overlap`, which takes hours. */
export function overlapSecondsOf(hours: string): number {
  if (/^\d{1,3}$/.test(hours) && Number(hours) <= 720) return Number(hours) * 3_600;
  throw new UsageError("--overlap takes a whole number of hours from 0 to 720");
}

export const keyCommands: Group = {
  name: "key",
  summary: "Create, list, rotate and revoke API keys of users and service accounts",
  about:
    `NAME is a username or an e-mail address, or with --service-account a name of one; ID the id that list shows. Of a
key that is created or rotated nothing is printed but the key, so that a shell can take it. The keys that tokens are
signed with are under "sentinel keys".`,
  commands: [create, list, rotate, revoke],
};
