/**
 * The highest rate of `POST /login` with P99 under 50 ms; see `ceiling.ts`. A login hashes a password: if the hash
 * alone takes longer, there is no such rate.
 *
 *   DATABASE_URL=postgres://… deno task load:login-open
 */
import { login } from "./calls.ts";
import { ceiling } from "./ceiling.ts";
import { newUsers, type User } from "./users.ts";

export const { options, handleSummary } = ceiling("login_open", { from: 2 });

export function setup(): User {
  return newUsers(1)[0]!;
}

export default function arrive(user: User): void {
  login(user);
}
