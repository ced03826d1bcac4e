import { ApiResourceChangeRequest, NewApiResourceRequest } from "../../oauth/resources/resources_route.ts";
import { shownApiResource } from "../../oauth/resources/api_resources.ts";
import { validate } from "../../http/parsing/validation.ts";
import { expectedBy, revisionOf, whateverTheState } from "../../platform/revision.ts";
import { localActor } from "../../vocabulary/actor.ts";
import { listBy, printChange, requireChange, switchBy } from "../changes.ts";
import { command, type Group, UsageError } from "../command.ts";
import { allPages, withServices } from "../setup.ts";

const create = command({
  name: "create",
  summary: "Register an API that tokens are issued for",
  words: ["URI"],
  flags: {
    name: { value: "TEXT", required: true, about: "what it is called" },
    scope: { value: "SCOPE", multiple: true, about: "what a token for it may carry" },
    alg: { value: "ALG", about: "what its tokens are signed with: ES256, or EdDSA; otherwise ES256" },
    "open-to-dynamic": { about: "clients that register themselves may get tokens for it" },
    ttl: { value: "SECONDS", about: "the lifetime of its tokens, 60 to 86400; otherwise 600" },
  },
  async run({ words: [uri], flags: { name, scope = [], alg, ttl, "open-to-dynamic": open_to_dynamic }, io, out }) {
    const body = {
      uri,
      name,
      scopes: scope,
      open_to_dynamic,
      ...(alg !== undefined && { alg }),
      ...(ttl !== undefined && { ttl_seconds: wholeNumber(ttl) }),
    };
    const wanted = validate(NewApiResourceRequest, body, "#");
    const resource = await withServices(io, ({ apiResources }) => apiResources.create(wanted, localActor));
    out.done(`Registered ${uri}, whose tokens are signed with ${resource.alg}.`, resource);
  },
});

const change = command({
  name: "change",
  summary: "Change an API that tokens are issued for, and print what is different",
  words: ["URI"],
  about:
    `What no flag names stays as it is, and so do tokens that were issued. --scope replaces the whole list; given once
with '', it empties it.`,
  flags: {
    name: { value: "TEXT", about: "what it is called" },
    scope: { value: "SCOPE", multiple: true, about: "what a token for it may carry" },
    alg: { value: "ALG", about: "what its tokens are signed with: ES256 or EdDSA" },
    "open-to-dynamic": { about: "clients that register themselves may get tokens for it" },
    "closed-to-dynamic": { about: "clients that register themselves get none" },
    ttl: { value: "SECONDS", about: "the lifetime of its tokens, 60 to 86400" },
  },
  async run({ words: [uri], flags, io, out }) {
    const { name, alg, ttl } = flags;
    const asked = {
      name,
      scopes: listBy(flags, "scope"),
      alg,
      ttl_seconds: ttl === undefined ? undefined : wholeNumber(ttl),
      open_to_dynamic: switchBy(flags, { on: "open-to-dynamic", off: "closed-to-dynamic" }),
    };
    requireChange(asked);
    const wanted = validate(ApiResourceChangeRequest, asked, "#");
    const { before, after } = await withServices(io, async ({ apiResources }) => {
      const before = await apiResources.named(uri);
      const expected = expectedBy(`"${revisionOf(before)}"`);
      return { before, after: await apiResources.change(before.id, wanted, expected, localActor) };
    });
    printChange(out, { what: `the API ${uri}`, kind: "resource", before, after });
  },
});

const list = command({
  name: "list",
  summary: "List the APIs that tokens are issued for",
  async run({ io, out }) {
    await withServices(io, ({ apiResources }) =>
      out.list(allPages(apiResources.page, ({ uri }) => uri), {
        columns: {
          URI: ({ uri }) => uri,
          NAME: ({ name }) => name,
          SCOPES: ({ scopes }) => scopes.join(",") || "-",
          ALGORITHM: ({ alg }) => alg,
        },
        shown: shownApiResource,
      }));
  },
});

const remove = command({
  name: "delete",
  summary: "Delete an API that no client may get tokens for",
  words: ["URI"],
  async run({ words: [uri], io, out }) {
    await withServices(io, async ({ apiResources }) => {
      const { id } = await apiResources.named(uri);
      await apiResources.remove(id, whateverTheState, localActor);
    });
    out.done(`Deleted ${uri}.`, { deleted: uri });
  },
});

function wholeNumber(text: string): number {
  if (/^\d{1,5}$/.test(text)) return Number(text);
  throw new UsageError("--ttl takes a number of seconds from 60 to 86400");
}

export const resourceCommands: Group = {
  name: "resource",
  summary: "Register, change, list and delete the APIs that tokens are issued for",
  about: "URI is what tokens for the API have as aud, and what clients send as resource (RFC 8707).",
  commands: [create, change, list, remove],
};
