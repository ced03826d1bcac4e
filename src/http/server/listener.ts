import type { Log } from "../../platform/logger.ts";
import { pause } from "../../platform/timers/pause.ts";
import type { Handler } from "./handler.ts";

const restartPauseMs = 500;

/** Accepts connections until it is disposed. */
export interface Listener extends AsyncDisposable {
  /** The address of the socket. When port 0 was asked for, it has the port that the system chose. */
  address: { hostname: string; port: number };
  handle(handler: Handler): void;
}

/**
 * Listens. With `isShared`, so may other threads, and each connection goes to one of them. Listens again when the
 * accept loop ends, as it does without file descriptors. @throws {Deno.errors.AddrInUse}
 */
export function listen(
  { hostname, port, log, isShared = false }: { hostname: string; port: number; log: Log; isShared?: boolean },
  first: Handler,
): Listener {
  let current = first;
  let stopping = false;
  let server = serve(port);
  const address = server.addr as Deno.NetAddr;
  const supervised = supervise();

  return {
    address,
    handle(handler) {
      current = handler;
    },
    async [Symbol.asyncDispose]() {
      stopping = true;
      await server.shutdown().catch(() => {});
      await supervised;
    },
  };

  function serve(port: number) {
    const options = { hostname, port, reusePort: isShared, onListen: () => {} };
    return Deno.serve(options, (request, info) => current(request, info));
  }

  async function supervise(): Promise<void> {
    while (!stopping) {
      const cause = await server.finished.then(() => "ended", (error: Error) => error.message);
      if (stopping) return;
      log.error("accept loop ended; listening again", { cause });
      await again();
    }
  }

  async function again(): Promise<void> {
    while (!stopping) {
      try {
        server = serve(address.port);
        return;
      } catch (error) {
        log.error("cannot listen", { cause: (error as Error).message });
        await pause(restartPauseMs);
      }
    }
  }
}
