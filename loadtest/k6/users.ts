/** The users of the k6 scripts. */
import { vu } from "k6/execution";
import { getMe, login, register, type Tokens } from "./calls.ts";

/** An account. */
export type User = { username: string; password: string };

/** A user who has logged in. */
export type LoggedInUser = User & { id: string; token: string; refreshToken: string };

const run = Date.now().toString(36);
let named = 0;

/** A user with a name that is unique over all runs. */
export function newUser(): User {
  return { username: `k6-${run}-${vu.idInTest}-${named++}`, password: "measure twice, cut once" };
}

/** Registers users and logs them in, one after the other; for `setup`. */
export function newUsers(
  count: number,
  { role = "user", token }: { role?: string; token?: string } = {},
): LoggedInUser[] {
  return Array.from({ length: count }, () => {
    const user = newUser();
    const answer = register({ ...user, role }, token);
    if (answer.status !== 201) throw new Error(`POST /register: ${answer.status} ${answer.error || answer.body}`);
    const { access_token, refresh_token } = login(user);
    return { ...user, id: answer.json("id") as string, token: access_token, refreshToken: refresh_token };
  });
}

/** New sessions of one user, each for one virtual user; for `setup`. */
export function newSessions(user: User, count: number): Tokens[] {
  return Array.from({ length: count }, () => login(user));
}

/** The token of the administrator of `ADMIN_USERNAME` and `ADMIN_PASSWORD`; for `setup`. */
export function administrator(): { id: string; token: string } {
  const { ADMIN_USERNAME: username, ADMIN_PASSWORD: password } = __ENV;
  if (!username || !password) throw new Error("set ADMIN_USERNAME and ADMIN_PASSWORD to those of an administrator");
  const { access_token: token } = login({ username, password });
  if (!token) throw new Error("the login with ADMIN_USERNAME and ADMIN_PASSWORD was refused");
  return { id: getMe(token).json("id") as string, token };
}
