import assert from "node:assert/strict";
import { installedLibrary } from "../src/platform/hashing/argon2.ts";
import { blockOf, root as house } from "../src/testing/documents/blocks.ts";

/** The block with its paths inside `root`, and with replacements for the commands of systemd. */
function inSandbox(block: string, root: string): string {
  const moved = block.replaceAll(/(?<=[\s"'=>])\/(usr|etc|var)\//g, `${root}/$1/`);
  return `set -eu
systemd-sysusers() { test -f ${root}/usr/lib/sysusers.d/sentinel.conf; }
systemctl() { echo "systemctl $*"; }
${moved}`;
}

/** The files that the unit reads when it starts; it fails if one is missing. */
function filesOfUnit(unit: string): string[] {
  const credentials = [...unit.matchAll(/^LoadCredential=\w[\w-]*:(\S+)$/gm)].map(([, path]) => path!);
  const [, environment] = /^EnvironmentFile=([^-\s]\S*)$/m.exec(unit)!;
  const [, binary] = /^ExecStart=(\S+)/m.exec(unit)!;
  return [...credentials, environment!, binary!];
}

Deno.test("X49 the installation commands for systemd create every file that the unit reads, and no secret that others can read", async () => {
  const root = await Deno.makeTempDir();
  try {
    for (const folder of ["usr/local/bin", "usr/lib", "etc/systemd/system"]) {
      await Deno.mkdir(`${root}/${folder}`, { recursive: true });
    }
    await Deno.mkdir(`${root}/source/dist`, { recursive: true });
    await Deno.writeTextFile(`${root}/source/dist/sentinel`, "#!/bin/sh\n");
    await Deno.writeTextFile(`${root}/source/dist/argon2.node`, "");
    await Deno.symlink(`${house}deploy`, `${root}/source/deploy`);
    const bash = new Deno.Command("bash", {
      args: ["-c", inSandbox(blockOf("sh", "deploy/README.md", "systemd"), root)],
      cwd: `${root}/source`,
      stdout: "piped",
      stderr: "piped",
    });
    const { code, stdout, stderr } = await bash.output();
    assert.equal(code, 0, new TextDecoder().decode(stderr));
    assert.match(new TextDecoder().decode(stdout), /systemctl daemon-reload\nsystemctl enable --now sentinel\n$/);
    const unit = await Deno.readTextFile(`${root}/etc/systemd/system/sentinel.service`);
    const files = filesOfUnit(unit);
    assert.equal(files.length, 4);
    for (const path of [...files, installedLibrary]) assert.ok((await Deno.stat(root + path)).isFile, path);
    for (const path of ["/etc/sentinel/secret", "/etc/sentinel/database-url"]) {
      assert.equal((await Deno.stat(root + path)).mode! & 0o777, 0o600, path);
    }
    assert.equal((await Deno.stat(`${root}/etc/sentinel`)).mode! & 0o077, 0);
    assert.equal(Uint8Array.fromBase64((await Deno.readTextFile(`${root}/etc/sentinel/secret`)).trim()).length, 32);
    assert.match(await Deno.readTextFile(`${root}/etc/sentinel/database-url`), /^postgres:\/\/\S+\n$/);
    assert.match(await Deno.readTextFile(`${root}/etc/sentinel/environment`), /^SENTINEL_PUBLIC_URL=https:\/\/\S+$/m);
    const secret = await Deno.readTextFile(`${root}/etc/sentinel/secret`);
    assert.equal((await bash.output()).code, 0, "a second run succeeds");
    assert.equal(await Deno.readTextFile(`${root}/etc/sentinel/secret`), secret, "a second run keeps the secret");
  } finally {
    await Deno.remove(root, { recursive: true });
  }
});
