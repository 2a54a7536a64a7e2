import type { CheckStepResult } from '../../state/check-result.ts'
import type { Check, CheckRequest, FlowStep, Question } from '../../state/check.ts'
import { readJsonPath } from '../../state/json-path.ts'
import type { Json } from '../../state/json.ts'
import { openCookies } from '../../targets/probes/cookies.ts'
import { ask } from './ask.ts'
import { assertAll, worst, type Got } from './asserts.ts'
import type { Asked } from './asked.ts'
import { unclear, type Judged } from './compare.ts'
import { fillAssertion, Unfilled } from './fill.ts'
import type { Asking, CheckMeans } from './means.ts'

export type Attempt = Judged & {
  readonly latencyMs: number | null
  readonly extracted: Readonly<Record<string, Json>>
  /** What was passed on, or would have been: shown by its name alone. */
  readonly hidden: Readonly<Record<string, Json>>
  readonly steps?: readonly CheckStepResult[]
  /** Asking again would bring nothing else. */
  readonly final: boolean
}

/** What each question brought when it was first asked. */
export type Firsts = Map<string, Got>

type Single = Pick<FlowStep, 'request' | 'asserts' | 'extract'>
/** `timeoutMs`: of the next question; 0 where no time is left for it. */
type Given = Pick<Asking, 'values'> & { readonly timeoutMs: () => number; readonly firsts: Firsts }

/** One try of one check: ask, judge every assertion, take out what later ones use. A flow asks its steps in turn. */
export async function attemptCheck(check: Check, means: CheckMeans, given: Given): Promise<Attempt> {
  const { request } = check
  return isFlow(request)
    ? attemptFlow(request.steps, means, given)
    : attemptOne(
        { ...check, request },
        { ...means, ...given, timeoutMs: given.timeoutMs(), cookies: null },
        given.firsts,
      )
}

function isFlow(request: CheckRequest): request is Extract<CheckRequest, { kind: 'flow' }> {
  return request.kind === 'flow'
}

async function attemptOne({ request, asserts, extract }: Single, asking: Asking, firsts: Firsts): Promise<Attempt> {
  const answers = asserts.length === 0 ? [] : await ask(request as Question, asking)
  const subject = JSON.stringify(request)
  const judged = answers.map(answer => judgeOne(answer, { asserts, subject }, asking.values, firsts))
  const none = unclear(asserts.length === 0 ? 'it asserts nothing' : 'nobody was there to be asked')
  const bad = answers.length === 0 ? none : worst(judged)
  const gots = answers.flatMap(answer => ('got' in answer ? [answer.got] : []))
  const latencyMs = gots.length === 0 ? null : Math.max(...gots.map(got => got.latencyMs))
  const [hidden, nowhere] = taken(extract, gots[0]?.json)
  const final = asserts.length === 0 || answers.some(answer => 'final' in answer)
  if (bad !== null && bad.verdict !== 'degraded') return { ...bad, latencyMs, extracted: {}, hidden, final }
  if (nowhere !== null) return { ...nowhere, latencyMs, extracted: {}, hidden, final }
  const says = judged.map(one => one.says).join('; ')
  return { ...(bad ?? { verdict: 'pass', says }), latencyMs, extracted: hidden, hidden, final }
}

function judgeOne(
  answer: Asked,
  { asserts, subject }: Pick<Single, 'asserts'> & { readonly subject: string },
  values: Asking['values'],
  firsts: Firsts,
): Judged {
  if (!('got' in answer)) return answer
  const { got } = answer
  const where = got.where ?? ''
  const key = `${subject} ${where}`
  const first = firsts.get(key) ?? null
  if (first === null) firsts.set(key, got)
  const judged = judgeFilled(asserts, values, got, first)
  return where === '' ? judged : { ...judged, says: `${where}: ${judged.says}` }
}

function judgeFilled(asserts: Single['asserts'], values: Asking['values'], got: Got, first: Got | null): Judged {
  try {
    return assertAll(
      asserts.map(assertion => fillAssertion(assertion, values)),
      got,
      first,
    )
  } catch (error) {
    if (error instanceof Unfilled) return unclear(error.message)
    throw error
  }
}

/** What there is of it, and the first path that leads nowhere. */
function taken(extract: Single['extract'], json: Json | undefined): readonly [Record<string, Json>, Judged | null] {
  const found: Record<string, Json> = {}
  let nowhere: Judged | null = null
  for (const [name, path] of Object.entries(extract)) {
    const value = json === undefined ? undefined : readJsonPath(json, path)
    if (value === undefined) nowhere ??= unclear(`${path} leads nowhere, so {${name}} has no value`)
    else found[name] = value
  }
  return [found, nowhere]
}

export const outOfTime = 'the time of the suite was used up'

/** Cookies and values are the flow's own. What comes after a step that did not pass is not asked, and shows nothing. */
async function attemptFlow(steps: readonly FlowStep[], means: CheckMeans, given: Given): Promise<Attempt> {
  const values = new Map(given.values)
  const cookies = await openCookies()
  const hidden: Record<string, Json> = {}
  const results: CheckStepResult[] = []
  let broken: string | null = null
  let final = false
  for (const step of steps) {
    const timeoutMs = given.timeoutMs()
    const not = timeoutMs <= 0 ? outOfTime : broken !== null && step.always !== true ? `${broken} did not pass` : null
    if (not !== null) {
      results.push({ name: step.name, verdict: 'inconclusive', says: `not asked: ${not}`, latencyMs: null })
      continue
    }
    const one = await attemptOne(step, { ...means, values, cookies, timeoutMs }, given.firsts)
    results.push({ name: step.name, verdict: one.verdict, says: one.says, latencyMs: one.latencyMs })
    for (const [name, value] of Object.entries(one.extracted)) values.set(name, value)
    Object.assign(hidden, one.hidden)
    if (one.verdict !== 'fail' && one.verdict !== 'inconclusive') continue
    broken ??= step.name
    final ||= one.final
  }
  return { ...flowJudged(results), latencyMs: sum(results), extracted: {}, hidden, steps: results, final }
}

function flowJudged(results: readonly CheckStepResult[]): Judged {
  const bad = worst(results)
  if (bad === null) return { verdict: 'pass', says: results.map(({ name }) => name).join(', ') }
  const index = results.findIndex(one => one === bad)
  return { verdict: bad.verdict, says: `step ${index + 1}, ${results[index]?.name}: ${bad.says}` }
}

function sum(results: readonly CheckStepResult[]): number | null {
  const known = results.flatMap(({ latencyMs }) => (latencyMs === null ? [] : [latencyMs]))
  return known.length === 0 ? null : known.reduce((total, ms) => total + ms, 0)
}
