import { successAnswer } from "./answer.ts";
import { createRequestContext } from "./request_context.ts";

const request = new Request("http://127.0.0.1/users/me");
const remoteAddr = { transport: "tcp", hostname: "127.0.0.1", port: 1 } as const;
const call = createRequestContext(request, { remoteAddr, completed: Promise.resolve() }, []);
const person = { id: "019a0000-0000-7000-8000-000000000001", username: "ada", email: "ada@example.com" };
const headers = {
  "x-request-id": call.id,
  "content-type": "application/json",
  "cache-control": "no-store",
  "x-content-type-options": "nosniff",
};
const success = { kind: "json", status: 200, description: "You", schema: undefined as never } as const;
const sent = Object.fromEntries(successAnswer(call, request, success, person).headers);
if (Object.entries(headers).some(([name, value]) => sent[name] !== value)) throw new Error("what is measured is wrong");

Deno.bench({
  name: "given to the constructor",
  group: "headers of an answer",
  baseline: true,
  fn: () => void new Response(JSON.stringify(person), { status: 200, headers }),
});
Deno.bench({
  name: "set one by one",
  group: "headers of an answer",
  fn: () => void successAnswer(call, request, success, person),
});
