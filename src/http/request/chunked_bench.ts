import { textAnswer } from "./answer.ts";
import { createRequestContext } from "./request_context.ts";

const body = "x".repeat(600);
const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen: () => {} }, (request, info) => {
  const answer = textAnswer(createRequestContext(request, info, []), body, { "content-type": "text/plain" });
  if (request.url.endsWith("/chunked")) answer.headers.set("transfer-encoding", "chunked");
  return answer;
});
server.unref();
const connection = await Deno.connect({ hostname: "127.0.0.1", port: server.addr.port });
const received = new Uint8Array(4_096);
const [whole, chunked] = ["whole", "chunked"].map((path) =>
  new TextEncoder().encode(`POST /${path} HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-length: 0\r\n\r\n`)
) as [Uint8Array, Uint8Array];

/** Sends the request and reads its answer, of which this many pieces arrive. */
async function ask(request: Uint8Array, end: string): Promise<number> {
  await connection.write(request);
  for (let pieces = 1, text = "";; pieces++) {
    text += new TextDecoder().decode(received.subarray(0, (await connection.read(received))!));
    if (text.endsWith(end)) return pieces;
  }
}

if (await ask(chunked, "0\r\n\r\n") !== 1) throw new Error("what is measured is wrong");

Deno.bench({
  name: "in two pieces, head and body",
  group: "send an answer of 600 bytes",
  baseline: true,
  fn: async () => void await ask(whole, "xx"),
});
Deno.bench({
  name: "chunked, in one piece",
  group: "send an answer of 600 bytes",
  fn: async () => void await ask(chunked, "0\r\n\r\n"),
});
