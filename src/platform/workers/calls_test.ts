import assert from "node:assert/strict";
import { connectThread, type Port } from "./calls.ts";

type Maths = { half(of: number): number; later(): Promise<string>; fail(): never };

const maths: Maths = {
  half: (of) => of / 2,
  later: () => Promise.resolve("later"),
  fail: () => {
    throw new RangeError("no such number");
  },
};

/** Two ends of a channel. */
function twoThreads() {
  const { port1, port2 } = new MessageChannel();
  const ends = [port1, port2] as Port[];
  const dispose = () => [port1, port2].forEach((port) => port.close());
  return { ends, [Symbol.dispose]: dispose };
}

Deno.test("a call returns what the function of the other thread returns, or throws its message", async () => {
  using threads = twoThreads();
  const [here, there] = threads.ends as [Port, Port];
  connectThread(there, maths);
  const { call } = connectThread<Maths>(here, {});
  assert.deepEqual(await Promise.all([call("half", 8), call("later"), call("half", 3)]), [4, "later", 1.5]);
  await assert.rejects(call("fail"), { message: "no such number" });
});

Deno.test("a call whose argument cannot be cloned rejects, and later ones are answered", async () => {
  using threads = twoThreads();
  const [here, there] = threads.ends as [Port, Port];
  connectThread(there, maths);
  const { call } = connectThread<Maths>(here, {});
  const code = (() => 8) as unknown as number;
  await assert.rejects(call("half", code), { name: "DataCloneError" });
  assert.equal(await call("half", 8), 4);
});

Deno.test("a closed channel rejects the calls that wait, and later ones", async () => {
  using threads = twoThreads();
  const { call, close } = connectThread<Maths>(threads.ends[0]!, {});
  const waiting = call("later");
  close(new Error("gone"));
  await assert.rejects(waiting, { message: "gone" });
  await assert.rejects(call("half", 2), { message: "gone" });
});
