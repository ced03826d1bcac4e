/**
 * The highest rate of `POST /access/v1/evaluation` with P99 under 50 ms; see `ceiling.ts`. An administrator asks for
 * decisions about ten users in turn, every other time about a permission that they hold.
 *
 *   DATABASE_URL=postgres://… deno task load:decision-open
 */
import { scenario } from "k6/execution";
import { evaluate } from "./calls.ts";
import { ceiling } from "./ceiling.ts";
import { administrator, newUsers } from "./users.ts";

export const { options, handleSummary } = ceiling("decision_open", { from: 250 });

type Asked = { token: string; userIds: string[] };

export function setup(): Asked {
  const { id, token } = administrator();
  const users = newUsers(5).map((user) => user.id);
  return { token, userIds: users.flatMap((each) => [each, id]) };
}

export default function arrive({ token, userIds }: Asked): void {
  const userId = userIds[scenario.iterationInTest % userIds.length]!;
  evaluate(token, { userId, permission: "admin_area:enter" });
}
