import { expect, test } from 'vitest'
import { gateOf } from '../../src/state/gates.ts'
import { atTheHelm, patience } from './at-the-helm.ts'
import { rewrite } from './rehearsal-stage.ts'
import { openStage, stateOf, until, untilRun } from './support.ts'

test('a plan that waits is rehearsed when somebody asks, and made again with what that found', async () => {
  const stage = await openStage({ bad: '1.3.0' })
  try {
    rewrite(stage, ({ databases: { main } }) => {
      main['rehearsal'] = {}
    })
    const held = await stage.astern(['rollback', '--headless', '--version', '1.2.2', '--emergency'])
    expect(held.code).toBe(4)
    const run = await untilRun(stage.home, state => gateOf(state)?.kind === 'approve', 'a plan that waits')
    const before = stateOf(run).plan
    expect(before?.plan.rehearsed).toBeUndefined()
    await atTheHelm(run, 'to rehearse it', async ({ session, ask }) => {
      await ask({ kind: 'rehearse' })
      expect(gateOf(session.store.getState().run)?.kind).toBe('approve')
      await until(() => session.store.getState().run.plan?.plan.rehearsed !== undefined, 'the plan again', patience)
    })
    const after = stateOf(run)
    expect([after.rehearsing, after.plan?.hash, after.plan?.approved]).toEqual([false, before?.hash, null])
    const timed = after.plan?.plan.steps.filter(({ estimated }) => estimated?.from === 'rehearsal').map(({ id }) => id)
    expect(timed).toEqual([1, 2, 3].map(at => `main.down.20261118.${at}`))
    expect(gateOf(after)?.kind).toBe('approve')
  } finally {
    await stage.close()
  }
})
