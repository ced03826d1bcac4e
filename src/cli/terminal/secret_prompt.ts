/** A terminal whose echo can be turned off. */
interface Terminal {
  setRaw(raw: boolean): void;
  read(buffer: Uint8Array): Promise<number | null>;
}

/** What a raw terminal sends for these keys (ECMA-48; the defaults of termios VINTR, VEOF, VERASE and VKILL). */
const keys = { interrupt: "\x03", end: "\x04", erase: "\x7f", eraseToo: "\b", kill: "\x15", escape: "\x1b" } as const;

/** Asks for a line without an echo. Undefined after Ctrl-C, or after Ctrl-D on an empty line. */
export function createSecretPrompt(terminal: Terminal, show: (text: string) => void) {
  const decoder = new TextDecoder();
  const buffer = new Uint8Array(1024);
  let ahead: string[] = [];

  return async function secretPrompt(question: string): Promise<string | undefined> {
    terminal.setRaw(true);
    try {
      show(question);
      return await line();
    } finally {
      terminal.setRaw(false);
      show("\n");
    }
  };

  async function line(): Promise<string | undefined> {
    const typed: string[] = [];
    for (;;) {
      const key = await nextKey();
      if (key === undefined || key === keys.interrupt || (key === keys.end && typed.length === 0)) return undefined;
      if (key === "\r" || key === "\n") return typed.join("");
      if (key === keys.erase || key === keys.eraseToo) typed.pop();
      else if (key === keys.kill) typed.length = 0;
      else if (key === keys.escape) ahead = []; // the sequence of an arrow key arrives in one piece
      else if (!/\p{Cc}/u.test(key)) typed.push(key);
    }
  }

  /** The next character. Characters that were typed before the question are kept for it. */
  async function nextKey(): Promise<string | undefined> {
    while (ahead.length === 0) {
      const size = await terminal.read(buffer);
      if (size === null) return undefined;
      ahead = [...decoder.decode(buffer.subarray(0, size), { stream: true }).replaceAll("\r\n", "\r")];
      buffer.fill(0);
    }
    return ahead.shift();
  }
}
