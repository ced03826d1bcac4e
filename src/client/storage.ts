import type { components } from "./schema.ts";

/** The answer to a login or a refresh. */
export type Tokens = components["schemas"]["TokenResponse"];

/** A stored session. `id` is chosen by the client and does not change with a refresh. */
export type StoredSession = { id: string; tokens: Tokens };

/**
 * Stores a session. Clients with the same storage, such as the tabs of a browser, share one session: a refresh, login
 * or logout in one applies to all.
 */
export interface TokenStorage {
  /** Reads the stored session. */
  read(): StoredSession | undefined | Promise<StoredSession | undefined>;
  /** Stores the session; undefined deletes it. */
  write(session: StoredSession | undefined): void | Promise<void>;
  /** Runs `work` while no other client of the storage runs work for this session. */
  locked<T>(id: string, work: () => Promise<T>): Promise<T>;
  /** Calls `changed` when another client has written. The returned function unsubscribes. */
  subscribe(changed: () => void): () => void;
}

/** The storage of a single client: the session ends with the process or the page. */
export function memoryStorage(): TokenStorage {
  let kept: StoredSession | undefined;
  let last: Promise<unknown> = Promise.resolve();
  return {
    read: () => kept,
    write: (session) => void (kept = session),
    locked(_, work) {
      const done = last.then(work);
      last = done.catch(() => {});
      return done;
    },
    subscribe: () => () => {},
  };
}

/** The parts of a browser that {@link browserStorage} uses. */
export interface Browser {
  localStorage: {
    getItem(name: string): string | null;
    setItem(name: string, text: string): void;
    removeItem(name: string): void;
  };
  navigator: { locks?: { request<T>(name: string, work: () => Promise<T>): Promise<T> } };
  addEventListener(type: "storage", heard: (event: { key: string | null }) => void): void;
  removeEventListener(type: "storage", heard: (event: { key: string | null }) => void): void;
}

/**
 * One session for all tabs of an origin, stored in `localStorage` under `name`. Tabs refresh one at a time by Web
 * Locks. An insecure context has no locks; then simultaneous refreshes get the same answer within the server's grace.
 */
export function browserStorage(name = "sentinel", browser: Browser = globalThis as unknown as Browser): TokenStorage {
  const { localStorage, navigator: { locks } } = browser;
  return {
    read: () => parse(localStorage.getItem(name)),
    write: (session) => session ? localStorage.setItem(name, JSON.stringify(session)) : localStorage.removeItem(name),
    locked: (id, work) => locks ? locks.request(`${name} ${id}`, work) : work(),
    subscribe(changed) {
      const heard = ({ key }: { key: string | null }) => {
        if (key === name || key === null) changed(); // null when the whole storage was cleared
      };
      browser.addEventListener("storage", heard);
      return () => browser.removeEventListener("storage", heard);
    },
  };
}

/** Validates the text, because other scripts of the origin may write it too. */
function parse(text: string | null): StoredSession | undefined {
  try {
    const { id, tokens } = JSON.parse(text ?? "null") ?? {};
    const isSession = typeof id === "string" && typeof tokens?.access_token === "string" &&
      typeof tokens.refresh_token === "string";
    return isSession ? { id, tokens } : undefined;
  } catch {
    return undefined;
  }
}
