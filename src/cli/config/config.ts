import { ConfigError, describeConfig, EX_CONFIG } from "../../compose/config.ts";
import { command, type Group, type Io } from "../command.ts";

const check = command({
  name: "check",
  summary: "Report everything that is wrong with the settings, without starting the server",
  run({ io, out }) {
    const { settings: _, ...report } = examine(io.env);
    if (!out.json) showFindings(report, io);
    if (out.json || report.ok) out.done("The configuration is valid.", report);
    return report.ok ? 0 : EX_CONFIG;
  },
});

const print = command({
  name: "print",
  summary: "List each setting with its value and source; secrets are never shown",
  async run({ io, out }) {
    const { settings, ...report } = examine(io.env);
    if (!out.json) showFindings(report, io);
    await out.list(settings, {
      columns: {
        SETTING: ({ setting }) => setting,
        VALUE: ({ value }) => value ?? "",
        SOURCE: ({ source }) => source,
      },
      beside: report,
    });
    return report.ok ? 0 : EX_CONFIG;
  },
});

/** `config check|print`: problems go to standard error, or into the JSON document. */
export const configCommands: Group = {
  name: "config",
  summary: "Check or print the settings",
  commands: [check, print],
};

function examine(env: Io["env"]) {
  try {
    return { ok: true, issues: [], ...describeConfig(env) };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return { ok: false, issues: error.issues, settings: [], warnings: error.warnings };
  }
}

function showFindings({ issues, warnings }: Omit<ReturnType<typeof examine>, "settings">, io: Io): void {
  for (const { setting, problem } of issues) io.err(`error: ${setting} ${problem}`);
  for (const warning of warnings) io.err(`warning: ${warning}`);
}
