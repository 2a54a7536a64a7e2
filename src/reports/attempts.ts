import type { Line, Output } from '../state/event.ts'

/** One try at a step. `endedAt` null: it was still running at the journal's last line. */
export type Attempt = {
  readonly step: string
  readonly attempt: number
  readonly begunAt: string
  readonly endedAt: string | null
  readonly outcome: 'ok' | 'already' | 'failed' | 'unknown' | 'running'
  readonly says: string
  readonly output: Output | null
}

/** Every attempt at every step in the order they began; the run's state only keeps the last of each. */
export function attemptsOf(lines: readonly Line[]): readonly Attempt[] {
  const attempts = new Map<string, Attempt>()
  const latest = new Map<string, string>()
  const put = (attempt: Attempt): void => {
    const key = `${attempt.step} ${attempt.attempt}`
    attempts.set(key, attempt)
    latest.set(attempt.step, key)
  }
  for (const { event, ts } of lines) {
    if (event.kind === 'step.begun') {
      giveUp(attempts, latest.get(event.step), ts)
      put(begun(event.step, event.attempt, ts))
    }
    if (event.kind === 'step.settled') {
      const { step, attempt, outcome, says, fault, output } = event
      const before = attempts.get(`${step} ${attempt}`) ?? begun(step, attempt, ts)
      put({ ...before, endedAt: ts, outcome, says: fault?.what ?? says, output })
    }
    if (event.kind === 'step.retried' || event.kind === 'step.skipped') giveUp(attempts, latest.get(event.step), ts)
  }
  return [...attempts.values()]
}

function begun(step: string, attempt: number, at: string): Attempt {
  return { step, attempt, begunAt: at, endedAt: null, outcome: 'running', says: '', output: null }
}

/** An attempt that got no answer: its engine ended, or a person went on without it. */
function giveUp(attempts: Map<string, Attempt>, key: string | undefined, at: string): void {
  const attempt = key === undefined ? undefined : attempts.get(key)
  if (key === undefined || attempt === undefined || attempt.endedAt !== null) return
  attempts.set(key, { ...attempt, endedAt: at, outcome: 'unknown', says: 'no answer came' })
}
