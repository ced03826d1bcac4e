import { userRole } from "../../access/roles/permission_evaluator.ts";
import type { Permission } from "../../vocabulary/dictionary.ts";
import { localActor } from "../../vocabulary/actor.ts";
import type { Sentinel } from "../harness.ts";
import { openBrowser } from "./browser.ts";
import { createRole } from "./people.ts";

/** A browser in which a new user with these roles has just signed in. */
export async function browserOf(sentinel: Sentinel, ...roles: string[]) {
  const username = `u${crypto.randomUUID()}`;
  const password = `only ${username} knows`;
  const { id } = await sentinel.registrations.create({ username, password }, [userRole, ...roles], localActor);
  const browser = openBrowser(sentinel);
  await browser.submit(await browser.open("/signin"), "/signin", { username, password });
  return { id, username, password, browser };
}

/** A browser in which a new user signed in who may enter the console, and holds these permissions. */
export async function consoleBrowser(sentinel: Sentinel, ...permissions: Permission[]) {
  return await browserOf(sentinel, await createRole(sentinel, { permissions: ["console:enter", ...permissions] }));
}
