import type { CheckResult } from '../../state/check-result.ts'
import type { ItemState } from '../../state/checklist.ts'
import type { PhaseStatus } from '../../state/selectors.ts'
import type { Signal } from '../../state/signal.ts'
import type { StepStatus } from '../../state/run-state.ts'
import type { Theme, Tone } from '../theme.ts'

/** How a state is shown: a glyph and a word always, a colour where there is one. */
export type Mark = { readonly glyph: string; readonly word: string; readonly tone: Tone }

export function healthMark(state: Signal['state'], { glyphs }: Theme): Mark {
  const marks: Readonly<Record<Signal['state'], Mark>> = {
    healthy: { glyph: glyphs.done, word: 'healthy', tone: 'good' },
    unhealthy: { glyph: glyphs.bad, word: 'unhealthy', tone: 'bad' },
    unproven: { glyph: glyphs.ahead, word: 'unproven', tone: 'warn' },
    unknown: { glyph: glyphs.unknown, word: 'unknown', tone: 'warn' },
  }
  return marks[state]
}

export function stepMark(status: StepStatus, { glyphs }: Theme): Mark {
  const marks: Readonly<Record<StepStatus, Mark>> = {
    waiting: { glyph: glyphs.ahead, word: 'waiting', tone: 'plain' },
    running: { glyph: glyphs.running, word: 'running', tone: 'accent' },
    unknown: { glyph: glyphs.unknown, word: 'in doubt', tone: 'warn' },
    ok: { glyph: glyphs.done, word: 'done', tone: 'good' },
    already: { glyph: glyphs.done, word: 'already', tone: 'good' },
    failed: { glyph: glyphs.bad, word: 'failed', tone: 'bad' },
    skipped: { glyph: glyphs.skipped, word: 'skipped', tone: 'warn' },
  }
  return marks[status]
}

export function verdictMark(verdict: CheckResult['verdict'] | null, { glyphs }: Theme): Mark {
  if (verdict === null) return { glyph: glyphs.ahead, word: 'not run', tone: 'plain' }
  const marks: Readonly<Record<CheckResult['verdict'], Mark>> = {
    pass: { glyph: glyphs.done, word: 'pass', tone: 'good' },
    degraded: { glyph: glyphs.warn, word: 'degraded', tone: 'warn' },
    fail: { glyph: glyphs.bad, word: 'fail', tone: 'bad' },
    inconclusive: { glyph: glyphs.unknown, word: 'unclear', tone: 'warn' },
  }
  return marks[verdict]
}

export function itemMark(state: ItemState, { glyphs }: Theme): Mark {
  const marks: Readonly<Record<ItemState, Mark>> = {
    open: { glyph: glyphs.ahead, word: 'open', tone: 'plain' },
    green: { glyph: glyphs.done, word: 'green', tone: 'good' },
    red: { glyph: glyphs.bad, word: 'red', tone: 'bad' },
    signed: { glyph: glyphs.warn, word: 'signed', tone: 'warn' },
  }
  return marks[state]
}

export function phaseMark(status: PhaseStatus, { glyphs }: Theme): Mark {
  const marks: Readonly<Record<PhaseStatus, Mark>> = {
    done: { glyph: glyphs.done, word: 'done', tone: 'good' },
    now: { glyph: glyphs.now, word: 'now', tone: 'title' },
    ahead: { glyph: glyphs.ahead, word: 'ahead', tone: 'plain' },
    failed: { glyph: glyphs.bad, word: 'failed', tone: 'bad' },
    skipped: { glyph: glyphs.skipped, word: 'skipped', tone: 'plain' },
  }
  return marks[status]
}
