import { wroteToDatabases } from './data-sentence.ts'
import { restoredOf } from './restored.ts'
import type { RunState } from './run-state.ts'
import { oneLine } from './text.ts'
import { betweenMs, clockText, hourText } from './times.ts'

/** A message in parts; `draftMessage` puts them together. */
export type Parts = { readonly what: string; readonly sentences: readonly string[] }

/** As a person confirmed it; before that as the facts propose it. */
export function scopeOf(state: RunState): string {
  return oneLine(state.decision?.scope || state.proposed?.scope || '', 400)
}

/** The same without the names of machines, for those outside. */
export function publicScopeOf(state: RunState): string {
  return scopeOf(state).replaceAll(/(?<=[\w.-])@[\w.-]+/g, '')
}

export function investigating(seen: string): string {
  return seen === '' ? 'We are investigating a problem.' : `We are investigating a problem affecting ${seen}.`
}

export function affected(seen: string): string {
  return `Affected: ${seen === '' ? 'not known yet' : seen}.`
}

export function duration(state: RunState, now: string): string {
  return clockText(betweenMs(state.run?.openedAt ?? now, now))
}

export function invited({ review: booked, calledOff }: RunState): string {
  if (booked === null && calledOff?.told != null) {
    const { at } = calledOff.told
    return `The post-mortem on ${at.slice(0, 10)} at ${hourText(at)} UTC does not take place: ${oneLine(calledOff.reason, 400)}`
  }
  if (booked === null) return ''
  return `The post-mortem is on ${booked.at.slice(0, 10)} at ${hourText(booked.at)} UTC; ${booked.owner} leads it.`
}

export function review(state: RunState): string {
  const at = state.review?.at ?? null
  return at === null ? 'A review follows.' : `The review is on ${at.slice(0, 10)} at ${hourText(at)} UTC.`
}

/** The same as `dataSentence`, without the names of tables, databases and backups. */
export function publicDataSentence(state: RunState): string {
  if (!wroteToDatabases(state)) return 'Data: none lost.'
  const restored = restoredOf(state)
  if (restored.some(({ written }) => written === null))
    return 'Data: a backup was restored; what was written after it is kept and is not all back yet.'
  const behind = restored.flatMap(({ left }) => left).reduce((sum, { rows }) => sum + rows, 0)
  const lost = (state.plan?.plan.atRisk ?? []).filter(({ archived }) => !archived)
  const rows = lost.reduce((sum, one) => sum + one.rows, 0)
  const missing = behind + state.conflicts.length
  const back = missing === 0 ? '' : ` ${missing} records are kept and are not back yet.`
  return rows === 0 ? `Data: none lost.${back}` : `Data: ${rows} records were lost.${back}`
}
