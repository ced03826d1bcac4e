/**
 * The highest rate of `GET /users/me` with P99 under 50 ms; see `ceiling.ts`.
 *
 *   DATABASE_URL=postgres://… deno task load:me-open
 */
import { scenario } from "k6/execution";
import { getMe } from "./calls.ts";
import { ceiling } from "./ceiling.ts";
import { newUsers } from "./users.ts";

export const { options, handleSummary } = ceiling("me_open", { from: 250 });

export function setup(): string[] {
  return newUsers(10).map(({ token }) => token);
}

export default function arrive(tokens: string[]): void {
  getMe(tokens[scenario.iterationInTest % tokens.length]!);
}
