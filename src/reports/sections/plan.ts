import type { Line } from '../../state/event.ts'
import type { Tone } from '../../state/lines.ts'
import type { Step } from '../../state/plan.ts'
import type { RunState, StepStatus } from '../../state/run-state.ts'
import { betweenMs, clockText } from '../../state/times.ts'
import type { Attempt } from '../../state/attempts.ts'
import { facts, list, type Bar, type Section } from '../block.ts'

export function plan(state: RunState, lines: readonly Line[], attempts: readonly Attempt[]): Section {
  const title = 'Plan, and what it took'
  if (state.plan === null) {
    const why = state.planFault === null ? 'No plan was made.' : `No plan could be made: ${state.planFault.what}`
    return { title, blocks: [{ kind: 'text', text: why }] }
  }
  const { plan: made, hash, revision, approved } = state.plan
  const bars = barsOf(state, lines, attempts)
  return {
    title,
    blocks: [
      facts(
        ['Plan', `${hash}${revision > 1 ? `, revision ${revision}: ${state.plan.why ?? ''}` : ''}`],
        ['Approved', approved === null ? 'no' : `by ${approved.by} at ${approved.at}`],
        ['Order', `${made.order}. ${made.orderReason}`],
        ['Estimated', [clockText(made.estimateMs), ...(made.estimates ?? [])].join('. ')],
        ['Took', tookText(state, attempts)],
        ['Left alone', made.untouched.join('; ')],
      ),
      ...named('Warnings', made.warnings),
      ...named('Blockers', made.blockers),
      { kind: 'bars', bars, wholeMs: wholeOf(bars) },
    ],
  }
}

/** From the first of its steps to the last, what waited for people included. */
function tookText(state: RunState, attempts: readonly Attempt[]): string {
  const own = attempts.filter(({ step }) => isPlanned(state, step))
  const begun = own.map(({ begunAt }) => begunAt).sort()[0]
  if (begun === undefined) return ''
  const running = own.some(({ endedAt }) => endedAt === null)
  const ended =
    own
      .map(({ endedAt }) => endedAt ?? state.at)
      .sort()
      .at(-1) ?? begun
  return `${clockText(betweenMs(begun, ended))}${running ? ' so far' : ''}`
}

function named(title: string, items: readonly string[]): Section['blocks'] {
  return items.length === 0 ? [] : [{ kind: 'text', text: `${title}:` }, list(items)]
}

function barsOf(state: RunState, lines: readonly Line[], attempts: readonly Attempt[]): readonly Bar[] {
  const own = Map.groupBy(attempts, ({ step }) => step)
  const steps = stepsOf(state, lines).filter(({ id }) => own.has(id) || isPlanned(state, id))
  const begun = steps.flatMap(({ id }) => own.get(id) ?? []).map(({ begunAt }) => begunAt)
  const start = begun.sort()[0] ?? state.at
  return steps.map(step => {
    const now = state.steps[step.id]
    const tries = (own.get(step.id) ?? []).map(({ begunAt, endedAt, outcome }) => ({
      startMs: betweenMs(start, begunAt),
      endMs: betweenMs(start, endedAt ?? state.at),
      failed: outcome === 'failed',
    }))
    return {
      title: step.title,
      status: now?.status ?? 'waiting',
      startMs: tries[0]?.startMs ?? 0,
      estimateMs: step.estimateMs,
      attempts: tries,
      says: now?.fault?.what ?? now?.skipped?.reason ?? now?.says ?? '',
      tone: tones[now?.status ?? 'waiting'],
    }
  })
}

/** Steps of every plan of the run, in the order they were planned: a revised plan does not hide what the first one did. */
function stepsOf(state: RunState, lines: readonly Line[]): readonly Step[] {
  const steps = new Map<string, Step>()
  for (const { event } of lines) {
    if (event.kind !== 'plan.proposed' && event.kind !== 'plan.revised') continue
    for (const step of event.plan.steps) steps.set(step.id, step)
  }
  for (const step of state.plan?.plan.steps ?? []) steps.set(step.id, step)
  return [...steps.values()]
}

function isPlanned(state: RunState, id: string): boolean {
  const skipped = state.steps[id]?.status === 'skipped'
  return skipped || (state.plan?.plan.steps ?? []).some(step => step.id === id)
}

function wholeOf(bars: readonly Bar[]): number {
  const ends = bars.flatMap(({ attempts, startMs, estimateMs }) =>
    attempts.length === 0 ? [] : [startMs + estimateMs, ...attempts.map(({ endMs }) => endMs)],
  )
  return ends.reduce((most, end) => Math.max(most, end), 1)
}

const tones: Readonly<Record<StepStatus, Tone>> = {
  waiting: 'plain',
  running: 'plain',
  unknown: 'warn',
  ok: 'good',
  already: 'good',
  failed: 'bad',
  skipped: 'warn',
}
