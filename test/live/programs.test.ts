import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { takeRunLock } from '../../src/runners/lock/run-lock.ts'
import type { Plan } from '../../src/state/plan.ts'
import { gateOf } from '../../src/state/gates.ts'
import { describeWithMariaDb } from '../mariadb/describe.ts'
import { atTheHelm, patience } from './at-the-helm.ts'
import { moveNotes, openProgramStage, type ProgramStage } from './program-stage.ts'
import { finished, isEngine, runsOf, stateOf, until, untilRun } from './support.ts'

let stage: ProgramStage
const step = `main.down.${moveNotes}`

describeWithMariaDb('a migration of Knex', () => {
  afterEach(() => stage?.close())

  test('goes back by its own command in the release that applied it, and forward again by an undo, to the byte', async () => {
    stage = await openProgramStage()
    const before = await sums()
    const ran = await stage.astern(await rollbackArgs())
    expect([ran.code, ran.stderr]).toEqual([0, ''])
    expect([await stage.columns(), (await stage.applied()).length, stage.begun()]).toEqual([['id', 'customer'], 2, 1])
    const [run = ''] = runsOf(stage.home)
    expect(stateOf(run).steps[step]).toMatchObject({
      status: 'ok',
      says: `its program ended with 0; ${moveNotes} is not applied by its tool's table; its schema is changed since, its rows are changed since`,
    })
    const evidence = readFileSync(
      join(run, 'evidence', readdirSync(join(run, 'evidence')).find(isOfStep) ?? ''),
      'utf8',
    )
    expect(evidence).toContain('going back as ***')
    expect(evidence).not.toContain('\u001b')
    expect(everythingIn(run)).not.toContain(stage.password)

    const undone = await undo(run.split('/').at(-1) ?? '')
    expect([undone.code, undone.stderr]).toEqual([0, ''])
    expect([await sums(), (await stage.applied()).length]).toEqual([before, 3])
    expect(stateOf(runsOf(stage.home).at(-1) ?? '').conflicts).toEqual([])
  })

  test('leaves to an undo as conflicts what it took from rows that were changed since, and nothing that it left alone', async () => {
    stage = await openProgramStage()
    expect((await stage.astern(await rollbackArgs())).code).toBe(0)
    await stage.root.query("UPDATE shop.customers SET name = 'anna' WHERE id = 1")
    await stage.root.query('UPDATE shop.orders SET customer = 2 WHERE id = 1')
    expect((await undo(runsOf(stage.home)[0]?.split('/').at(-1) ?? '')).code).toBe(0)
    const [orders] = await stage.root.query('SELECT * FROM shop.orders ORDER BY id')
    expect(orders).toEqual([
      { id: 1, customer: 2, note: null },
      { id: 2, customer: 2, note: null },
      { id: 3, customer: 1, note: 'gift' },
    ])
    const { conflicts } = stateOf(runsOf(stage.home).at(-1) ?? '')
    expect(conflicts.map(({ conflict }) => conflict)).toEqual([
      {
        table: 'orders',
        key: '1',
        why: 'changed since',
        archived: { id: 1, customer: 1, note: 'ring twice' },
        present: { id: 1, customer: 2, note: null },
      },
    ])
  })

  test('whose engine is killed inside its program is waited for, looked at, and not run twice', async () => {
    stage = await openProgramStage()
    stage.hold()
    const run = await killedInside()
    expect(await takeRunLock(run, 0)).toMatchObject({ ok: false, fault: { code: 'run.busy' } })
    const going = finished(stage.start(['attach', run.split('/').at(-1) ?? '', '--headless']))
    stage.goOn()
    expect(await going).toMatchObject({ code: 0, stderr: '' })
    expect([await stage.columns(), (await stage.applied()).length, stage.begun()]).toEqual([['id', 'customer'], 2, 1])
    expect(stateOf(run).steps[step]).toMatchObject({ status: 'already', attempt: 1 })
  })

  test('that ended with its engine before it did anything waits for a person, and is run again when they say so', async () => {
    stage = await openProgramStage({ down: [waits, dropNote] })
    stage.hold()
    const run = await killedInside()
    await stage.killPrograms()
    await unlockKnex()
    stage.goOn()
    const held = await stage.astern(['attach', run.split('/').at(-1) ?? '', '--headless'])
    expect([held.code, stage.begun()]).toEqual([4, 1])
    expect(stateOf(run).steps[step]).toMatchObject({
      status: 'unknown',
      unknown: { probe: 'not yet' },
      says: `${moveNotes} is still applied by its tool's table; its schema is as before the program, its rows are as before the program`,
    })
    await retried(run)
    expect([await stage.columns(), (await stage.applied()).length, stage.begun()]).toEqual([['id', 'customer'], 2, 2])
  })

  test('that ended with its engine half-way is said to be so, and nobody but a person decides', async () => {
    stage = await openProgramStage({ down: ["await knex.raw('DELETE FROM orders WHERE id = 3')", waits, dropNote] })
    stage.hold()
    const run = await killedInside()
    await stage.killPrograms()
    stage.goOn()
    const held = await stage.astern(['attach', run.split('/').at(-1) ?? '', '--headless'])
    expect([held.code, stage.begun()]).toEqual([4, 1])
    expect(stateOf(run).steps[step]).toMatchObject({
      status: 'unknown',
      unknown: { probe: 'unclear' },
      says: `${moveNotes} is still applied by its tool's table; its schema is as before the program, its rows are changed since; Knex is locked`,
    })
  })

  test('that takes longer than it may is not killed: nobody knows of it until it has ended, and then it counts', async () => {
    stage = await openProgramStage({ timeout: '1s' })
    stage.hold()
    const going = finished(stage.start(await rollbackArgs()))
    const run = await untilRun(stage.home, ({ steps }) => steps[step]?.status === 'unknown', 'its deadline has passed')
    expect(stateOf(run).steps[step]?.unknown).toEqual({ why: 'its deadline passed', probe: null })
    stage.goOn()
    expect(await going).toMatchObject({ code: 0, stderr: '' })
    expect([await stage.columns(), stage.begun()]).toEqual([['id', 'customer'], 1])
    expect(stateOf(run).steps[step]).toMatchObject({
      status: expect.stringMatching(/^(ok|already)$/) as string,
      attempt: 1,
    })
  })

  test('whose program fails says how it ended and what the database looks like, and is done by hand and a retry', async () => {
    stage = await openProgramStage({ down: ["throw new Error('no way back ' + process.env.DATABASE_URL)"] })
    const ran = await stage.astern(await rollbackArgs())
    const [run = ''] = runsOf(stage.home)
    const { fault } = stateOf(run).steps[step] ?? {}
    expect([ran.code, fault]).toEqual([
      4,
      {
        code: 'program.failed',
        what: `npx --no-install knex migrate:down ${moveNotes} ended with 1, and ${moveNotes} is still applied by its tool's table; its schema is as before the program, its rows are as before the program`,
        means: 'It changed nothing in this database. The writers are still kept out.',
        next: `Read its output in the evidence. Finish ${moveNotes} by hand and retry, which sees that; or put right what is half done and retry, which runs it again.`,
        detail: expect.stringContaining('no way back ***') as string,
      },
    ])
    await stage.root.query('ALTER TABLE shop.orders DROP COLUMN note')
    await stage.root.query('DELETE FROM shop.knex_migrations WHERE name = ?', [moveNotes])
    await retried(run)
    expect([stateOf(run).steps[step]?.status, stage.begun()]).toEqual(['already', 1])
  })

  test('whose program was led to another database is not taken for done', async () => {
    stage = await openProgramStage({ elsewhere: 'other' })
    const ran = await stage.astern(await rollbackArgs())
    const { fault } = stateOf(runsOf(stage.home)[0] ?? '').steps[step] ?? {}
    expect([ran.code, fault]).toEqual([
      4,
      {
        code: 'program.not-done',
        what: `npx --no-install knex migrate:down ${moveNotes} ended with 0, and ${moveNotes} is still applied by its tool's table; its schema is as before the program, its rows are as before the program`,
        means: 'It may have been at another database than this one, or had nothing to do. Nothing was changed here.',
        next: 'Look where its environment (migrations.command.env) leads; then retry.',
        detail: expect.any(String) as string,
      },
    ])
    expect(await stage.columns()).toEqual(['id', 'customer', 'note'])
  })
})

