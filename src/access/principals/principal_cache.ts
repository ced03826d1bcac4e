import type { FirstParty, PrincipalKey, PrincipalSession, PrincipalUser } from "../../vocabulary/actor.ts";
import { canonicalIdentifier, isEmail, isUsernameShaped } from "../../vocabulary/identifiers.ts";
import { BoundedMap } from "../../platform/cache/bounded_map.ts";
import type { Db } from "../../platform/db/db.ts";
import { type CacheValidity, keepUntil } from "../../platform/cache/cache_validity.ts";
import { FreshMap } from "../../platform/cache/fresh_map.ts";
import { createSharedLookups } from "../../platform/cache/shared_lookups.ts";
import { findAccess, findKeyAccess, findNamedUsers, findPrincipalUsers } from "./principal_store.ts";

/** Sessions and users as they are now: from memory while the cache is valid, otherwise by one query. */
export type PrincipalCache = ReturnType<typeof createPrincipalCache>;

/** An API key and its user. */
export type KeyAccess = { key: PrincipalKey; user: PrincipalUser };

/** Bounded maps of sessions, API keys and users, and the look-ups that fill them. */
export function createPrincipalCache(
  { db, cacheValidity, sizeMax = 200_000 }: { db: Db; cacheValidity: CacheValidity; sizeMax?: number },
) {
  const sessions = new FreshMap<string, PrincipalSession>(sizeMax);
  const keys = new FreshMap<string, PrincipalKey>(sizeMax);
  const users = new FreshMap<string, PrincipalUser>(sizeMax);
  const idsByName = new BoundedMap<string, string>(sizeMax);
  const accessLookups = createSharedLookups<FirstParty>();
  const keyLookups = createSharedLookups<KeyAccess>();
  const userLookups = createSharedLookups<PrincipalUser>();
  const nameLookups = createSharedLookups<PrincipalUser>();

  return { access, keyAccess, user, knownUser, userNamed, lookUp, forgetSession, forgetUser, forgetAll };

  /** The session and its user; undefined when there is no such session, or it belongs to another user. */
  function access(sessionId: string, userId: string): FirstParty | undefined | Promise<FirstParty | undefined> {
    const session = sessions.get(sessionId);
    const user = users.get(userId);
    if (session && user) return session.user_id === userId ? { session, user } : undefined;
    return accessLookups.join(sessionId, userId, (mayKeep) => loadAccess(sessionId, userId, mayKeep));
  }

  /** The API key and its user; undefined when there is no such key. */
  function keyAccess(id: string): KeyAccess | undefined | Promise<KeyAccess | undefined> {
    const key = keys.get(id);
    const user = key && users.get(key.user_id);
    return user ? { key, user } : keyLookups.join(id, "", (mayKeep) => loadKeyAccess(id, mayKeep));
  }

  function user(id: string): PrincipalUser | undefined | Promise<PrincipalUser | undefined> {
    const known = knownUser(id);
    if (known) return known;
    const until = keepUntil(cacheValidity);
    return userLookups.join(
      id,
      id,
      async (mayKeep) => keepUser((await findPrincipalUsers(db, [id]))[0], until, mayKeep),
    );
  }

  /** The user with this username or address, in any spelling. Text that can be neither costs no statement. */
  function userNamed(text: string): PrincipalUser | undefined | Promise<PrincipalUser | undefined> {
    const name = canonicalIdentifier(text);
    const known = knownUserNamed(name);
    if (known || !isName(text)) return known;
    const until = keepUntil(cacheValidity);
    return nameLookups.join(name, "", async (mayKeep) => {
      const found = (await findNamedUsers(db, { ids: [], names: [name] })).find((user) => isNamed(user, name));
      return keepName(name, keepUser(found, until, mayKeep));
    });
  }

  /** Loads the users that are not in memory by one query. A look-up of one of them meanwhile waits for it. */
  function lookUp(asked: { ids: string[]; names: string[] }): void {
    const ids = asked.ids.filter((id) => !knownUser(id));
    const names = asked.names.filter(isName).map(canonicalIdentifier).filter((name) => !knownUserNamed(name));
    if (ids.length + names.length < 2) return;
    const until = keepUntil(cacheValidity);
    const findAll = () => names.length === 0 ? findPrincipalUsers(db, ids) : findNamedUsers(db, { ids, names });
    let found: Promise<Map<string, PrincipalUser>> | undefined;
    const find = () => found ??= findAll().then(byKeys);
    for (const id of ids) {
      userLookups.join(id, id, async (mayKeep) => keepUser((await find()).get(id), until, mayKeep)).catch(() => {});
    }
    for (const name of names) {
      const load = async (mayKeep: () => boolean) => keepName(name, keepUser((await find()).get(name), until, mayKeep));
      nameLookups.join(name, "", load).catch(() => {});
    }
  }

  function knownUser(id: string): PrincipalUser | undefined {
    return users.get(id);
  }

  /** The user with this canonical name, if in memory and still named so. */
  function knownUserNamed(name: string): PrincipalUser | undefined {
    const id = idsByName.get(name);
    const user = id === undefined ? undefined : knownUser(id);
    return user && isNamed(user, name) ? user : undefined;
  }

  /** Forgets the session, or the API key, of this id. */
  function forgetSession(id: string): void {
    sessions.delete(id);
    keys.delete(id);
    accessLookups.overtake(id);
    keyLookups.overtake(id);
  }

  function forgetUser(id: string): void {
    users.delete(id);
    accessLookups.overtakeAll(id);
    userLookups.overtake(id);
    keyLookups.overtakeAll(); // whose names they are is unknown until they end
    nameLookups.overtakeAll(); // as with those
  }

  function forgetAll(): void {
    sessions.clear();
    keys.clear();
    users.clear();
    idsByName.clear();
    accessLookups.overtakeAll();
    keyLookups.overtakeAll();
    userLookups.overtakeAll();
    nameLookups.overtakeAll();
  }

  async function loadAccess(sessionId: string, userId: string, mayKeep: () => boolean) {
    const until = keepUntil(cacheValidity);
    const found = await findAccess(db, sessionId);
    if (found?.user.id !== userId) return undefined;
    if (mayKeep()) {
      sessions.set(sessionId, found.session, until);
      users.set(userId, found.user, until);
    }
    return found;
  }

  async function loadKeyAccess(id: string, mayKeep: () => boolean): Promise<KeyAccess | undefined> {
    const until = keepUntil(cacheValidity);
    const found = await findKeyAccess(db, id);
    if (found && mayKeep()) {
      keys.set(id, found.key, until);
      users.set(found.user.id, found.user, until);
    }
    return found;
  }

  function keepUser(found: PrincipalUser | undefined, until: number, mayKeep: () => boolean) {
    if (found && mayKeep()) users.set(found.id, found, until);
    return found;
  }

  /** Remembers the owner of a name. An entry cannot be stale: it counts only while the user in memory has this name. */
  function keepName(name: string, user: PrincipalUser | undefined): PrincipalUser | undefined {
    if (user) idsByName.set(name, user.id);
    return user;
  }
}

/** Whether the user has this canonical name. */
export function isNamed(user: PrincipalUser, name: string): boolean {
  return namesOf(user).includes(name);
}

function namesOf({ username, email }: PrincipalUser): string[] {
  return [username, email].flatMap((name) => name === null ? [] : canonicalIdentifier(name));
}

function isName(text: string): boolean {
  return isUsernameShaped(text) || isEmail(text);
}

function byKeys(users: PrincipalUser[]): Map<string, PrincipalUser> {
  return new Map(users.flatMap((user) => [user.id, ...namesOf(user)].map((key) => [key, user] as const)));
}
