import { parseJson } from "./json_text.ts";

const question = {
  subject: { type: "user", id: "019a0000-0000-7000-8000-000000000001" },
  action: { name: "read" },
  resource: { type: "documents", id: "1" },
};
const bodies = {
  "a login": { username: "ada", password: "analytical engine no 1" },
  "a decision": question,
  "500 decisions": { evaluations: Array(500).fill(question) },
};

for (const [group, body] of Object.entries(bodies)) {
  const text = JSON.stringify(body);
  Deno.bench({ name: "JSON.parse", group, baseline: true, fn: () => void JSON.parse(text) });
  Deno.bench({
    name: "with no member twice, and nested no deeper than allowed",
    group,
    fn: () => void parseJson(text),
  });
}
