/**
 * The highest rate of `POST /oauth/token` with P99 under 50 ms, each exchanging a refresh token for the next one; see
 * `ceiling.ts`. Each virtual user has its own session.
 *
 *   DATABASE_URL=postgres://… deno task load:refresh-open
 */
import { vu } from "k6/execution";
import { refresh, type Tokens } from "./calls.ts";
import { ceiling } from "./ceiling.ts";
import { newSessions, newUsers } from "./users.ts";

const vusMax = 100;

export const { options, handleSummary } = ceiling("refresh_open", { from: 50, vusMax });

export function setup(): Tokens[] {
  return newSessions(newUsers(1)[0]!, vusMax);
}

let refreshToken: string | undefined;

export default function arrive(sessions: Tokens[]): void {
  refreshToken ??= sessions[vu.idInTest - 1]!.refresh_token;
  refreshToken = refresh(refreshToken).refresh_token;
}
