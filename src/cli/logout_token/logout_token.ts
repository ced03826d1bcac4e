import { localActor } from "../../vocabulary/actor.ts";
import { command, type Group } from "../command.ts";
import { withServices } from "../setup.ts";

const list = command({
  name: "list",
  summary: "List logout tokens that were given up within the last week",
  async run({ io, out }) {
    const rows = await withServices(io, ({ outbox }) => outbox.dead("http", 1_000));
    await out.list(rows, {
      columns: {
        ID: ({ id }) => id,
        CLIENT: ({ payload }) => String(payload.client_id),
        SID: ({ payload }) => String(payload.sid),
        CREATED: ({ created_at }) => created_at.toISOString(),
        "GIVEN UP": ({ dead_at }) => dead_at.toISOString(),
        ATTEMPTS: ({ attempts }) => String(attempts),
        ERROR: ({ error_class }) => error_class,
      },
      shown: ({ payload, ...row }) => ({ ...row, client_id: payload.client_id, sid: payload.sid }),
    });
  },
});

const retry = command({
  name: "retry",
  summary: "Send logout tokens again that were given up: one, or all",
  words: ["[ID]"],
  async run({ words: [id], io, out }) {
    const count = await withServices(io, ({ outbox }) => outbox.revive("http", id ?? null, localActor));
    out.done(`The server will send ${count} ${count === 1 ? "logout token" : "logout tokens"} again.`, {
      revived: count,
    });
  },
});

/** `logout-token list|retry`: which applications have not learned of the end of sessions. */
export const logoutTokenCommands: Group = {
  name: "logout-token",
  summary: "Tell applications again that sessions have ended, after that was given up",
  commands: [list, retry],
};
