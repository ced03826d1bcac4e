import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { startSentinel, test } from "../testing/harness.ts";
import { overSockets } from "../testing/traffic/sockets.ts";

const sentinel = await startSentinel({ lasting: false });
let handled = 0;
const { port, speak, ...server } = overSockets((request, info) => (handled++, sentinel.handle(request, info)));
Deno.test.afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await sentinel[Symbol.asyncDispose]();
});

/** RFC 9113 §6 */
const types = { data: 0, headers: 1, reset: 3, settings: 4, goaway: 7, continuation: 9 };
const endStream = 1;
const endHeaders = 4;
type Frame = { type: number; flags: number; stream: number; payload: Buffer };

/** RFC 9113 §4.1 */
function frame(type: number, flags: number, stream: number, payload: Uint8Array = new Uint8Array()): Buffer {
  const head = Buffer.alloc(9);
  head.writeUIntBE(payload.length, 0, 3);
  head[3] = type;
  head[4] = flags;
  head.writeUInt32BE(stream, 5);
  return Buffer.concat([head, payload]);
}

function* framesOf(bytes: Buffer): Generator<Frame> {
  for (let at = 0; at + 9 <= bytes.length;) {
    const end = at + 9 + bytes.readUIntBE(at, 3);
    if (end > bytes.length) return;
    const payload = bytes.subarray(at + 9, end);
    yield { type: bytes[at + 3]!, flags: bytes[at + 4]!, stream: bytes.readUInt32BE(at + 5), payload };
    at = end;
  }
}

/** A field without compression and indexing (RFC 7541 §6.2.2). */
const field = (name: string, value: string) =>
  Buffer.concat(
    [[0, name.length], Buffer.from(name), [value.length], Buffer.from(value)].map((part) => Buffer.from(part)),
  );

/** `GET /livez` by `:authority`; `:method GET` and `:scheme http` are 2 and 6 of RFC 7541 appendix A. */
const get = (more: [name: string, value: string][] = []) =>
  Buffer.concat([
    Buffer.from([0x82, 0x86]),
    field(":path", "/livez"),
    field(":authority", "localhost"),
    ...more.map((each) => field(...each)),
  ]);

/** Indexes of RFC 7541 appendix A. */
const statuses: Record<number, number> = { 0x88: 200, 0x8c: 400 };

/**
 * With prior knowledge (RFC 9113 §3.3): sends the preface and these frames, and returns what arrives until there is
 * `enough` or the end.
 */
async function converse(frames: Buffer[], enough: (answer: Frame[]) => boolean = () => false) {
  using socket = await Deno.connect({ hostname: "127.0.0.1", port });
  const bytes = Buffer.concat([Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"), ...frames]);
  const written = write(socket, bytes).catch(() => {}); // the server may close before it has read everything
  const chunks: Uint8Array[] = [];
  const buffer = new Uint8Array(65_536);
  let answer: Frame[] = [];
  while (!enough(answer)) {
    const size = await socket.read(buffer).catch(() => null); // bytes before a reset count
    if (size === null) break;
    chunks.push(buffer.slice(0, size));
    answer = [...framesOf(Buffer.concat(chunks))];
  }
  await written;
  return answer;
}

async function write(socket: Deno.Conn, bytes: Uint8Array): Promise<void> {
  for (let written = 0; written < bytes.length;) written += await socket.write(bytes.subarray(written));
}

const hello = frame(types.settings, 0, 0);
const streams = (count: number) => Array.from({ length: count }, (_, i) => 2 * i + 1);
const of = (type: number) => (frame: Frame) => frame.type === type;

/** The most streams that the runtime allows on one connection. */
const openMax = 200;

/** Runs `flood`, which must end its connection and leave the server unchanged. */
async function sheds(flood: Buffer[]): Promise<void> {
  const before = handled;
  const answer = await converse([hello, ...flood]);
  const last = answer.at(-1)!;
  assert.equal(last.type, types.goaway);
  assert.match(last.payload.toString("latin1"), /too_many_/);
  assert.ok(handled - before <= openMax, `${handled - before} were handled`);
  assert.equal((await speak(["GET /livez HTTP/1.1"]))?.status, 200);
}

test("T198 HTTP/2 with prior knowledge is refused without a Host, and answered as usual with one", async () => {
  const ended = (answer: Frame[]) => answer.some(({ flags, stream }) => stream === 1 && (flags & endStream) !== 0);
  for (const [more, status] of [[[], 400], [[["host", "a b"]], 400], [[["host", "localhost"]], 200]] as const) {
    const request = frame(types.headers, endStream | endHeaders, 1, get(more.map(([name, value]) => [name, value])));
    const answer = await converse([hello, request], ended);
    assert.equal(statuses[answer.find(of(types.headers))!.payload[0]!], status);
    const body = JSON.parse(Buffer.concat(answer.filter(of(types.data)).map(({ payload }) => payload)).toString());
    if (status === 400) assert.equal(body.type, "/problems/malformed_request");
    else assert.deepEqual(body, { status: "alive" });
  }
});

test("T198 a rapid reset of 20000 streams ends the connection and leaves the server unchanged", async () => {
  const cancel = Buffer.from([0, 0, 0, 8]);
  await sheds(
    streams(20_000).flatMap((stream) => [
      frame(types.headers, endStream | endHeaders, stream, get([["host", "localhost"]])),
      frame(types.reset, 0, stream, cancel),
    ]),
  );
});

test("T198 endless header continuations, empty or not, end the connection and leave the server unchanged", async () => {
  const opened = frame(types.headers, endStream, 1, get());
  const large = frame(types.continuation, 0, 1, field("x-large", "a".repeat(100)));
  await sheds([opened, ...Array.from({ length: 5_000 }, () => large)]);
  await sheds([opened, ...Array.from({ length: 50_000 }, () => frame(types.continuation, 0, 1))]);
});

test(
  "T198 of 1000 streams that read their answers slowly, 200 are open at once and the others are refused",
  async () => {
    const initialWindow = Buffer.from([0, 4, 0, 0, 0, 1]);
    const before = handled;
    const refused = (answer: Frame[]) => answer.filter(of(types.reset)).length;
    const answer = await converse(
      [
        frame(types.settings, 0, 0, initialWindow),
        ...streams(1_000).map((stream) => frame(types.headers, endStream | endHeaders, stream, get())),
      ],
      (answer) => refused(answer) >= 1_000 - openMax && answer.filter(of(types.data)).length >= openMax,
    );
    assert.equal(refused(answer), 1_000 - openMax);
    assert.equal(handled - before, openMax);
    for (const { payload } of answer.filter(of(types.data))) assert.ok(payload.length <= 1);
    assert.equal((await speak(["GET /livez HTTP/1.1"]))?.status, 200);
  },
);
