import { basename, dirname, join } from 'node:path'
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openPlayStage, processesOf, takesOrders, type PlayStage } from './play-stage.ts'
import { linesOf, until } from './support.ts'

let stage: PlayStage

beforeEach(async () => {
  stage = await openPlayStage()
})
afterEach(async () => {
  await stage.endAll()
  stage.close()
})

const confirmed = ['--headless', '--confirm', 'shop-staging']
const lock = '  - { id: lock, at: 0s, kind: row_locks, target: { database: main }, expires: 40s }'
const fail =
  '  - { id: fail, at: 0s, kind: statement_failure, target: { database: main }, with: { table: orders }, expires: 40s }'

const keepers = (): readonly string[] => {
  const place = join(stage.root, 'staging', '.astern-drill')
  return existsSync(place) ? readdirSync(place).filter(name => name.endsWith('.json')) : []
}

describe('a fault', () => {
  test('is begun on disk, put at its target by permit, told of, and taken back when the drill ends', async () => {
    const { child, ran } = stage.start(['drill', stage.play(lock), ...confirmed])
    await stage.untilDrill(({ steps }) => steps['inject.lock']?.status === 'ok', 'the lock is there')
    expect([takesOrders(stage), keepers()]).toEqual([false, [`${basename(stage.drill())}.lock.json`]])
    child.kill('SIGINT')
    const { code, stderr } = await ran
    expect([code, stderr]).toEqual([1, expect.stringContaining('DRILL: taking back 1 of 1: lock rows of main')])
    expect([takesOrders(stage), keepers()]).toEqual([true, []])
    const done = linesOf(stage.drill()).flatMap(({ event }) =>
      event.kind === 'step.begun' || event.kind === 'step.settled' || event.kind === 'drill.ending'
        ? [`${event.kind} ${'step' in event ? event.step : event.why}`]
        : [],
    )
    expect(done).toEqual([
      'step.begun inject.lock',
      'step.settled inject.lock',
      'drill.ending halted',
      'step.begun undo.lock',
      'step.settled undo.lock',
    ])
  })

  test('at the same target as another is taken back before it, where it came later', async () => {
    const { child, ran } = stage.start(['drill', stage.play(`${fail}\n${lock.replace('0s', '2s')}`), ...confirmed])
    await stage.untilDrill(({ steps }) => steps['inject.lock']?.status === 'ok', 'both are there')
    child.kill('SIGINT')
    await ran
    const undone = linesOf(stage.drill()).flatMap(({ event }) =>
      event.kind === 'step.settled' && event.step.startsWith('undo.') ? [`${event.outcome} ${event.step}`] : [],
    )
    expect(undone).toEqual(['ok undo.lock', 'ok undo.fail'])
    expect([takesOrders(stage), keepers()]).toEqual([true, []])
  })

  test('that could not be put there ends the drill, and the others are taken back', async () => {
    const aside = join(stage.root, 'aside')
    const { ran } = stage.start([
      'drill',
      stage.play(`${lock}\n  - { id: gone, at: 3s, kind: daemon_gone, target: { host: local }, expires: 40s }`, text =>
        text.replace('blast_radius: {', 'blast_radius: { hosts: [local],'),
      ),
      ...confirmed,
    ])
    await stage.untilDrill(({ steps }) => steps['inject.lock']?.status === 'ok', 'the lock is there')
    renameSync(join(stage.root, 'staging/host'), aside)
    const { code } = await ran
    expect(code).toBe(1)
    expect(stage.state().drill?.ending).toMatchObject({
      why: 'stop condition',
      words: expect.stringContaining('inject gone (cut off the host local) failed'),
    })
    expect([takesOrders(stage), keepers()]).toEqual([true, []])
  })

  test('of a drill that somebody left in another home keeps the next from beginning, until it is taken back', async () => {
    const first = stage.start(['drill', stage.play(lock.replace('40s', '1m')), ...confirmed])
    await stage.untilDrill(({ steps }) => steps['inject.lock']?.status === 'ok', 'the lock is there')
    const left = basename(stage.drill())
    first.child.kill('SIGKILL')
    await stage.endAll()
    rmSync(join(stage.home, 'runs', left), { recursive: true })
    const refused = await stage.start(['drill', stage.play(lock), ...confirmed]).ran
    expect([refused.code, refused.stderr]).toEqual([
      3,
      expect.stringContaining(`drill ${left} has put a fault there: lock rows of main, until `),
    ])
    const cleaned = await stage.astern(['drill', '--clean-up'])
    expect([cleaned.code, cleaned.stdout]).toEqual([0, `taken back: lock rows of main (${left})\n`])
    expect([takesOrders(stage), keepers()]).toEqual([true, []])
    expect(stage.done('drill clean-up')).toEqual(['begun drill.undo', `ok undo.${left}.lock`])
    const none = await stage.astern(['drill', '--clean-up'])
    expect([none.code, none.stdout]).toEqual([0, 'nothing is left of any drill\n'])
  })
})

