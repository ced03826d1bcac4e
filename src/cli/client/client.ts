import { overlapSecondsDefault } from "../../credentials/api_keys/my_api_key_secrets_route.ts";
import { shownClient } from "../../oauth/clients/clients.ts";
import { NewClientRequest, shownIssuedClient } from "../../oauth/clients/clients_route.ts";
import { deviceGrant } from "../../oauth/grant_types.ts";
import { validate } from "../../http/parsing/validation.ts";
import { whateverTheState } from "../../platform/revision.ts";
import { localActor } from "../../vocabulary/actor.ts";
import { command, type Group } from "../command.ts";
import { overlapSecondsOf } from "../key/key.ts";
import type { Output } from "../output.ts";
import { allPages, withServices } from "../setup.ts";
import { change } from "./client_change.ts";
import { createClientFiles, type Issued } from "./client_files.ts";
import { keyFlags, keysOf } from "./client_keys.ts";

const create = command({
  name: "create",
  summary: "Create an OAuth client and print its id and its secret once",
  words: ["NAME"],
  flags: {
    scope: {
      value: "SCOPE",
      multiple: true,
      about: "a permission, a scope of one of its APIs, or openid and the like",
    },
    resource: { value: "URI", multiple: true, about: "an API that it may get tokens for, and introspect tokens of" },
    "own-api": { about: "it may use Sentinel's own API too, as a machine may without --resource" },
    "introspect-only": { about: "it gets no tokens itself, so it gets no service account" },
    role: { value: "ROLE", multiple: true, about: "a role of its service account" },
    "redirect-uri": { value: "URI", multiple: true, about: "users sign in to it, and return to this address" },
    "post-logout-redirect-uri": { value: "URI", multiple: true, about: "users who signed out may return to it" },
    "backchannel-logout-uri": { value: "URI", about: "it is told there that a user's session has ended" },
    public: { about: "it has no secret, as a single-page application" },
    native: { about: "it runs on the user's device, so it has no secret either" },
    ...keyFlags,
    "token-endpoint-audience": { about: "its assertions may name the token endpoint, too, as older libraries do" },
    "any-localhost-port": { about: "a native one may use any port of http://localhost too" },
    "first-party": { about: "users are not asked for consent" },
    device: { about: "it has no browser: users sign in to it on another device (RFC 8628)" },
    "client-credentials": { about: "it also gets tokens for itself, as one without --redirect-uri does" },
    "id-token-alg": { value: "ALG", about: "RS256, or ES256; otherwise RS256" },
    "without-pkce": { about: "it need not send a code challenge" },
    "require-par": { about: "it must push its authorization requests (RFC 9126)" },
    "without-refresh": { about: "it gets no refresh tokens" },
    "without-refresh-id-token": { about: "a refresh answers no id_token" },
    dpop: { about: "it gets tokens only with a proof of a key (DPoP), which they are bound to" },
    into: {
      value: "FOLDER",
      about: "write client_id and client_secret to files in it; where they are already, create nothing",
    },
  },
  async run({ words: [name], flags, io, out }) {
    const wanted = validate(NewClientRequest, { name, ...wantedBy(flags), ...await keysOf(flags, io) }, "#");
    const register = () => withServices(io, ({ oauthClients }) => oauthClients.create(wanted, localActor));
    if (flags.into !== undefined) return await createOnce(name, createClientFiles(flags.into), register, out);
    const issued = await register();
    const secret = issued.secret === undefined ? [] : [`client_secret=${issued.secret}`];
    out.done([`client_id=${issued.client.id}`, ...secret].join("\n"), shownIssuedClient(issued));
  },
});

/** Creates a client unless the files have one. */
async function createOnce(
  name: string,
  files: ReturnType<typeof createClientFiles>,
  register: () => Promise<Issued>,
  out: Output,
): Promise<void> {
  const known = await files.id();
  const id = known ?? await files.write(register);
  out.done(known ? `The files have the client ${id} already.` : `Created the client ${name}, ${id}.`, { id });
}

