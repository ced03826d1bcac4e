import type { StoredSession, Tokens, TokenStorage } from "./storage.ts";

/** A session, and its refresh in progress. */
export type Session = StoredSession & { refreshing?: Promise<Response | undefined> | undefined };

/** The session of one client, synchronized with the other clients of its storage. */
export interface SharedSession {
  current(): Session | undefined;
  /** The session, once the storage has been read. */
  loaded(): Promise<Session | undefined>;
  begin(tokens: Tokens): Promise<void>;
  /** Ends the session here and in the storage, and returns it. */
  end(): Promise<Session | undefined>;
  /** Refreshes `mine`, once for all callers. Returns the server's answer if it is not new tokens. */
  refresh(mine: Session): Promise<Response | undefined>;
  /** Sends, with the access token, what answers new tokens of `mine`, while no client refreshes it. */
  renew(mine: Session, send: (accessToken: string) => Promise<Response>): Promise<Response>;
  subscribe(changed: () => void): () => void;
  /** Stops listening to other clients. */
  close(): void;
}

/** `send` sends a refresh token to the server. `tokens` start a session that replaces the stored one. */
export function createSharedSession(
  { storage, tokens, send }: {
    storage: TokenStorage;
    tokens: Tokens | undefined;
    send: (refreshToken: string) => Promise<Response>;
  },
): SharedSession {
  let session: Session | undefined;
  let changes = 0;
  let written: void | Promise<void>;
  const listeners = new Set<() => void>();
  const close = storage.subscribe(() => void synchronize().catch(() => {}));
  const loading = load();
  return { current: () => session, loaded, begin, end, refresh, renew, subscribe, close };

  async function loaded(): Promise<Session | undefined> {
    await loading;
    return session;
  }

  async function begin(tokens: Tokens): Promise<void> {
    await become({ id: newId(), tokens });
  }

  async function end(): Promise<Session | undefined> {
    await loading;
    const ending = session;
    await become(undefined);
    return ending;
  }

  function subscribe(changed: () => void): () => void {
    listeners.add(changed);
    return () => void listeners.delete(changed);
  }

  function refresh(mine: Session): Promise<Response | undefined> {
    const used = mine.tokens.refresh_token;
    return mine.refreshing ??= storage.locked(mine.id, () => refreshLocked(mine, used))
      .finally(() => mine.refreshing = undefined);
  }

  /**
   * If another client has refreshed in the meantime, its tokens are used. A 503 keeps the session; 400 `invalid_grant`
   * (RFC 6749 §5.2) ends it. If a login or logout has replaced the session in the meantime, the present one is not
   * changed.
   */
  async function refreshLocked(mine: Session, used: string): Promise<Response | undefined> {
    const isCurrent = () => session === mine && mine.tokens.refresh_token === used;
    await synchronize();
    if (!isCurrent()) return undefined;
    const response = await send(used);
    const tokens: Tokens | undefined = response.ok ? await response.json() : undefined;
    await synchronize();
    if (isCurrent() && tokens) {
      mine.tokens = tokens;
      await become(mine);
    } else if (isCurrent() && response.status === 400) await become(undefined);
    return response.ok || mine.tokens.refresh_token !== used ? undefined : response;
  }

  function renew(mine: Session, send: (accessToken: string) => Promise<Response>): Promise<Response> {
    return storage.locked(mine.id, async () => {
      await synchronize();
      const response = await send(mine.tokens.access_token);
      if (!response.ok) return response;
      const tokens: Tokens = await response.clone().json();
      await synchronize();
      if (session === mine) {
        mine.tokens = tokens;
        await become(mine);
      }
      return response;
    });
  }

  function load(): Promise<void> | undefined {
    if (tokens) {
      session = { id: newId(), tokens };
      written = storage.write({ ...session });
      return undefined;
    }
    const stored = storage.read();
    if (stored instanceof Promise) return synchronize();
    session = stored && { ...stored };
    return undefined;
  }

  /** Adopts the stored session, unless this client changed in the meantime. */
  async function synchronize(): Promise<void> {
    for (;;) {
      await written;
      const before = changes;
      const stored = await storage.read();
      if (before === changes) return adopt(stored);
    }
  }

  function adopt(stored: StoredSession | undefined): void {
    const isSame = stored?.id === session?.id;
    if (isSame && stored?.tokens.refresh_token === session?.tokens.refresh_token) return;
    if (isSame) session!.tokens = stored!.tokens;
    else session = stored && { ...stored };
    changed();
  }

  async function become(next: Session | undefined): Promise<void> {
    session = next;
    written = storage.write(next && { id: next.id, tokens: next.tokens });
    changed();
    await written;
  }

  function changed(): void {
    changes++;
    for (const tell of listeners) tell();
  }
}

/** `crypto.randomUUID` is missing in insecure contexts. */
function newId(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
