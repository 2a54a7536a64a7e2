import { drillPrefix } from '../state/drill/prefix.ts'
import type { Line } from '../state/event.ts'
import { replay } from '../state/reduce.ts'
import type { RunState } from '../state/run-state.ts'
import { versionsOf } from '../state/versions.ts'
import { attemptsOf } from '../state/attempts.ts'
import type { ReportDocument } from './block.ts'
import { about, people } from './sections/about.ts'
import { checks, checklistSection } from './sections/checks.ts'
import { data } from './sections/data.ts'
import { decisions } from './sections/decisions.ts'
import { evidence } from './sections/evidence.ts'
import { impact } from './sections/impact.ts'
import { learning } from './sections/learning.ts'
import { messages } from './sections/messages.ts'
import { plan } from './sections/plan.ts'
import { postMortem } from './sections/post-mortem.ts'
import { timelineSection } from './sections/timeline.ts'
import { times } from './sections/times.ts'
import { trigger } from './sections/trigger.ts'

/**
 * The incident as a document, from the journal's lines alone: of a run that is over, or of one that still goes on. No
 * clock is asked, so the same lines give the same document. All times are UTC, as journaled.
 */
export function incidentDocument(lines: readonly Line[]): ReportDocument {
  const state = replay(lines)
  const attempts = attemptsOf(lines)
  const sections = [
    about(state, lines),
    people(state, lines),
    impact(state, attempts),
    trigger(state),
    decisions(state, lines),
    plan(state, lines, attempts),
    times(state, lines, attempts),
    checks(state),
    data(state, attempts),
    messages(state),
    checklistSection(state),
    timelineSection(lines),
    ...learning(state),
    evidence(state, lines, attempts),
    postMortem(state, lines, attempts),
  ]
  return { title: titleOf(state), sections }
}

function titleOf(state: RunState): string {
  const { run, plan: planned, decision } = state
  const severity = decision?.severity ?? state.proposed?.severity ?? 'Incident'
  const from = planned?.plan.from ?? ''
  const what =
    planned === null
      ? decision === null
        ? 'being assessed'
        : `decided: ${decision.choice}`
      : `${from} to ${planned.plan.target.version}${versionsOf(state)?.mixed === true ? ', versions mixed' : ''}`
  return `${drillPrefix(run)}${severity} ${run?.environment ?? ''}: ${what}`
}
