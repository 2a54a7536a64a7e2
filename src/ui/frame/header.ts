import { checklist, isDone } from '../../state/checklist.ts'
import { isDrill, isEnding, isOver } from '../../state/drill/is-drill.ts'
import { objectiveOf } from '../../state/objective.ts'
import { nextUpdateAt } from '../../state/outbox.ts'
import { phaseName, phases } from '../../state/phases.ts'
import type { RunState } from '../../state/run-state.ts'
import { phaseOf, phaseStatus } from '../../state/selectors.ts'
import type { ConsoleState } from '../../state/store.ts'
import { versionsOf } from '../../state/versions.ts'
import { pastWords } from '../../state/walk.ts'
import { phaseMark } from '../panels/marks.ts'
import { fit, type Part } from '../text/fit.ts'
import { row, span, type Row } from '../text/row.ts'
import { age, between, clock } from '../text/time.ts'
import type { Theme, Tone } from '../theme.ts'

/** Where this is and how it stands: class in words, environment, severity once it is decided, phase, clocks, who is at the helm. */
export function headerRow(state: ConsoleState, theme: Theme, width: number): Row {
  const { run } = state
  const { decision } = run
  const phase = phaseOf(run)
  const parts: readonly Part[] = [
    { rank: 0, row: badge(state) },
    { rank: 0, row: row(span(run.run?.environment ?? 'opening', 'title')) },
    { rank: 6, row: row(run.run?.id ?? '') },
    { rank: 2, row: decision === null ? [] : row(span(decision.severity, 'title')) },
    { rank: 1, row: row(span(`${phase}/6 ${phaseName(phase).toUpperCase()}`, 'title')) },
    { rank: 1, row: mixed(state) },
    { rank: 2, row: ofDrill(state) },
    { rank: 3, row: elapsed(state) },
    { rank: 4, row: budget(state) },
    { rank: 5, row: objective(state) },
    { rank: 5, row: update(state) },
    { rank: 2, row: helm(state) },
    { rank: 6, row: state.watchers === 0 ? [] : row(`${state.watchers} watching`) },
    { rank: 1, row: connection(state, theme) },
    { rank: 1, row: link(state, theme) },
  ]
  return fit(parts, width, 2)
}

/** Since users were hurt, where that is known; else since the run was opened. */
function elapsed({ run, now }: ConsoleState): Row {
  const until = run.closed?.at ?? now
  const began = run.decision?.beganAt ?? null
  if (began !== null) return row(`impact ${clock(between(began, until))}`)
  return row(`open ${clock(between(run.run?.openedAt ?? now, until))}`)
}

/** The class of what is looked at, and that nothing can be done here, where that is so. */
export function badge({ run, me, past }: ConsoleState): Row {
  const badges = classBadges(run.run)
  if (past !== null) return [...badges, span(' '), span(` PAST ${pastWords(past)} `, 'chosen')]
  return me.role === 'watch' ? [...badges, span(' '), span(' WATCH ', 'chosen')] : badges
}

function classBadges(run: RunState['run']): Row {
  if (run === null) return [span(' OPENING ', 'chosen')]
  const own = span(` ${run.class.toUpperCase()} `, run.class)
  return isDrill(run) && run.class !== 'drill' ? [span(' DRILL ', 'drill'), span(' '), own] : [own]
}

/** Whether what was hurt on purpose is being put right, or is. */
function ofDrill({ drill }: ConsoleState): Row {
  if (drill === null || !isEnding(drill)) return []
  return row(span(isOver(drill) ? 'the drill is over' : 'the drill is ending', 'warn'))
}

function mixed({ run }: ConsoleState): Row {
  return versionsOf(run)?.mixed === true ? row(span('versions mixed', 'warn')) : []
}

function budget({ run, now }: ConsoleState): Row {
  const until = run.decision?.turnBackAt
  if (until == null || run.closed !== null) return []
  const left = between(now, until)
  return left > 0 ? row(`budget ${clock(left)}`) : row(span('budget spent', 'bad'))
}

/** Until users are to be served again. */
function objective({ run, now }: ConsoleState): Row {
  const wanted = objectiveOf(run)
  if (wanted === null || wanted.at !== null || run.closed !== null) return []
  const left = between(now, wanted.until)
  return left > 0 ? row(`objective ${clock(left)}`) : row(span('objective missed', 'bad'))
}

/** When the next word is due that a message promised. */
function update({ run, now }: ConsoleState): Row {
  const next = nextUpdateAt(run)
  if (next === null) return []
  const left = between(now, next)
  return left > 0 ? row(`update in ${clock(left)}`) : row(span('update due', 'warn'))
}

function helm({ run, me }: ConsoleState): Row {
  const holder = run.helm.holder
  if (run.closed !== null) return []
  if (holder === null) return row(span('nobody at the helm', 'warn'))
  return row(holder.console === me.console ? `helm you (${holder.name})` : `helm ${holder.name}`)
}

/** That less is drawn, or could be: this terminal takes what is drawn slowly. */
function link({ link: is }: ConsoleState, theme: Theme): Row {
  if (theme.slowLink) return row(span('drawn seldom', 'quiet'))
  return is === 'slow' ? row(span('slow link, :slow link on sends less', 'warn')) : []
}

/** Said only when something is wrong with it. */
function connection({ connection: { engine, lastHeardAt }, now, run }: ConsoleState, theme: Theme): Row {
  if (run.closed !== null || engine === 'live') return []
  if (engine === 'connecting') return row(span('connecting', 'warn'))
  const heard = lastHeardAt === null ? '' : `, heard ${age(between(lastHeardAt, now))} ago`
  return row(span(`${theme.glyphs.bad} engine not running${heard}`, 'bad'))
}

/** The six phases, each with its glyph, and the checklist's count. */
export function stepperRow(state: ConsoleState, theme: Theme, width: number): Row {
  const status = phaseStatus(state.run)
  const items = checklist(state.run)
  const done = items.filter(isDone).length
  const rule = width < 71 ? ' ' : ` ${theme.glyphs.rule.repeat(width >= 100 ? 3 : 1)} `
  const steps = phases.flatMap(({ number, name }, index): Row => {
    const { glyph, tone } = phaseMark(status[number], theme)
    const toned: Tone = status[number] === 'now' ? 'title' : tone
    return [...(index === 0 ? [] : [span(rule)]), span(`${glyph} ${name}`, toned)]
  })
  return fit(
    [
      { rank: 0, row: steps },
      { rank: 1, row: row(`checklist ${done}/${items.length}`) },
    ],
    width,
    2,
  )
}
