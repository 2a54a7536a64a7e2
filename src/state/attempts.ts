import type { Command } from './command.ts'
import type { Line, Output } from './event.ts'
import type { Fault } from './fault.ts'
import type { Json } from './json.ts'

/** One try at a step. `endedAt` null: it was still running at the journal's last line. */
export type Attempt = {
  readonly step: string
  readonly attempt: number
  readonly begunAt: string
  readonly endedAt: string | null
  readonly outcome: 'ok' | 'already' | 'failed' | 'unknown' | 'running'
  readonly says: string
  readonly output: Output | null
  /** As it began, and as it ended: lines of the journal. Of what was so already, both are the same. */
  readonly seq: number
  readonly endedSeq: number | null
  /** Null: nothing was begun, since it was so already. */
  readonly command: Command | null
  readonly observed: Json
  readonly fault: Fault | null
  /** Its deadline passed before it ended. */
  readonly late: boolean
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
  for (const line of lines) {
    const { event, ts, seq } = line
    if (event.kind === 'step.begun') {
      giveUp(attempts, latest.get(event.step), line)
      put({ ...begun(event.step, event.attempt, line), command: event.command })
    }
    if (event.kind === 'step.unknown') {
      const before = attempts.get(`${event.step} ${event.attempt}`)
      if (before !== undefined) put({ ...before, late: before.late || event.why === 'its deadline passed' })
    }
    if (event.kind === 'step.settled') {
      const { step, attempt, outcome, says, fault, output, observed } = event
      const before = attempts.get(`${step} ${attempt}`) ?? begun(step, attempt, line)
      put({ ...before, endedAt: ts, endedSeq: seq, outcome, says: fault?.what ?? says, output, observed, fault })
    }
    if (event.kind === 'step.retried' || event.kind === 'step.skipped') giveUp(attempts, latest.get(event.step), line)
  }
  return [...attempts.values()]
}

function begun(step: string, attempt: number, { ts, seq }: Line): Attempt {
  return {
    step,
    attempt,
    begunAt: ts,
    endedAt: null,
    outcome: 'running',
    says: '',
    output: null,
    seq,
    endedSeq: null,
    command: null,
    observed: null,
    fault: null,
    late: false,
  }
}

/** An attempt that got no answer: its engine ended, or a person went on without it. */
function giveUp(attempts: Map<string, Attempt>, key: string | undefined, { ts, seq }: Line): void {
  const attempt = key === undefined ? undefined : attempts.get(key)
  if (key === undefined || attempt === undefined || attempt.endedAt !== null) return
  attempts.set(key, { ...attempt, endedAt: ts, endedSeq: seq, outcome: 'unknown', says: 'no answer came' })
}
