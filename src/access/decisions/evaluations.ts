import type { Principal } from "../../vocabulary/actor.ts";
import { Problem } from "../../vocabulary/problems.ts";
import type { Asker, Decision, Decisions, Question } from "./decisions.ts";

type Loose<T> = { [member in keyof T]?: T[member] | undefined };

/** An evaluation in which parts, or members of parts, may be missing. */
export type Parts = { [part in keyof Question]?: Loose<NonNullable<Question[part]>> | undefined };

/** Whether to answer all evaluations, or to stop after the first one that is denied or permitted. */
export const semantics = ["execute_all", "deny_on_first_deny", "permit_on_first_permit"] as const;

type Semantic = typeof semantics[number];

/** Several evaluations. Missing members come from the top level, which is the only one without `evaluations`. */
export type Batch = Parts & {
  evaluations?: Parts[] | undefined;
  options?: { evaluations_semantic: Semantic } | undefined;
};

/** The decision on one of several evaluations, or why it could not be made. */
export type Answer = Decision | { decision: false; context: { error: { status: number; message: string } } };

/** The most explained evaluations: an explanation may be a thousand times as long as its evaluation. */
const explanationsMax = 100;

const incomplete = "An evaluation needs subject.type, subject.id, action.name, resource.type and resource.id.";

export type Evaluations = ReturnType<typeof createEvaluations>;

/** Evaluates one question, or several as AuthZEN 1.0 defines it. */
export function createEvaluations({ decisions }: { decisions: Decisions }) {
  return { evaluate, evaluateSeveral };

  /** @throws {Problem} `forbidden` */
  async function evaluate(question: Question, caller: Principal): Promise<Decision> {
    const asker = await decisions.requireMayAsk(caller, [question.subject]);
    return await decisions.decide(question, asker);
  }

  /** @throws {Problem} `forbidden`; `malformed_request` for too many explanations or a single incomplete evaluation. */
  async function evaluateSeveral({ evaluations = [], options, ...common }: Batch, caller: Principal) {
    const asked = evaluations.length === 0 ? [common] : evaluations.map((each) => withDefaults(each, common));
    if (asked.filter(({ context }) => context?.explain === true).length > explanationsMax) {
      throw new Problem("malformed_request", {
        detail: `At most ${explanationsMax} evaluations of a request can set context.explain.`,
      });
    }
    const subjects = asked.filter(isQuestion).map(({ subject }) => subject);
    const asker = await decisions.requireMayAsk(caller, subjects);
    decisions.prefetch(subjects);
    if (evaluations.length > 0) return { evaluations: await answerAll(asked, asker, options?.evaluations_semantic) };
    if (!isQuestion(common)) throw new Problem("malformed_request", { detail: incomplete });
    return await decisions.decide(common, asker);
  }

  /** All decisions are made at once, from memory. Those after the one that ends the batch are dropped. */
  async function answerAll(asked: Parts[], asker: Asker, semantic: Semantic = "execute_all"): Promise<Answer[]> {
    const answers = await all(asked.map((each) => answer(each, asker)));
    if (semantic === "execute_all") return answers;
    const last = answers.findIndex(({ decision }) => decision === (semantic === "permit_on_first_permit"));
    return last < 0 ? answers : answers.slice(0, last + 1);
  }

  function answer(parts: Parts, asker: Asker): Answer | Promise<Answer> {
    if (isQuestion(parts)) return decisions.decide(parts, asker);
    return { decision: false, context: { error: { status: 400, message: incomplete } } };
  }
}

/** Waits only where there is something to wait for: most decisions are made from memory (decisions_bench.ts). */
function all<T>(answers: (T | Promise<T>)[]): T[] | Promise<T[]> {
  return answers.some((each) => each instanceof Promise) ? Promise.all(answers) : answers as T[];
}

/** Whether no part is missing. */
export function isQuestion(parts: Parts): parts is Question {
  const { subject, action, resource } = parts;
  return subject?.type !== undefined && subject.id !== undefined && action?.name !== undefined &&
    resource?.type !== undefined && resource.id !== undefined;
}

/** Most evaluations leave out whole parts, which costs nothing. Only a part that is given on both levels is merged. */
function withDefaults(each: Parts, common: Parts): Parts {
  return {
    subject: mergePart(each.subject, common.subject),
    action: mergePart(each.action, common.action),
    resource: mergePart(each.resource, common.resource),
    context: each.context ?? common.context,
  };
}

function mergePart<T>(own: T | undefined, common: T | undefined): T | undefined {
  return own && common ? { ...common, ...own } : own ?? common;
}
