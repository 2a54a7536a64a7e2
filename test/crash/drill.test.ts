import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openPlayStage, processesOf, takesOrders, type Playing, type PlayStage } from '../live/play-stage.ts'
import { until } from '../live/support.ts'

let stage: PlayStage

beforeEach(async () => {
  stage = await openPlayStage()
})
afterEach(async () => {
  await stage.endAll()
  stage.close()
})

/** Rows are locked and statements fail; the second lies upon the first. */
const injects = [
  '  - { id: fail, at: 0s, kind: statement_failure, target: { database: main }, with: { table: orders }, expires: 30s }',
  '  - { id: lock, at: 2s, kind: row_locks, target: { database: main }, expires: 30s }',
].join('\n')
const points = ['before-intent', 'after-intent', 'after-effect', 'after-result'] as const
const [put, undone] = [
  ['inject.fail', 'inject.lock'],
  ['undo.lock', 'undo.fail'],
] as const

/** Halted as soon as both are there; `env`: where whom is killed. */
function begin(env: Readonly<Record<string, string>>, expires = '30s'): Playing {
  const playing = stage.start(
    ['drill', stage.play(injects.replaceAll('30s', expires)), '--headless', '--confirm', 'shop-staging'],
    { ASTERN_CRASH_LOG: join(stage.home, 'killed'), ...env },
  )
  return playing
}

async function haltOnceThere(child: Playing['child']): Promise<void> {
  await stage.untilDrill(
    ({ drill, steps }) => drill?.ending != null || steps['inject.lock']?.status === 'ok',
    'both are there, or it is ending',
  )
  child.kill('SIGINT')
}

const killed = (): readonly string[] => {
  const log = join(stage.home, 'killed')
  return existsSync(log) ? readFileSync(log, 'utf8').trim().split('\n') : []
}

/** At the target, counted there. */
const left = () => {
  const place = join(stage.root, 'staging', '.astern-drill')
  const keepers = existsSync(place) ? readdirSync(place).filter(name => name.endsWith('.json')) : []
  return { keepers, takesOrders: takesOrders(stage) }
}
const nothing = { keepers: [], takesOrders: true }

describe('a director killed with SIGKILL', () => {
  test.each(points.flatMap(point => [...put, ...undone].map(step => [point, step] as const)))(
    '%s of %s leaves all that was put there to its watchdog, which takes it back',
    async (point, step) => {
      const { child, ran } = begin({ ASTERN_CRASH_AT: `${point}:${step}` })
      void haltOnceThere(child)
      expect((await ran).code).toBe(1)
      expect(killed()).toEqual([step])
      expect(stage.state().closed?.outcome).toBe('short')
      expect(left()).toEqual(nothing)
      await until(() => processesOf(stage.home).length === 0, 'the watchdog has ended')
    },
    60_000,
  )
})

describe('a watchdog killed with SIGKILL where it takes back what a killed director has put there', () => {
  test.each(points.flatMap(point => undone.map(step => [point, step] as const)))(
    '%s of %s leaves it to whoever cleans up, and that is all of it',
    async (point, step) => {
      const { child } = begin({
        ASTERN_CRASH_AT: 'after-effect:inject.lock',
        ASTERN_CRASH_WATCHDOG_AT: `${point}:${step}`,
      })
      await until(() => killed().length === 2, 'director and watchdog are killed')
      child.kill('SIGKILL')
      expect(killed()).toEqual(['inject.lock', step])
      const cleaned = await stage.astern(['drill', '--clean-up'])
      expect([cleaned.code, stage.state().closed?.outcome]).toEqual([0, 'short'])
      expect(left()).toEqual(nothing)
    },
    60_000,
  )
})

describe('with director, watchdog and console killed', () => {
  test('and none started again, what was put there ends by itself', async () => {
    const { child } = begin({}, '8s')
    await stage.untilDrill(({ steps }) => steps['inject.lock']?.status === 'ok', 'both are there')
    child.kill('SIGKILL')
    await stage.endAll()
    expect(left().takesOrders).toBe(false)
    await until(() => left().keepers.length === 0, 'they have ended by themselves')
    expect(left()).toEqual(nothing)
    expect(stage.state().closed).toBeNull()
  }, 60_000)

  test('the next drill takes it back before it begins', async () => {
    const { child } = begin({})
    await stage.untilDrill(({ steps }) => steps['inject.lock']?.status === 'ok', 'both are there')
    const first = stage.drill()
    child.kill('SIGKILL')
    await stage.endAll()
    const again = begin({})
    await Promise.race([
      again.ran.then(({ stderr }) => Promise.reject(new Error(stderr))),
      stage.untilDrill(({ drill }) => stage.drill() !== first && drill?.began != null, 'the next one began'),
    ])
    again.child.kill('SIGINT')
    expect((await again.ran).code).toBe(1)
    expect(left()).toEqual(nothing)
  }, 60_000)
})

describe('a drill goes on to its end', () => {
  test('where the console that conducts it is killed at an inject', async () => {
    const { child } = begin({})
    await stage.untilDrill(({ steps }) => steps['inject.fail']?.status === 'running', 'a fault is being put there')
    child.kill('SIGKILL')
    await stage.untilDrill(({ steps }) => steps['inject.lock']?.status === 'ok', 'both are there')
    const halted = await stage.astern(['drill', '--halt'])
    expect([halted.code, left()]).toEqual([0, nothing])
  }, 60_000)

  test('where the engine of what is played in it is killed', async () => {
    const { child, ran } = begin({})
    await stage.untilDrill(({ drill }) => drill?.began != null, 'it began')
    const rolling = stage.start(['rollback', '--headless', '--confirm', 'shop-staging'])
    await stage.untilDrill(({ drill }) => Object.keys(drill?.played ?? {}).length === 1, 'a rollback is played')
    for (const pid of processesOf(stage.home, 'engine')) process.kill(pid, 'SIGKILL')
    rolling.child.kill('SIGKILL')
    await haltOnceThere(child)
    const { stderr } = await ran
    expect(stderr).toMatch(/Run DRILL-\S+ that was played in it is still open|is over/)
    expect(left()).toEqual(nothing)
  }, 60_000)
})
