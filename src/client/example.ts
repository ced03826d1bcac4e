import { createSentinelClient } from "./mod.ts";

const [url = "http://localhost:8000", username = "admin", password = ""] = Deno.args;

const sentinel = createSentinelClient(url);
await sentinel.login(username, password);

const { data: me } = await sentinel.GET("/users/me");
const { data, error } = await sentinel.POST("/access/v1/evaluation", {
  body: {
    subject: { type: "user", id: me!.id },
    action: { name: "enter" },
    resource: { type: "admin_area", id: "1" },
    context: { explain: true },
  },
});
console.log(error ? error.detail : data);

await sentinel.logout();
