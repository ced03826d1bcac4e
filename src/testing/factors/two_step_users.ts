import assert from "node:assert/strict";
import { localActor } from "../../vocabulary/actor.ts";
import type { Sentinel } from "../harness.ts";
import { type App, newApp } from "./factors.ts";

/** A user who logs in by a password and an authenticator app. */
export type TwoStepUser = { id: string; username: string; password: string; app: App };

export async function newTwoStepUser(at: Sentinel): Promise<TwoStepUser> {
  const [username, password] = [`u${crypto.randomUUID()}`, `words ${crypto.randomUUID()}`];
  const { id } = await at.registrations.create({ username, password }, ["user"], localActor);
  return { id, username, password, app: await newApp(at, id) };
}

export function loginOf(at: Sentinel, { username, password }: { username: string; password: string }) {
  return at.fetch("/login", { json: { username, password } });
}

/** The `mfa_token` of a login that waits for the factor. */
export async function mfaTokenOf(at: Sentinel, user: TwoStepUser): Promise<string> {
  const answer = await loginOf(at, user);
  assert.equal(answer.status, 403);
  return (await answer.json()).mfa_token;
}

/** The tokens of a session whose user proves this to the step-up. */
export async function steppedUp(
  at: Sentinel,
  token: string,
  json: object,
): Promise<{ access_token: string; refresh_token: string }> {
  const answer = await stepUp(at, token, json);
  assert.equal(answer.status, 200);
  return await answer.json();
}

export function stepUp(at: Sentinel, token: string, json: object): Promise<Response> {
  return at.fetch("/users/me/step-up", { json, headers: { authorization: `Bearer ${token}` } });
}

export function proveFactor(at: Sentinel, proof: { mfa_token: string; type: string; code: string }) {
  return at.fetch("/login/factor", { json: proof });
}
