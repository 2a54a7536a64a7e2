import { checklist } from './checklist.ts'
import type { MessageMoment } from './command.ts'
import { gateOf } from './gates.ts'
import type { RunState } from './run-state.ts'
import { servicesDown } from './steps.ts'
import { betweenMs, clockText, hourText, plusMs } from './times.ts'

export type Draft = { readonly subject: string; readonly text: string }

const nextUpdateMs = 20 * 60_000

/**
 * What is told at each moment, in plain words: scope, what is being done, when the next word comes; at the end what
 * became of the data. The wording follows the four states of public status pages (investigating to resolved).
 */
export function draftMessage(moment: MessageMoment, state: RunState, now: string): Draft {
  const name = `${state.run?.class === 'drill' ? '[DRILL] ' : ''}${state.run?.environment ?? ''}`
  const severity = state.decision?.severity ?? state.proposed?.severity ?? 'SEV-2'
  const plan = state.plan?.plan
  const next = `Next update by ${hourText(plusMs(now, nextUpdateMs))} UTC.`
  const affected = `Affected: ${state.decision?.scope || state.proposed?.scope || 'being looked at'}.`
  const subject = (what: string): string => `${severity} ${name}: ${what}`
  switch (moment) {
    case 'opened':
      return { subject: subject('we are investigating'), text: `We are investigating. ${affected} ${next}` }
    case 'decided':
      return {
        subject: subject(`going back to ${plan?.target.version ?? 'the previous release'}`),
        text: `The issue was caused by a recent release (${plan?.from ?? ''}). We are restoring the previous version, ${plan?.target.version ?? ''}. ${affected} ${next}`,
      }
    case 'progress':
      return {
        subject: subject('the plan was revised'),
        text: `The plan was revised: ${state.plan?.why ?? ''}. ${affected} ${next}`,
      }
    case 'holding':
      return {
        subject: subject('the rollback waits for a person'),
        text: `The rollback is waiting: ${waitsFor(state)}. Stopped meanwhile: ${servicesDown(state).join(', ')}. Take it up with: astern attach ${state.run?.id ?? ''}. ${next}`,
      }
    case 'resolved':
      return {
        subject: subject('resolved'),
        text: `Resolved at ${hourText(now)} UTC, after ${duration(state, now)}. ${checksText(state)} ${dataText(state)} A review follows.`,
      }
    case 'failed':
      return {
        subject: subject('the rollback ended short'),
        text: `The rollback ended short of its goal after ${duration(state, now)}: ${state.closing?.why ?? state.plan?.why ?? ''}. ${dataText(state)} ${next}`,
      }
    case 'note':
      return { subject: subject('note'), text: state.notes.at(-1)?.text ?? '' }
  }
}

function waitsFor(state: RunState): string {
  const gate = gateOf(state)
  if (gate === null) return 'nothing'
  if (gate.kind === 'held') return gate.reason
  if (gate.kind === 'failure' || gate.kind === 'unknown')
    return state.steps[gate.step]?.fault?.what ?? `${gate.step} is in doubt`
  return gate.kind
}

function duration(state: RunState, now: string): string {
  return clockText(betweenMs(state.run?.openedAt ?? now, now))
}

function checksText(state: RunState): string {
  const results = Object.values(state.suites.after?.results ?? {})
  const passed = results.filter(({ verdict }) => verdict === 'pass' || verdict === 'degraded')
  return `${passed.length} of ${results.length} checks pass.`
}

function dataText(state: RunState): string {
  const risks = state.plan?.plan.atRisk ?? []
  const lost = risks.filter(({ archived }) => !archived)
  const kept = risks.filter(({ archived }) => archived)
  const conflicts =
    state.conflicts.length === 0 ? '' : ` ${state.conflicts.length} values could not be put back, and are listed.`
  const consistent =
    checklist(state).find(({ id }) => id === 'database')?.state === 'green' ? '' : ' Its consistency is not proven.'
  if (lost.length > 0)
    return `Data: ${lost.map(({ table, rows }) => `${rows} rows of ${table}`).join(', ')} were lost.${conflicts}${consistent}`
  if (kept.length > 0)
    return `Data: none lost; ${kept.map(({ table, rows }) => `${rows} rows of ${table}`).join(', ')} are kept aside.${conflicts}${consistent}`
  return `Data: none lost.${conflicts}${consistent}`
}
