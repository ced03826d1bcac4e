import assert from "node:assert/strict";
import { until } from "../src/testing/servers/process.ts";

/** Whether Docker runs here and can get the base images; elsewhere this test is skipped by name. */
const canBuild = await docker("info").then(getBases).then(() => true, () => false);

async function getBases(): Promise<void> {
  for (const [, base] of (await Deno.readTextFile("Dockerfile")).matchAll(/^FROM (\S+)/gm)) {
    await docker("image", "inspect", base!).catch(() => docker("pull", "--quiet", base!));
  }
}

Deno.test({
  name: "T311 the image serves with a read-only root, no capability and no new privileges, has no shell, ends with 0",
  ignore: !canBuild,
  sanitizeOps: false,
  sanitizeResources: false,
  async fn() {
    await using stack = new AsyncDisposableStack();
    const image = await docker("build", "--quiet", ".");
    const confined = ["--read-only", "--cap-drop", "ALL", "--security-opt", "no-new-privileges"];
    const id = await docker("run", "--detach", ...confined, image);
    stack.defer(async () => void await docker("rm", "--force", "--volumes", id));
    const inspect = (path: string) => docker("inspect", "--format", `{{${path}}}`, id);
    await until("it is healthy", async () => await inspect(".State.Health.Status") === "healthy", 120_000);
    assert.equal(await inspect(".Config.User"), "65532:65532");
    for (const shell of ["/bin/sh", "/bin/bash", "/busybox/sh"]) {
      await assert.rejects(docker("exec", id, shell, "-c", "true"), /no such file|not found/);
    }
    await docker("stop", "--time", "30", id);
    assert.equal(await inspect(".State.ExitCode"), "0");
  },
});

async function docker(...args: string[]): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command("docker", { args }).output();
  const said = new TextDecoder().decode(stdout).trim();
  if (!success) throw new Error(`docker ${args[0]}: ${said} ${new TextDecoder().decode(stderr)}`);
  return said;
}
