import type { components } from "./schema.ts";

/** What a login or a refresh gives. */
export type Tokens = components["schemas"]["TokenResponse"];

/** A session as it is kept; `id` is the client's own name for it, and stays the same from refresh to refresh. */
export type StoredSession = { id: string; tokens: Tokens };

/**
 * Where a session is kept. Clients with the same storage, such as the tabs of a browser, are one session: a refresh, a
 * login and a logout of one are those of all.
 */
export interface TokenStorage {
  /** What is kept now. */
  read(): StoredSession | undefined | Promise<StoredSession | undefined>;
  /** Keeps it; undefined keeps none. */
  write(session: StoredSession | undefined): void | Promise<void>;
  /** Runs `work` while no other client of the storage runs any for this session. */
  locked<T>(id: string, work: () => Promise<T>): Promise<T>;
  /** Calls `changed` when another client has written, until the answer is called. */
  subscribe(changed: () => void): () => void;
}

/** The storage of one client alone: the session ends with the process, or the page. */
export function memoryStorage(): TokenStorage {
  let kept: StoredSession | undefined;
  return {
    read: () => kept,
    write: (session) => void (kept = session),
    locked: (_, work) => work(), // a client refreshes a session once at a time by itself
    subscribe: () => () => {},
  };
}

/** What {@link browserStorage} uses of a browser. */
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
 * One session for all tabs of an origin, kept in `localStorage` under `name`. Tabs refresh one at a time by Web Locks. A
 * page that is not a secure context has none: then the server's grace answers tabs that refresh at once alike.
 */
export function browserStorage(name = "sentinel", browser: Browser = globalThis as unknown as Browser): TokenStorage {
  const { localStorage, navigator: { locks } } = browser;
  return {
    read: () => parse(localStorage.getItem(name)),
    write: (session) => session ? localStorage.setItem(name, JSON.stringify(session)) : localStorage.removeItem(name),
    locked: (id, work) => locks ? locks.request(`${name} ${id}`, work) : work(),
    subscribe(changed) {
      const heard = ({ key }: { key: string | null }) => {
        if (key === name || key === null) changed(); // null when everything was removed
      };
      browser.addEventListener("storage", heard);
      return () => browser.removeEventListener("storage", heard);
    },
  };
}

/** Other scripts of the origin may write there too. */
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