/** The members that flags ask for; the others follow from these. */
function wantedBy(flags: { [name: string]: string | string[] | boolean | undefined }): Record<string, unknown> {
  const isPublic = flags.public || flags.native;
  return {
    grant_types: grantTypesOf(flags),
    scopes: flags.scope,
    resources: flags.resource,
    roles: flags.role,
    own_api: flags["own-api"],
    redirect_uris: flags["redirect-uri"],
    post_logout_redirect_uris: flags["post-logout-redirect-uri"],
    backchannel_logout_uri: flags["backchannel-logout-uri"],
    token_endpoint_auth_method: isPublic ? "none" : undefined,
    application_type: flags.native ? "native" : undefined,
    token_endpoint_audience: flags["token-endpoint-audience"],
    native_localhost: flags["any-localhost-port"],
    first_party: flags["first-party"],
    id_token_signed_response_alg: flags["id-token-alg"],
    require_pkce: flags["without-pkce"] ? false : undefined,
    require_pushed_authorization_requests: flags["require-par"],
    refresh_id_token: flags["without-refresh-id-token"] ? false : undefined,
    dpop_bound_access_tokens: flags.dpop,
  };
}

/** Undefined: what the API does by itself. */
function grantTypesOf(flags: { [name: string]: unknown }): string[] | undefined {
  if (flags["introspect-only"]) return [];
  if (!flags["client-credentials"] && !flags["without-refresh"] && !flags.device) return undefined;
  const ofUsers = [...flags["redirect-uri"] ? ["authorization_code"] : [], ...flags.device ? [deviceGrant] : []];
  const isRefreshed = ofUsers.length > 0 && !flags["without-refresh"];
  return [
    ...ofUsers,
    ...isRefreshed ? ["refresh_token"] : [],
    ...flags["client-credentials"] ? ["client_credentials"] : [],
  ];
}

const list = command({
  name: "list",
  summary: "List the OAuth clients, newest first",
  async run({ io, out }) {
    await withServices(io, ({ oauthClients }) =>
      out.list(allPages(oauthClients.page, ({ id }) => id), {
        columns: {
          ID: ({ id }) => id,
          NAME: ({ name }) => name,
          GRANTS: ({ grant_types }) => grant_types.join(",") || "-",
          SCOPES: ({ scopes }) => scopes.join(",") || "-",
          RESOURCES: ({ resources }) => resources.join(",") || "-",
          REDIRECTS: ({ redirect_uris }) => redirect_uris.join(",") || "-",
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
    const shown = await withServices(io, async ({ oauthClients, clientSecrets, clientRefusals }) => ({
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
      io,
      ({ clientSecrets }) => clientSecrets.rotate(id, overlapSeconds, localActor),
    );
    out.done(secret, { client_id: id, ...issued, client_secret: secret });
  },
});

function stateCommand({ name, disabled, summary }: { name: string; disabled: boolean; summary: string }) {
  return command({
    name,
    summary,
    words: ["ID"],
    async run({ words: [id], io, out }) {
      const client = await withServices(
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
    await withServices(io, ({ oauthClients }) => oauthClients.endTokens(id, localActor));
    out.done(`Ended the tokens of client ${id}.`, { ended: id });
  },
});

const remove = command({
  name: "delete",
  summary: "Delete a client with its secrets and its service account",
  words: ["ID"],
  async run({ words: [id], io, out }) {
    await withServices(io, ({ oauthClients }) => oauthClients.remove(id, whateverTheState, localActor));
    out.done(`Deleted client ${id}.`, { deleted: id });
  },
});

export const clientCommands: Group = {
  name: "client",
  summary: "Create, list, change, rotate, disable and delete OAuth clients",
  about: `ID is the client_id that create prints and list shows. What create prints can be read by a shell:
eval "$(sentinel client create NAME)". A client with --redirect-uri signs users in. The roles of any other are those
of its service account, client-ID: see "sentinel service-account grant".`,
  commands: [
    create,
    list,
    show,
    change,
    rotate,
    stateCommand({ name: "disable", disabled: true, summary: "Disable a client, its tokens and its service account" }),
    stateCommand({ name: "enable", disabled: false, summary: "Enable a disabled client" }),
    endTokens,
    remove,
  ],
};
