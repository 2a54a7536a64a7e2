import type { Answer, Engine } from '../engine.ts'

/** After each question that nobody answered the next one waits longer. */
const pausesMs = [1000, 2000, 4000, 8000, 15_000]

type Away = {
  /** What nobody answered. */
  readonly answer: Answer<never>
  readonly sinceMs: number
  readonly times: number
  readonly untilMs: number
  /** Nobody listened there when it was last looked; null: that cannot be told. */
  readonly deaf: boolean | null
}

/**
 * The same Engine for one who looks again and again: one that gives no answer is left alone, for longer and longer. Meanwhile
 * it is only looked whether anybody listens there again, which costs its host no request; then, or once somebody else has
 * had an answer from it, it is asked at once.
 */
export function patient(engine: Engine): Engine {
  let away: Away | null = null
  let knocking: Promise<boolean | null> | null = null
  const now = (): number => performance.now()

  const isBack = async (): Promise<boolean> => {
    const before = away
    if (before === null || now() >= before.untilMs || engine.answeredAt() > before.sinceMs) return true
    const opens = await (knocking ??= engine.knock().finally(() => (knocking = null)))
    if (away !== before) return away === null
    away = { ...before, deaf: opens === null ? null : !opens }
    return before.deaf === true && opens === true
  }

  const call: Engine['call'] = async (what, ask, deadlineMs) => {
    if (away !== null && !(await isBack()) && away !== null) return told(away, now())
    const beganMs = now()
    const answer = await engine.call(what, ask, deadlineMs)
    if (answer.ok || answer.status !== null) away = null
    else if (away === null || away.untilMs <= beganMs || away.deaf === true) away = next(away, answer, now())
    return answer
  }
  return { ...engine, call, read: (_, what, ask) => call(what, ask) }
}

function next(before: Away | null, answer: Answer<never>, nowMs: number): Away {
  const times = (before?.times ?? 0) + 1
  const pauseMs = pausesMs[Math.min(times, pausesMs.length) - 1] ?? 0
  return { answer, times, sinceMs: before?.sinceMs ?? nowMs, untilMs: nowMs + pauseMs, deaf: null }
}

/** What is known of it, how old that is, and when it is asked again. */
function told({ answer, sinceMs, untilMs }: Away, nowMs: number): Answer<never> {
  if (answer.ok) return answer
  const seconds = (ms: number): number => Math.max(1, Math.round(ms / 1000))
  const age = `for ${seconds(nowMs - sinceMs)} s now; asked again in ${seconds(untilMs - nowMs)} s, or once it is there`
  return { ...answer, fault: { ...answer.fault, what: `${answer.fault.what} (${age})` } }
}
