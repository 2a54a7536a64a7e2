import { scenarioOf } from '../../state/drill/play/due.ts'
import { journaled, untilEnd, type Journaled } from '../../state/drill/score/journaled.ts'
import { scoreOf, type Score } from '../../state/drill/score/score.ts'
import type { Line } from '../../state/event.ts'
import type { RunState } from '../../state/run-state.ts'
import { facts, type Block, type ReportDocument, type Section } from '../block.ts'
import { checklistSection, checks } from '../sections/checks.ts'
import { alongSection } from './along.ts'
import { besideSection } from './beside.ts'
import { earlierSection, type Scored } from './earlier.ts'
import { injectedSection } from './injected.ts'
import { pathSection } from './path.ts'
import { pointsSection } from './points.ts'
import { eventsSection, hintsSection } from './said.ts'
import { storyOf } from './story.ts'
import { targetsSection } from './targets.ts'
import { joined } from './words.ts'

/** A drill by its journal, and by those of the runs that were played in it. */
export type DrillRecord = { readonly lines: readonly Line[]; readonly played: readonly (readonly Line[])[] }

export type Debrief = { readonly document: ReportDocument; readonly score: Score; readonly earlier: readonly Score[] }

/**
 * What those who were in a drill sit down over. From journals alone: the same ones give the same bytes. `earlier`: drills of the same
 * scenario before it, newest first.
 */
export function debriefOf(record: DrillRecord, earlier: readonly DrillRecord[]): Debrief {
  const now = scored(record)
  const before = earlier.map(scored)
  const { drill, score } = now
  const played = untilEnd(drill, record.played.map(journaled))
  const sections = [
    { title: 'What happened', blocks: [{ kind: 'text', text: storyOf(score) } as const, about(score, drill.state)] },
    targetsSection(score),
    pointsSection(score),
    pathSection(score, drill, played),
    besideSection(score, drill, played),
    injectedSection(score, drill.state),
    eventsSection(score),
    hintsSection(score),
    perRun('Checks, before and after', played, ({ state }) => checks(state)),
    recordSection(score, played),
    earlierSection(now, before),
    alongSection(score, drill, played),
  ]
  return { document: { title: titleOf(score), sections }, score, earlier: before.map(one => one.score) }
}

function scored({ lines, played }: DrillRecord): Scored {
  const drill = journaled(lines)
  return { drill, score: scoreOf(drill, played.map(journaled)) }
}

function titleOf({ title, points, environment }: Score): string {
  const left = points.left === null ? 'no points' : `${points.left} of 100 points`
  return `[DRILL] Debrief of “${title}” in ${environment}: ${left}`
}

function about({ run, scenario, unread }: Score, state: RunState): Block {
  const roles = scenarioOf(state)?.roles
  return facts(
    ['Drill', `${run}, scenario ${scenario}`],
    ['Owner', roles?.owner ?? ''],
    ['Coordinator', roles?.coordinator ?? ''],
    ['Reporter', roles?.reporter ?? ''],
    ['Observers', joined(roles?.observers ?? [])],
    ['Whoever knows it best', roles?.expertAbsent === true ? 'did not play' : ''],
    ['Runs played in it', Object.keys(state.drill?.played ?? {}).join(', ')],
    ['Not here to be read', unread.join(', ')],
    ['Written from', 'the journal of the drill and those of its runs, up to the end of the drill'],
  )
}

function recordSection({ records }: Score, played: readonly Journaled[]): Section {
  const section = perRun('The record, at the close', played, ({ state }) => checklistSection(state))
  const complete = records.map(({ run, done, of, percent }): readonly [string, string] => [
    `Complete (${run})`,
    `${done} of ${of} points that its decision asks for: ${percent} %`,
  ])
  return { ...section, blocks: [facts(...complete), ...section.blocks] }
}

/** A section of the incident document, once for each run that was played. */
function perRun(title: string, played: readonly Journaled[], of: (run: Journaled) => Section): Section {
  if (played.length === 0) return { title, blocks: [{ kind: 'text', text: 'No run was played.' }] }
  const blocks = played.flatMap((run): readonly Block[] => [
    ...(played.length === 1 ? [] : [{ kind: 'heading', text: `Run ${run.state.run?.id ?? ''}` } as const]),
    ...of(run).blocks,
  ])
  return { title, blocks }
}
