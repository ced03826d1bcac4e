import type { Principal } from "../../vocabulary/actor.ts";
import { Problem } from "../../vocabulary/problems.ts";
import type { Asker, Decision, Decisions, Question } from "./decisions.ts";

type Loose<T> = { [member in keyof T]?: T[member] | undefined };

/** An evaluation that may lack parts, or members of them. */
export type Parts = { [part in keyof Question]?: Loose<NonNullable<Question[part]>> | undefined };

/** Whether to answer all evaluations, or to stop after the first that is denied or permitted. */
export const semantics = ["execute_all", "deny_on_first_deny", "permit_on_first_permit"] as const;

type Semantic = typeof semantics[number];

/** Several evaluations; what one lacks is taken from the top level, member by member. Without any, the top level is it. */
export type Batch = Parts & {
  evaluations?: Parts[] | undefined;
  options?: { evaluations_semantic: Semantic } | undefined;
};

/** The decision on one of several evaluations, or why it could not be made. */
export type Answer = Decision | { decision: false; context: { error: { status: number; message: string } } };

/** An explanation may be a thousand times as long as the evaluation that asks for it. */
const explanationsMax = 100;

const incomplete = "An evaluation needs subject.type, subject.id, action.name, resource.type and resource.id.";

export type Evaluations = ReturnType<typeof createEvaluations>;

/** What AuthZEN 1.0 means by one evaluation and by several. */
export function createEvaluations({ decisions }: { decisions: Decisions }) {
  return { evaluate, evaluateSeveral };

  /** @throws {Problem} `forbidden` */
  async function evaluate(question: Question, caller: Principal): Promise<Decision> {
    const asker = await decisions.requireMayAsk(caller, [question.subject]);
    return await decisions.decide(question, asker);
  }

  /** @throws {Problem} `forbidden`; `malformed_request` for too many explanations, and where the only evaluation lacks a part. */
  async function evaluateSeveral(
    { evaluations = [], options, ...common }: Batch,
    caller: Principal,
  ): Promise<Decision | { evaluations: Answer[] }> {
    const asked = evaluations.length === 0 ? [common] : evaluations.map((each) => withDefaults(each, common));
    if (asked.filter(({ context }) => context?.explain === true).length > explanationsMax) {
      throw new Problem("malformed_request", { detail: `At most ${explanationsMax} evaluations can be explained.` });
    }
    const subjects = asked.filter(isQuestion).map(({ subject }) => subject);
    const asker = await decisions.requireMayAsk(caller, subjects);
    decisions.prefetch(subjects);
    if (evaluations.length > 0) return { evaluations: await answerAll(asked, asker, options?.evaluations_semantic) };
    if (!isQuestion(common)) throw new Problem("malformed_request", { detail: incomplete });
    return await decisions.decide(common, asker);
  }

  /** All decisions are made at once, from memory; those past the end that the semantic sets are left out. */
  async function answerAll(asked: Parts[], asker: Asker, semantic: Semantic = "execute_all"): Promise<Answer[]> {
    const answers = await Promise.all(asked.map((each) => answer(each, asker)));
    if (semantic === "execute_all") return answers;
    const last = answers.findIndex(({ decision }) => decision === (semantic === "permit_on_first_permit"));
    return last < 0 ? answers : answers.slice(0, last + 1);
  }

  function answer(parts: Parts, asker: Asker): Answer | Promise<Answer> {
    if (isQuestion(parts)) return decisions.decide(parts, asker);
    return { decision: false, context: { error: { status: 400, message: incomplete } } };
  }
}

/** Whether nothing is missing. */
export function isQuestion(parts: Parts): parts is Question {
  const { subject, action, resource } = parts;
  return subject?.type !== undefined && subject.id !== undefined && action?.name !== undefined &&
    resource?.type !== undefined && resource.id !== undefined;
}

/** Most evaluations leave out whole parts, which costs nothing; only parts given twice are merged. */
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
