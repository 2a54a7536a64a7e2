import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { faultsIn, playScenario, type Played } from './drill-operator.ts'
import { costOf, troublesOf, well, wrongly } from './drill-scripts.ts'
import type { SandboxStage } from './sandbox-stage.ts'

/** Every scenario that is shipped, in a sandbox of some kind; one after the other, each finding what the one before has left: nothing. */
export function playsIn(open: () => Promise<SandboxStage>, timeoutMs: number): void {
  let stage: SandboxStage
  let before: unknown
  beforeAll(async () => {
    stage = await open()
    before = await stage.sight()
  }, timeoutMs)
  afterAll(async () => {
    await stage?.close()
  })

  describe('played well', () => {
    test.each(Object.entries(well))(
      '%s is put there, seen, handled, scored and taken back, and everything is as it was',
      async (id, script) => {
        const played = await playScenario(stage, id, script)
        const { troubles } = played
        expect(troubles).toEqual(troubles.map(() => expect.stringMatching(troublesOf[id] ?? /^no trouble$/)))
        expect(troubles.length > 0).toBe(id in troublesOf)
        expect(came(played)).toEqual(toItsEnd(played, 'as expected', costOf[id] ?? []))
        expect(await stage.sight()).toEqual(before)
      },
      timeoutMs,
    )
  })

  describe('played wrongly', () => {
    test.each(Object.entries(wrongly))(
      '%s: it costs what it says, and everything is as it was',
      async (_, { id, script, costs }) => {
        const played = await playScenario(stage, id, script)
        const { deductions } = played.score.points
        expect(deductions.map(({ what }) => what)).toEqual(costs.map(([, what]) => expect.stringMatching(what)))
        const decision = script.choice === well[id]?.choice ? 'as expected' : 'another'
        expect(came(played)).toEqual(
          toItsEnd(
            played,
            decision,
            costs.map(([cost]) => cost),
          ),
        )
        expect(await stage.sight()).toEqual(before)
      },
      timeoutMs,
    )
  })
}

function came({ drill, score, conducted, debrief }: Played) {
  return {
    faults: faultsIn(drill),
    ending: drill.drill?.ending?.why,
    outcome: drill.closed?.outcome,
    code: conducted.code,
    decision: score.decision.asExpected === true ? 'as expected' : 'another',
    costs: score.points.deductions.map(({ cost }) => cost),
    left: score.points.left,
    debrief: debrief.includes(drill.run?.id ?? 'no drill'),
  }
}

/** Every fault was put there and taken back, and the drill came to its end by what was played in it. */
function toItsEnd({ drill }: Played, decision: string, costs: readonly number[]): object {
  return {
    faults: Object.fromEntries(Object.keys(faultsIn(drill)).map(id => [id, ['ok', 'ok']])),
    ending: 'finished',
    outcome: 'reached',
    code: 0,
    decision,
    costs,
    left: 100 - costs.reduce((sum, cost) => sum + cost, 0),
    debrief: true,
  }
}
