import type { Services } from "../../compose/services.ts";
import { withDeadline, withinDeadline } from "../../platform/db/deadline.ts";
import { deadlineMs } from "../../platform/deadlines.ts";
import { type Call, connectThread, type Port } from "../../platform/workers/calls.ts";
import { noSiblings, type Siblings } from "../../platform/workers/siblings.ts";
import type { FirstFunctions, WorkerFunctions, WorkerStart } from "./worker_calls.ts";

/** How long the other workers may take to say what they have counted, or whether they are ready. */
const answerMs = 1_000;

/** How often each worker is asked whether it is alive, and how many of its answers in a row may be missing. */
const aliveEveryMs = 5_000, missingMax = 6;

/** What the other workers ask of the first one. */
type ServicesOfFirst = Pick<Services, "readiness" | "instruments">;

/** A worker that is not the first one. */
type FurtherWorker = {
  call: Call<WorkerFunctions>;
  index: number;
  kill: () => void;
  /** Makes every call of it fail, those that wait too, and then the process. */
  giveUp: (why: string) => void;
  /** How many times it has not answered since its last answer; undefined while it loads, which may take long. */
  missing: number | undefined;
};

type Repeat = (everyMs: number, turn: () => void) => Disposable;

/** The further workers of this process. Disposal ends them. */
export type Workers = ReturnType<typeof startWorkers>;

/**
 * Starts the threads of all workers but the first, which is the caller; they serve once {@link Workers.serve} is
 * called. `write` must write one batch at a time.
 */
export function startWorkers({ count, write, startThread = startServeThread, repeat = repeated }: {
  count: number;
  write: (bytes: Uint8Array) => Promise<void>;
  startThread?: (name: string) => Worker;
  repeat?: Repeat;
}) {
  let first: ServicesOfFirst | undefined;
  const worksOfFirst = new Map<string, (...args: never[]) => unknown>();
  const death = Promise.withResolvers<string>();
  const workers = Array.from({ length: count - 1 }, (_, before) => startWorker(before + 1));
  const each = <T>(work: (worker: FurtherWorker) => Promise<T>) => Promise.all(workers.map(work));
  const watchdog = repeat(deadlineMs(aliveEveryMs), () => workers.forEach(requireAlive));
  const siblings: Siblings = {
    isFirst: true,
    areReady: () => areReady(),
    snapshots: () => snapshots(),
    inFirst(name, work) {
      worksOfFirst.set(name, work);
      return noSiblings.inFirst(name, work);
    },
  };

  return {
    siblings,
    /** Resolves with the reason when one of them has ended without being asked to, or is blocked. */
    died: death.promise,
    /** Resolves when all of them serve. */
    async serve(start: Pick<WorkerStart, "env" | "secret">, services: ServicesOfFirst): Promise<void> {
      first = services;
      const started = each(({ call, index }) => call("start", { ...start, index, count, patience: deadlineMs(1) }));
      await Promise.race([started, death.promise.then((why) => Promise.reject(new Error(why)))]);
    },
    drain: () => void each(({ call }) => call("drain").catch(() => {})),
    /** Resolves when none of them listens and all their requests are answered. */
    stop: () => each(({ call }) => call("stop").catch(() => {})),
    async [Symbol.asyncDispose]() {
      using _ = watchdog;
      const isLoaded = ({ missing }: FurtherWorker) => missing !== undefined;
      await Promise.all(workers.filter(isLoaded).map(({ call }) => call("end").catch(() => {})));
      for (const { kill } of workers) kill();
    },
  };

  function startWorker(index: number): FurtherWorker {
    const worker = startThread(`worker ${index}`);
    const ours: FirstFunctions = {
      write,
      areReady: () => areReady(index),
      snapshots: () => snapshots(index),
      inFirst: (name, args) => worksOfFirst.get(name)!(...args as never[]),
    };
    const { call, close } = connectThread<WorkerFunctions>(worker as Port, ours);
    worker.onerror = (event) => {
      event.preventDefault(); // else the whole process would end at once
      giveUp(`has ended: ${event.message}`);
    };
    const further: FurtherWorker = { call, index, giveUp, kill: () => worker.terminate(), missing: undefined };
    askWhetherAlive(further);
    return further;

    function giveUp(why: string): void {
      const reason = `Worker ${index} ${why}`;
      close(new Error(reason));
      death.resolve(reason);
    }
  }

  /**
   * A blocked worker ends the process as a dead one does. Turns are counted and not seconds, as its answers are late
   * too when the whole process was suspended.
   */
  function requireAlive(worker: FurtherWorker): void {
    if (worker.missing === undefined) return;
    if (worker.missing++ < missingMax) return askWhetherAlive(worker);
    worker.giveUp(`has not answered for ${missingMax * aliveEveryMs / 1_000} s`);
  }

  function askWhetherAlive(worker: FurtherWorker): void {
    worker.call("alive").then(() => worker.missing = 0, () => {});
  }

  /** Whether all workers are ready but the one that asks, which knows of itself. `asker` is its index. */
  async function areReady(asker = 0): Promise<boolean> {
    const answers = askOthers(asker, ({ call }) => call("isReady"), ({ readiness }) => readiness.isSelfReady());
    return (await answers.catch(() => [false])).every(Boolean);
  }

  function snapshots(asker = 0) {
    return askOthers(asker, ({ call }) => call("snapshot"), ({ instruments }) => instruments.snapshot());
  }

  /** The answers of all workers but the one that asks. Rejects if one is missing after {@link answerMs}. */
  function askOthers<T>(
    asker: number,
    askFurther: (worker: FurtherWorker) => Promise<T>,
    askFirst: (services: ServicesOfFirst) => T | Promise<T>,
  ): Promise<T[]> {
    const further = workers.filter(({ index }) => index !== asker).map(askFurther);
    const answers = Promise.all(asker === 0 ? further : [askFirst(first!), ...further]);
    return withDeadline(answerMs, () => withinDeadline(answers));
  }
}

function startServeThread(name: string): Worker {
  return new Worker(new URL("./serve_worker.ts", import.meta.url), { type: "module", name });
}

function repeated(ms: number, turn: () => void): Disposable {
  const timer = setInterval(turn, ms);
  return { [Symbol.dispose]: () => clearInterval(timer) };
}
