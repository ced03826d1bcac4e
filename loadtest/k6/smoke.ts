/**
 * One user sends every request of the other scripts once; fails if any answer has an unexpected status.
 *
 *   deno task load:smoke
 */
import { check } from "k6";
import type { Options } from "k6/options";
import * as call from "./calls.ts";
import { administrator, newUser } from "./users.ts";
import { everyRun, rows, summary } from "./summary.ts";

export const options: Options = {
  ...everyRun,
  thresholds: {
    ...rows(
      "name:/register",
      "name:/login",
      "name:/users/me",
      "name:/admin-only",
      "name:/oauth/token",
      "name:/access/v1/evaluation",
      "name:/logout",
    ),
    checks: ["rate==1"],
    http_req_failed: ["rate==0"],
  },
};

export const handleSummary = summary("smoke");

/** An administrator's token. */
export function setup(): string {
  return administrator().token;
}

export default function once(administratorToken: string): void {
  const user = newUser();
  const id = call.register(user).json("id") as string;
  const { access_token, refresh_token } = call.login(user);
  const me = call.getMe(access_token);
  const entered = call.enterAdminArea(administratorToken);
  const next = call.refresh(refresh_token);
  const decision = call.evaluate(next.access_token, { userId: id, permission: "admin_area:enter" });
  call.logout(next.access_token);
  call.getMe(next.access_token, 401);
  check(me, { "GET /users/me returns the user": (answer) => answer.json("id") === id });
  check(entered, { "GET /admin-only admits an administrator": (answer) => answer.json("message") !== undefined });
  check(next, { "POST /oauth/token returns the next refresh token": (each) => each.refresh_token !== refresh_token });
  check(decision, { "POST /access/v1/evaluation denies": (answer) => answer.json("decision") === false });
}
