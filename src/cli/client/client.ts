import { overlapSecondsDefault } from "../../credentials/api_keys/my_api_key_secrets_route.ts";
import { shownClient } from "../../oauth/clients/clients.ts";
import { NewClientRequest, shownIssuedClient } from "../../oauth/clients/clients_route.ts";
import { validate } from "../../http/parsing/validation.ts";
import { whateverTheState } from "../../platform/revision.ts";
import { localActor } from "../../vocabulary/actor.ts";
import { command, type Group } from "../command.ts";
import { overlapSecondsOf } from "../key/key.ts";
import { allPages, configOf, withServices } from "../setup.ts";

const create = command({
  name: "create",
  summary: "Create an OAuth client and print its id and its secret once",
  words: ["NAME"],
  flags: {
    scope: { value: "SCOPE", multiple: true, about: "a permission, or a scope of one of its APIs" },
    resource: { value: "URI", multiple: true, about: "an API that it may get tokens for, and introspect tokens of" },
    "own-api": { about: "it may use Sentinel's own API too, as it may without --resource" },
    "introspect-only": { about: "it gets no tokens itself, so it gets no service account" },
    role: { value: "ROLE", multiple: true, about: "a role of its service account" },
  },
  async run({ words: [name], flags, io, out }) {
    const { scope = [], resource = [], role = [], "own-api": ownApi, "introspect-only": introspectOnly } = flags;
    const body = {
      name,
      scopes: scope,
      resources: resource,
      roles: role,
      ...(ownApi && { own_api: true }),
      ...(introspectOnly && { grant_types: [] }),
    };
    const wanted = validate(NewClientRequest, body, "#");
    const issued = await withServices(
      configOf(io),
      io,
      ({ oauthClients }) => oauthClients.create(wanted, localActor),
    );
    out.done(`client_id=${issued.client.id}\nclient_secret=${issued.secret}`, shownIssuedClient(issued));
  },
});

const list = command({
  name: "list",
  summary: "List the OAuth clients, newest first",
  async run({ io, out }) {
    await withServices(configOf(io), io, ({ oauthClients }) =>
      out.list(allPages(oauthClients.page, ({ id }) => id), {
        columns: {
          ID: ({ id }) => id,
          NAME: ({ name }) => name,
          SCOPES: ({ scopes }) => scopes.join(",") || "-",
          RESOURCES: ({ resources }) => resources.join(",") || "-",
          STATE: ({ disabled_at }) => disabled_at ? `disabled since ${disabled_at.toISOString()}` : "active",
        },
        shown: shownClient,
      }));
  },
});

const show = command({
  name: "show",
  summary: "Print a client with its secrets, and why its last requests were refused, as JSON",
  words: ["ID"],
  async run({ words: [id], io, out }) {
    const shown = await withServices(configOf(io), io, async ({ oauthClients, clientSecrets, clientRefusals }) => ({
      ...await oauthClients.find(id),
      secrets: await clientSecrets.list(id),
      refusals: await clientRefusals.list(id),
    }));
    out.document(shown);
  },
});

const rotate = command({
  name: "rotate",
  summary: "Issue a second secret of a client and print it once",
  words: ["ID"],
  flags: { overlap: { value: "HOURS", about: "how long the secret before still works, 0 to 720; otherwise 24" } },
  async run({ words: [id], flags: { overlap }, io, out }) {
    const overlapSeconds = overlap === undefined ? overlapSecondsDefault : overlapSecondsOf(overlap);
    const { issued, secret } = await withServices(
      configOf(io),
      io,
      ({ clientSecrets }) => clientSecrets.rotate(id, overlapSeconds, localActor),
    );
    out.done(secret, { client_id: id, ...issued, client_secret: secret });
  },
});

/** A command that disables or enables a client. */
function stateCommand({ name, disabled, summary }: { name: string; disabled: boolean; summary: string }) {
  return command({
    name,
    summary,
    words: ["ID"],
    async run({ words: [id], io, out }) {
      const client = await withServices(
        configOf(io),
        io,
        ({ oauthClients }) => oauthClients.change(id, { disabled }, whateverTheState, localActor),
      );
      out.done(`${disabled ? "Disabled" : "Enabled"} the client ${client.name}.`, client);
    },
  });
}

const endTokens = command({
  name: "end-tokens",
  summary: "Refuse all tokens that a client got until now; its secrets stay",
  words: ["ID"],
  async run({ words: [id], io, out }) {
    await withServices(configOf(io), io, ({ oauthClients }) => oauthClients.endTokens(id, localActor));
    out.done(`Ended the tokens of client ${id}.`, { ended: id });
  },
});

const remove = command({
  name: "delete",
  summary: "Delete a client with its secrets and its service account",
  words: ["ID"],
  async run({ words: [id], io, out }) {
    await withServices(configOf(io), io, ({ oauthClients }) => oauthClients.remove(id, whateverTheState, localActor));
    out.done(`Deleted client ${id}.`, { deleted: id });
  },
});

/** `client create|list|show|rotate|disable|enable|end-tokens|delete` */
export const clientCommands: Group = {
  name: "client",
  summary: "Create, list, rotate, disable and delete OAuth clients",
  about: `ID is the client_id that create prints and list shows. What create prints can be read by a shell:
eval "$(sentinel client create NAME)". The roles of a client are those of its service account, client-ID: see
"sentinel service-account grant".`,
  commands: [
    create,
    list,
    show,
    rotate,
    stateCommand({ name: "disable", disabled: true, summary: "Disable a client, its tokens and its service account" }),
    stateCommand({ name: "enable", disabled: false, summary: "Enable a disabled client" }),
    endTokens,
    remove,
  ],
};