describe('cleaning up', () => {
  test('does not say that nothing is left where it cannot be told what is there', async () => {
    const damaged = join(stage.root, 'staging', '.astern-drill', 'DRILL-1.lock.json')
    mkdirSync(dirname(damaged), { recursive: true })
    writeFileSync(damaged, 'no keeper wrote this')
    const { code, stdout, stderr } = await stage.astern(['drill', '--clean-up'])
    expect([code, stdout, stderr]).toEqual([
      1,
      'nothing was taken back, and something may be left\n',
      expect.stringContaining(`${damaged} is not what a keeper of a drill's fault writes there`),
    ])
  })
})

describe('a watchdog', () => {
  test('ends whoever leads a drill whose faults reach beyond its blast radius, as the targets tell it', async () => {
    const { ran } = stage.start(['drill', stage.play(lock), ...confirmed])
    await stage.untilDrill(({ steps }) => steps['inject.lock']?.status === 'ok', 'the lock is there')
    await until(() => processesOf(stage.home, 'watchdog').length === 1, 'a watchdog is there')
    const rogue = join(stage.root, 'staging', '.astern-drill', `${basename(stage.drill())}.rogue.json`)
    writeRogue(rogue)
    expect((await ran).code).toBe(1)
    expect(stage.state().drill?.ending).toMatchObject({
      why: 'beyond',
      words: 'rogue is at host local, beyond the blast radius',
    })
    expect(takesOrders(stage)).toBe(true)
    expect(keepers()).toEqual([basename(rogue)])
  })

  test('tells in its log what went wrong with a look of its own, and still takes everything back', async () => {
    const { ran } = stage.start(['drill', stage.play(lock), ...confirmed])
    await stage.untilDrill(({ steps }) => steps['inject.lock']?.status === 'ok', 'the lock is there')
    const [watchdog] = await until(() => {
      const found = processesOf(stage.home, 'watchdog')
      return found.length === 1 ? found : null
    }, 'a watchdog is there')
    const odd = join(stage.root, 'staging', '.astern-drill', `${basename(stage.drill())}.odd.json`)
    writeRogue(odd, { kind: 'odd' })
    const log = join(stage.drill(), 'watchdog.log')
    await until(() => readFileSync(log, 'utf8').includes('whyTakenOver'), 'it tells what went wrong')
    expect(processesOf(stage.home, 'watchdog')).toEqual([watchdog])
    for (const pid of processesOf(stage.home, 'director')) process.kill(pid, 'SIGKILL')
    expect((await ran).code).toBe(1)
    expect([stage.state().drill?.ending?.why, takesOrders(stage), keepers()]).toEqual(['lost', true, [basename(odd)]])
  })

  /** As a keeper has it on disk, of a host that the scenario does not name. */
  function writeRogue(path: string, target: object = { kind: 'host', host: 'local' }): void {
    mkdirSync(dirname(path), { recursive: true })
    const run = basename(stage.drill())
    const injected = { kind: 'drill.inject', inject: 'rogue', fault: 'daemon_gone', target, settings: {}, expiresMs: 1 }
    const task = { family: 'sqlite', file: join(stage.root, 'staging/shop.db') }
    const kept = { run, environment: 'shop-staging', injected, expiresAt: '', task, keeper: null, there: false }
    writeFileSync(path, JSON.stringify(kept))
  }
})
