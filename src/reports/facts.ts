import { describe } from '../state/command.ts'
import type { Line } from '../state/event.ts'
import { lineText } from '../state/lines.ts'
import { replay } from '../state/reduce.ts'
import type { RunState } from '../state/run-state.ts'
import { betweenMs } from '../state/times.ts'

/** A document's parts, worked out once; Markdown and HTML only spell them. All times are UTC, as journaled. */
export type Incident = {
  readonly title: string
  readonly state: RunState
  readonly header: readonly (readonly [string, string])[]
  readonly times: readonly (readonly [string, string])[]
  readonly bars: readonly Bar[]
  readonly timeline: readonly {
    readonly at: string
    readonly who: string
    readonly text: string
    readonly tone: string
  }[]
  readonly checks: readonly {
    readonly name: string
    readonly before: string
    readonly after: string
    readonly says: string
  }[]
  readonly messages: readonly {
    readonly channel: string
    readonly subject: string
    readonly text: string
    readonly state: string
  }[]
  readonly data: readonly string[]
  readonly evidence: readonly { readonly file: string; readonly bytes: number; readonly sha256: string }[]
}

export type Bar = {
  readonly title: string
  readonly status: string
  readonly startMs: number
  readonly tookMs: number
  readonly estimateMs: number
  readonly says: string
}

export function incidentOf(lines: readonly Line[]): Incident {
  const state = replay(lines)
  const run = state.run
  return {
    title: `${state.decision?.severity ?? state.proposed?.severity ?? 'Incident'} ${run?.environment ?? ''}: ${titleOf(state)}`,
    state,
    header: headerOf(state),
    times: timesOf(lines, state),
    bars: barsOf(state),
    timeline: timelineOf(lines),
    checks: checksOf(state),
    messages: messagesOf(state),
    data: dataOf(state),
    evidence: Object.values(state.steps).flatMap(({ output }) =>
      output === null ? [] : [{ file: output.path, bytes: output.bytes, sha256: output.sha256 }],
    ),
  }
}

function titleOf(state: RunState): string {
  const plan = state.plan?.plan
  if (plan === undefined) return state.decision === null ? 'being assessed' : `decided: ${state.decision.choice}`
  return `${plan.from} to ${plan.target.version}`
}

function headerOf(state: RunState): Incident['header'] {
  const { run, decision, closed, closing, helm } = state
  const status = closed?.outcome ?? (closing === null ? 'live' : `closing: ${closing.outcome}`)
  return [
    ['Run', run?.id ?? ''],
    ['Environment', `${run?.environment ?? ''} (${run?.class ?? ''})`],
    ['Status', status],
    ['Opened', `${run?.openedAt ?? ''} by ${run?.by.name ?? ''} from ${run?.by.from ?? ''}`],
    [
      'Severity',
      decision === null
        ? `proposed ${state.proposed?.severity ?? 'none'}: ${state.proposed?.why ?? ''}`
        : `${decision.severity}, by ${decision.by} at ${decision.at}`,
    ],
    ['Scope', decision?.scope ?? state.proposed?.scope ?? ''],
    ['Impact', decision?.impact ?? ''],
    ['At the helm', helm.holder?.name ?? 'nobody'],
  ]
}

function timesOf(lines: readonly Line[], state: RunState): Incident['times'] {
  const first = (kind: Line['event']['kind']): string => lines.find(({ event }) => event.kind === kind)?.ts ?? ''
  const step = (
    pick: (times: readonly string[]) => string | undefined,
    phase: number,
    key: 'begunAt' | 'settledAt',
  ): string => {
    const ids = (state.plan?.plan.steps ?? []).filter(candidate => candidate.phase === phase).map(({ id }) => id)
    const all = ids.flatMap(id => state.steps[id]?.[key] ?? []).sort()
    return pick(all) ?? ''
  }
  return [
    ['Declared', state.run?.openedAt ?? ''],
    ['Decided', first('decision.made')],
    ['Plan approved', first('plan.approved')],
    ['Services began', step(all => all[0], 3, 'begunAt')],
    ['Services ended', step(all => all.at(-1), 3, 'settledAt')],
    ['Database began', step(all => all[0], 4, 'begunAt')],
    ['Database ended', step(all => all.at(-1), 4, 'settledAt')],
    ['Verified', first('validation.accepted')],
    ['Closed', first('run.closed')],
  ]
}

function barsOf(state: RunState): readonly Bar[] {
  const steps = state.plan?.plan.steps ?? []
  const starts = steps.flatMap(({ id }) => state.steps[id]?.begunAt ?? []).sort()
  const [start] = starts
  if (start === undefined) return []
  return steps.map(({ id, title, estimateMs, command }) => {
    const now = state.steps[id]
    const begun = now?.begunAt ?? null
    const startMs = begun === null ? 0 : betweenMs(start, begun)
    const tookMs = begun === null || now?.settledAt == null ? 0 : betweenMs(begun, now.settledAt)
    return {
      title: title || describe(command),
      status: now?.status ?? 'waiting',
      startMs,
      tookMs,
      estimateMs,
      says: now?.fault?.what ?? now?.skipped?.reason ?? now?.says ?? '',
    }
  })
}

function timelineOf(lines: readonly Line[]): Incident['timeline'] {
  return lines.flatMap(line => {
    const said = lineText(line)
    return said === null ? [] : [{ at: line.ts, who: line.actor.name, text: said.text, tone: said.tone }]
  })
}

function checksOf({ suites }: RunState): Incident['checks'] {
  const names = [
    ...new Set([...Object.keys(suites.baseline?.results ?? {}), ...Object.keys(suites.after?.results ?? {})]),
  ]
  return names.map(name => {
    const before = suites.baseline?.results[name]
    const after = suites.after?.results[name]
    return {
      name,
      before: before?.verdict ?? 'not run',
      after: after?.verdict ?? 'not run',
      says: after?.says ?? before?.says ?? '',
    }
  })
}

function messagesOf(state: RunState): Incident['messages'] {
  return Object.entries(state.messages).map(([id, { command }]) => {
    const sent = state.steps[`message.${id}`]
    return {
      channel: command.channel,
      subject: command.subject,
      text: command.text,
      state: sent?.fault?.what ?? sent?.says ?? 'not sent yet',
    }
  })
}

function dataOf(state: RunState): readonly string[] {
  const plan = state.plan?.plan
  const risks = (plan?.atRisk ?? []).map(
    ({ database, table, rows, archived }) =>
      `${database}.${table}: ${rows} rows when planned, ${archived ? 'archived before the statement ran' : 'LOST'}`,
  )
  const migrations = (plan?.migrations ?? []).map(
    ({ database, version, name, direction, statements }) =>
      `${database}: ${direction} ${version} (${name}), ${statements} statements`,
  )
  const conflicts = state.conflicts.map(
    ({ database, conflict }) => `${database}: not put back: ${JSON.stringify(conflict)}`,
  )
  const all = [...migrations, ...risks, ...conflicts]
  return all.length > 0 ? all : ['No migration was reversed and no row was at risk.']
}
