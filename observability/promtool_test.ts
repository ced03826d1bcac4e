import assert from "node:assert/strict";
import { promtool } from "./prometheus_process.ts";

Deno.test("promtool accepts the configuration and the rules, and their tests pass", async () => {
  for (
    const args of [["check", "config", "prometheus.yml"], ["check", "rules", "rules/sentinel.yml"], [
      "test",
      "rules",
      "tests/alerts.yml",
    ]]
  ) {
    const { success, output } = await promtool(...args);
    assert.ok(success, output);
  }
});