const waits = `while (existsSync('HOLD')) await new Promise(done => setTimeout(done, 20))`
const dropNote = "await knex.raw('ALTER TABLE orders DROP COLUMN note')"

/** The whole rollback, begun and its engine killed in the middle of the program. */
async function killedInside(): Promise<string> {
  const ended = finished(stage.start(await rollbackArgs()))
  await until(() => stage.begun() === 1, 'the program is at work')
  const run = await untilRun(stage.home, ({ engine }) => engine !== null, 'a run')
  const pid = stateOf(run).engine?.pid ?? 0
  process.kill(pid, 'SIGKILL')
  await until(() => !isEngine(pid), 'the engine has ended')
  await ended
  return run
}

async function unlockKnex(): Promise<void> {
  await stage.root.query('UPDATE shop.knex_migrations_lock SET is_locked = 0')
}

async function retried(run: string): Promise<void> {
  await atTheHelm(run, 'it was looked at', async ({ session, ask }) => {
    await ask({ kind: 'retry', step })
    await until(() => gateOf(session.store.getState().run)?.kind === 'validate', 'the run has gone on', patience)
  })
}

async function rollbackArgs(): Promise<readonly string[]> {
  const planned = await stage.astern(['plan', '--json'])
  const { hash, plan } = JSON.parse(planned.stdout) as { hash: string; plan: Plan }
  expect(plan.blockers).toEqual([])
  return ['rollback', '--headless', '--confirm', 'shop', '--confirm', 'main', '--confirm-plan', hash]
}

/** Its plan is read first, as whoever approves it by hash does. */
async function undo(run: string) {
  const args = ['undo', run, '--headless', '--confirm', 'shop', '--confirm', 'main']
  const held = await stage.astern(args)
  if (held.code !== 4) return held
  const last = runsOf(stage.home).at(-1) ?? ''
  const hash = stateOf(last).plan?.hash ?? ''
  await stage.astern(['stop', last.split('/').at(-1) ?? '', '--reason', 'to approve it by its hash'])
  return stage.astern([...args, '--confirm-plan', hash])
}

async function sums(): Promise<unknown> {
  const [rows] = await stage.root.query('CHECKSUM TABLE shop.customers, shop.orders EXTENDED')
  return rows
}

function isOfStep(name: string): boolean {
  return name.startsWith('main.down.')
}

function everythingIn(run: string): string {
  const files = readdirSync(run, { recursive: true, withFileTypes: true }).filter(entry => entry.isFile())
  return files.map(entry => readFileSync(join(entry.parentPath, entry.name), 'utf8')).join('\n')
}
