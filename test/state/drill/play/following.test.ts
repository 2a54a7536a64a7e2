import { describe, expect, test } from 'vitest'
import { follow, isNews, type PlayedEvent } from '../../../../src/state/drill/play/following.ts'
import { notBegun } from '../../../../src/state/drill/play/drill-state.ts'
import { reduceDrill } from '../../../../src/state/drill/play/reduce.ts'
import type { Line } from '../../../../src/state/event.ts'
import { initialState, replay } from '../../../../src/state/reduce.ts'
import { planSteps } from '../../../../src/state/steps.ts'
import { journal } from '../../../reports/fixture.ts'
import { inDrill, playedRun } from '../played.ts'

const lines = journal(inDrill(), playedRun)

function newsOf(all: readonly Line[]): readonly PlayedEvent[] {
  let [run, drill] = [initialState, notBegun]
  const news: PlayedEvent[] = []
  for (const line of all) {
    const { after, events } = follow(run, line)
    run = after
    for (const event of events.filter(one => isNews(drill, one))) {
      news.push(event)
      drill = reduceDrill(drill, event, line)
    }
  }
  return news
}

describe('what is played in a drill', () => {
  const news = newsOf(lines)

  test('is joined with its first line and left with its last', () => {
    expect(news.slice(0, 2)).toEqual([
      { kind: 'drill.joined', run: playedRun },
      { kind: 'drill.reached', run: playedRun, phase: 1, begins: null },
    ])
    expect(news.at(-1)).toEqual({ kind: 'drill.left', run: playedRun, outcome: 'reached' })
  })

  test('tells of each phase it comes to, once, in their order', () => {
    const phases = news.flatMap(event => (event.kind === 'drill.reached' && event.begins === null ? [event.phase] : []))
    expect(phases).toEqual([...new Set(phases)])
    expect(phases).toEqual(phases.toSorted((a, b) => a - b))
    expect([phases[0], phases.at(-1)]).toEqual([1, 6])
  })

  test('tells of each step of its plan as it is first begun, and of no other', () => {
    const begun = lines.flatMap(({ event }) => (event.kind === 'step.begun' ? [event.step] : []))
    const planned = planSteps(replay(lines)).map(({ id }) => id)
    const told = news.flatMap(event => (event.kind === 'drill.reached' && event.begins !== null ? [event.begins] : []))
    expect(told.length).toBeGreaterThan(0)
    expect(told).toEqual([...new Set(begun)].filter(id => planned.includes(id)))
  })

  test('read again from its start tells nothing that the drill knows', () => {
    let drill = notBegun
    for (const event of news) drill = reduceDrill(drill, event, lines[0]!)
    expect(news.filter(event => isNews(drill, event))).toEqual([])
  })
})
