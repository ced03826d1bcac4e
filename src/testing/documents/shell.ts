import assert from "node:assert/strict";
import { dirname, join } from "node:path";
import { patience } from "../run/patience.ts";
import { until } from "../servers/process.ts";
import { root } from "./blocks.ts";

/** Copies the tracked files, as a fresh clone has them. */
export async function cloneInto(folder: string): Promise<void> {
  const { stdout } = await new Deno.Command("git", { args: ["ls-files", "-z"], cwd: root }).output();
  for (const path of new TextDecoder().decode(stdout).split("\0").filter(Boolean)) {
    await Deno.mkdir(join(folder, dirname(path)), { recursive: true });
    await Deno.copyFile(join(root, path), join(folder, path));
  }
}

/** Makes the clone's program wait for the database as long as tests do: a busy machine is no failure. */
async function havePatience(folder: string): Promise<void> {
  const main = join(folder, "src/main.ts");
  const patient = `import { lengthenDeadlines } from "./platform/deadlines.ts";\nlengthenDeadlines(${patience});\n`;
  await Deno.writeTextFile(main, patient + await Deno.readTextFile(main));
}

/** The commands that the documents call by name after the installation. */
const installed = ["sentinel", "sentinel-old", "sentinel-new"]
  .map((name) => `${name}() { deno task --quiet sentinel "$@"; }`).join("\n");

/** The shell of an operator in a fresh clone, in which the documents' blocks are run. */
export type Shell = Awaited<ReturnType<typeof openShell>>;

/** Opens a shell. `path` has folders of further programs. Disposal removes the clone. */
export async function openShell({ path = [] }: { path?: string[] } = {}) {
  const folder = await Deno.realPath(await Deno.makeTempDir({ prefix: "sentinel-shell-" }));
  await cloneInto(folder);
  await havePatience(folder);
  const { PATH = "", HOME = "", DENO_DIR } = Deno.env.toObject();
  const own = {
    PATH: [dirname(Deno.execPath()), ...path, PATH].join(":"),
    HOME,
    NO_COLOR: "1",
    ...(DENO_DIR && { DENO_DIR }),
  };
  return { folder, run, type, [Symbol.asyncDispose]: () => Deno.remove(folder, { recursive: true }) };

  /** Runs the script to its end and returns its output. It fails at the first command that fails. */
  async function run(script: string, env: Record<string, string> = {}): Promise<string> {
    const bash = new Deno.Command("bash", {
      args: ["-c", `set -euo pipefail\n${installed}\n${script}`],
      cwd: folder,
      clearEnv: true,
      env: { ...own, ...env },
      stdin: "null",
    });
    const { code, stdout, stderr } = await bash.output();
    const [out, err] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
    assert.equal(code, 0, `${script}\n${out}${err}`);
    return out!;
  }

  /** Runs the script at a terminal of its own. Disposal presses Ctrl-C and waits for its end. */
  async function type(script: string, env: Record<string, string> = {}) {
    const file = join(folder, "typed.sh");
    await Deno.writeTextFile(file, `set -euo pipefail\n${installed}\n${script}`);
    const child = new Deno.Command("script", {
      args: ["--quiet", "--flush", "--return", "--command", `bash ${file}`, "/dev/null"],
      cwd: folder,
      clearEnv: true,
      env: { ...own, SHELL: "/bin/sh", ...env },
      stdin: "piped",
      stdout: "piped",
      stderr: "null",
    }).spawn();
    let output = "";
    const read = (async () => {
      for await (const text of child.stdout.pipeThrough(new TextDecoderStream())) output += text;
    })();
    const keyboard = child.stdin.getWriter();
    const press = (keys: string) => keyboard.write(new TextEncoder().encode(keys));
    const over = Promise.all([child.status, read]).then(([{ code }]) => code);
    return {
      output: () => output,
      over,
      /** Waits for the question, and then types the line. */
      async answer(question: string, line: string): Promise<void> {
        await until(`it asks ${question}`, () => output.includes(question));
        await press(`${line}\r`);
      },
      async [Symbol.asyncDispose]() {
        await press("\x03").catch(() => {}); // the script may have ended
        await over;
      },
    };
  }
}
