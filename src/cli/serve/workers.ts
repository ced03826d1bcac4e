import type { Services } from "../../compose/services.ts";
import { withDeadline, withinDeadline } from "../../platform/db/deadline.ts";
import { deadlineMs } from "../../platform/deadlines.ts";
import { type Call, connectThread, type Port } from "../../platform/workers/calls.ts";
import { noSiblings, type Siblings } from "../../platform/workers/siblings.ts";
import type { FirstFunctions, WorkerFunctions, WorkerStart } from "./worker_calls.ts";

/** How long the other workers may take to say what they have counted, or whether they are ready. */
const answerMs = 1_000;

/** How often each worker is asked whether it is alive, and how many of its answers may be missing. */
const aliveEveryMs = 5_000, missingMax = 6;

type Worked = {
  call: Call<WorkerFunctions>;
  index: number;
  kill: () => void;
  /** Whatever waits for it, or will be asked of it, fails; so does the process. */
  giveUp: (why: string) => void;
  /** How many times it has not answered since its last answer; undefined while it loads, which may take long. */
  missing: number | undefined;
};

type Repeat = (ms: number, turn: () => void) => Disposable;

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
  let first: Pick<Services, "readiness" | "instruments" | "jobRuns" | "chainWatch"> | undefined;
  const death = Promise.withResolvers<string>();
  const workers = Array.from({ length: count - 1 }, (_, before) => startWorker(before + 1));
  const each = <T>(work: (worker: Worked) => Promise<T>) => Promise.all(workers.map(work));
  const watchdog = repeat(deadlineMs(aliveEveryMs), () => workers.forEach(requireAlive));
  const siblings: Siblings = { ...noSiblings, areReady: () => areReady(), snapshots: () => snapshots() };

  return {
    siblings,
    /** Resolves with the reason when one of them has ended without being asked to. */
    died: death.promise,
    /** Resolves when all of them serve. */
    async serve(start: Pick<WorkerStart, "env" | "secret">, services: NonNullable<typeof first>): Promise<void> {
      first = services;
      const started = each(({ call, index }) => call("start", { ...start, index, count, patience: deadlineMs(1) }));
      await Promise.race([started, death.promise.then((why) => Promise.reject(new Error(why)))]);
    },
    drain: () => void each(({ call }) => call("drain").catch(() => {})),
    /** Resolves when none of them listens and all their requests are answered. */
    stop: () => each(({ call }) => call("stop").catch(() => {})),
    async [Symbol.asyncDispose]() {
      using _ = watchdog;
      const isLoaded = ({ missing }: Worked) => missing !== undefined;
      await Promise.all(workers.filter(isLoaded).map(({ call }) => call("end").catch(() => {})));
      for (const { kill } of workers) kill();
    },
  };

  function startWorker(index: number): Worked {
    const worker = startThread(`worker ${index}`);
    const ours: FirstFunctions = {
      write,
      areReady: () => areReady(index),
      snapshots: () => snapshots(index),
      jobs: () => first!.jobRuns.list(),
      chain: (verify) => first!.chainWatch.ask(verify),
    };
    const { call, close } = connectThread<WorkerFunctions>(worker as Port, ours);
    worker.onerror = (event) => {
      event.preventDefault(); // else the whole process would end at once
      giveUp(`has ended: ${event.message}`);
    };
    const worked: Worked = { call, index, giveUp, kill: () => worker.terminate(), missing: undefined };
    askWhetherAlive(worked);
    return worked;

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
  function requireAlive(worker: Worked): void {
    if (worker.missing === undefined) return;
    if (worker.missing++ < missingMax) return askWhetherAlive(worker);
    worker.giveUp(`has not answered for ${missingMax * aliveEveryMs / 1_000} s`);
  }

  function askWhetherAlive(worker: Worked): void {
    worker.call("alive").then(() => worker.missing = 0, () => {});
  }

  /** Whether all are ready except the one that asks. */
  async function areReady(asking = 0): Promise<boolean> {
    const ready = ask(
      asking,
      ({ call }) => call("isReady"),
      ({ readiness }) => readiness.requireSelfReady().then(() => true, () => false),
    );
    return (await ready.catch(() => [false])).every(Boolean);
  }

  function snapshots(asking = 0) {
    return ask(asking, ({ call }) => call("snapshot"), ({ instruments }) => instruments.snapshot());
  }

  /** The answers of all workers except the one that asks, which are in time. */
  function ask<T>(
    asking: number,
    other: (worker: Worked) => Promise<T>,
    own: (services: NonNullable<typeof first>) => T | Promise<T>,
  ): Promise<T[]> {
    const others = workers.filter(({ index }) => index !== asking).map(other);
    const answers = Promise.all(asking === 0 ? others : [own(first!), ...others]);
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
