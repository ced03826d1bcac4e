import { shownSession } from "../../sessions/sessions/session_lists.ts";
import { localActor } from "../../vocabulary/actor.ts";
import { UnstorableInput } from "../../platform/db/db_errors.ts";
import { Problem } from "../../vocabulary/problems.ts";
import { command, type Group, UsageError } from "../command.ts";
import { allPages, withServices } from "../setup.ts";

const list = command({
  name: "list",
  summary: "List the active sessions of a user, newest first",
  words: ["NAME"],
  async run({ words: [name], io, out }) {
    await withServices(io, async ({ users, sessionLists }) => {
      const { id } = await users.named(name);
      const all = allPages((before, limit) => sessionLists.page(id, before, limit), ({ id }) => id);
      await out.list(all, {
        columns: {
          ID: ({ id }) => id,
          KIND: ({ kind }) => kind,
          CREATED: ({ created_at }) => created_at.toISOString(),
          "LAST SEEN": ({ last_seen_at }) => last_seen_at.toISOString(),
          ADDRESS: ({ ip }) => ip ?? "",
          AGENT: ({ user_agent }) => user_agent ?? "",
        },
        shown: shownSession,
      });
    });
  },
});

const revoke = command({
  name: "revoke",
  summary: "Revoke one session and all its tokens",
  words: ["ID"],
  async run({ words: [id], io, out }) {
    await withServices(
      io,
      ({ sessionRevocation }) => sessionRevocation.endSession(id, localActor).catch(noSuchSession),
    );
    out.done(`Revoked session ${id}.`, { revoked: 1 });
  },
});

function noSuchSession(cause: unknown): never {
  const unknown = cause instanceof UnstorableInput || (cause instanceof Problem && cause.code === "not_found");
  if (!unknown) throw cause;
  throw new Problem("not_found", { detail: "There is no such session, or it has already ended.", cause });
}

const revokeAll = command({
  name: "revoke-all",
  summary: "Revoke every session of a user, or of all users",
  words: ["[NAME]"],
  flags: { "all-users": { about: "of all users, for example after a restore" } },
  async run({ words: [name], flags: { "all-users": allUsers = false }, io, out }) {
    if (allUsers === (name !== undefined)) throw new UsageError("name a user, or add --all-users");
    const count = await withServices(io, async ({ db, users, sessionRevocation }) => {
      if (name === undefined) return await sessionRevocation.revokeEverySession(localActor);
      const { id } = await users.named(name);
      return await db.transaction((tx) => sessionRevocation.revokeSessionsIn(tx, id, localActor));
    });
    out.done(`Revoked ${count} ${count === 1 ? "session" : "sessions"} of ${name ?? "all users"}.`, { revoked: count });
  },
});

export const sessionsCommands: Group = {
  name: "sessions",
  summary: "List and revoke sessions",
  about: "NAME is a username or an e-mail address.",
  commands: [list, revoke, revokeAll],
};
