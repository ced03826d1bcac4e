import assert from "node:assert/strict";
import { join } from "node:path";
import { promtool } from "./prometheus_process.ts";
import { ruleTests } from "./rule_tests.ts";

Deno.test("promtool accepts the configuration and the rules", async () => {
  for (const args of [["check", "config", "prometheus.yml"], ["check", "rules", "rules/sentinel.yml"]]) {
    const { success, output } = await promtool(...args);
    assert.ok(success, output);
  }
});

Deno.test("every alert is triggered by its cases, and not by what comes near", async () => {
  const folder = await Deno.makeTempDir({ prefix: "sentinel-rules-" });
  try {
    const results = await Promise.all(
      ruleTests().map(async ({ name, rules, tests }) => {
        const [rulesFile, testsFile] = [join(folder, `${name} rules.yml`), join(folder, `${name}.yml`)];
        await Deno.writeTextFile(rulesFile, rules);
        await Deno.writeTextFile(testsFile, tests(JSON.stringify(rulesFile)));
        return await promtool("test", "rules", testsFile);
      }),
    );
    for (const { success, output } of results) assert.ok(success, output);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
