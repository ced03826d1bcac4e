// deno-lint-ignore-file no-explicit-any -- the arguments of any function
/** What one side of two threads serves to the other. Arguments and results are structured clones. */
export type Functions = Record<string, (...args: any[]) => unknown>;

/** One end of a channel: a `Worker`, or `self` inside of one. */
export type Port = {
  postMessage(message: unknown): void;
  onmessage: ((event: MessageEvent) => void) | null;
};

/** Calls a function of the other thread. Rejects with what it threw, or if the channel is closed first. */
export type Call<Theirs extends Functions> = <Name extends keyof Theirs & string>(
  name: Name,
  ...args: Parameters<Theirs[Name]>
) => Promise<Awaited<ReturnType<Theirs[Name]>>>;

type Message =
  | { kind: "call"; id: number; name: string; args: unknown[] }
  | { kind: "result"; id: number; value: unknown }
  | { kind: "error"; id: number; error: Error };

/** Serves `ours` to the thread at the other end, and calls its functions. */
export function connectThread<Theirs extends Functions>(port: Port, ours: Functions) {
  const waiting = new Map<number, PromiseWithResolvers<any>>();
  let lastId = 0;
  let closed: Error | undefined;

  port.onmessage = ({ data }: MessageEvent<Message>) => {
    if (data.kind === "call") return void answer(data);
    const call = waiting.get(data.id);
    waiting.delete(data.id);
    if (data.kind === "result") call?.resolve(data.value);
    else call?.reject(data.error);
  };
  const call: Call<Theirs> = (name, ...args) => {
    if (closed) return Promise.reject(closed);
    const id = ++lastId;
    const result = Promise.withResolvers<any>();
    waiting.set(id, result);
    try {
      send({ kind: "call", id, name, args });
    } catch (error) { // an argument that cannot be cloned
      waiting.delete(id);
      result.reject(error);
    }
    return result.promise;
  };
  return { call, close };

  /** Rejects every call, also those that wait. */
  function close(reason: Error): void {
    closed = reason;
    for (const { reject } of waiting.values()) reject(reason);
    waiting.clear();
  }

  async function answer({ id, name, args }: Extract<Message, { kind: "call" }>): Promise<void> {
    try {
      send({ kind: "result", id, value: await ours[name]!(...args) });
    } catch (error) {
      send({ kind: "error", id, error: new Error(error instanceof Error ? error.message : String(error)) });
    }
  }

  function send(message: Message): void {
    port.postMessage(message);
  }
}
