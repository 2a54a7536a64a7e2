import { chmodSync, mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { openSession, type Session } from '../../src/client/session.ts'
import { gateOf } from '../../src/state/gates.ts'
import type { ConsoleState } from '../../src/state/store.ts'
import { finished, isEngine, linesOf, openStage, runsOf, stateOf, until, type Stage } from './support.ts'

let stage: Stage | null = null
const sessions: Session[] = []
afterEach(async () => {
  for (const session of sessions.splice(0)) session.close()
  await stage?.close()
  stage = null
})

describe('one environment', () => {
  test('refuses a second rollback, from another home too, and says who holds it since when and what to do', async () => {
    stage = await openStage({ orderEveryMs: 0 })
    const held = await stage.astern(['rollback', '--headless'])
    expect(held.code).toBe(4)
    expect(held.stderr).toContain('--confirm shop and --confirm main')
    const [first = ''] = runsOf(stage.home)
    const other = mkdtempSync(join(tmpdir(), 'astern-home-'))
    const ran = await stage.astern(['rollback', '--headless'], { home: other })
    expect(ran.code).toBe(3)
    const id = first.split('/').at(-1) ?? ''
    for (const word of [id, 'root', 'since 20', `astern attach ${id}`, `astern stop ${id}`])
      expect(`${ran.stdout}${ran.stderr}`).toContain(word)
    expect(stateOf(first).closed).toBe(null)
  })

  test('holds without the plan hash, exit 4, and goes on where it is attached to', async () => {
    stage = await openStage({ orderEveryMs: 0 })
    const held = await stage.astern(['rollback', '--headless', '--confirm', 'shop', '--confirm', 'main'])
    expect(held.code).toBe(4)
    const [directory = ''] = runsOf(stage.home)
    const hash = stateOf(directory).plan?.hash ?? ''
    expect(held.stderr).toContain(`--confirm-plan ${hash}`)
    const status = await stage.astern(['status', '--json'])
    expect(status.code).toBe(4)
    expect(JSON.parse(status.stdout)).toMatchObject({ phase: 2, gate: { kind: 'approve', hash }, engine: true })
    const stopped = await stage.astern(['stop', '--reason', 'enough for tonight'])
    expect(stopped.code).toBe(0)
    expect(stateOf(directory).closed).toMatchObject({ outcome: 'short', why: 'enough for tonight' })
    const begun = linesOf(directory).flatMap(({ event }) => (event.kind === 'step.begun' ? [event.step] : []))
    expect(begun.filter(step => !step.startsWith('message.'))).toEqual(['local.lock', 'local.release'])
    // Whoever was told that something is wrong is told that it was not rolled back.
    expect(begun.filter(step => step.startsWith('message.')).sort()).toEqual(
      ['failed.log', 'failed.ops', 'opened.log', 'opened.ops'].map(id => `message.${id}`),
    )
  })
})

describe('the helm', () => {
  test('is seen to change hands by both consoles, and the old epoch is refused', async () => {
    const { ana, ben, directory } = await twoConsoles()
    expect(await ana.send({ kind: 'take the helm', reason: null }, null)).toBe(null)
    await both(ana, ben, ({ run }) => run.helm.holder?.console === 'ana')
    expect((await ben.send({ kind: 'take the helm', reason: null }, null))?.code).toBe('helm')
    expect(await ben.send({ kind: 'take the helm', reason: 'ana is asleep' }, null)).toBe(null)
    await both(ana, ben, ({ run }) => run.helm.holder?.console === 'ben')
    const refused = await ana.send({ kind: 'hold', reason: 'wait' }, null)
    expect(refused?.code).toBe('helm')
    expect(stateOf(directory).held).toBe(null)
  })

  test('counts an intent once that comes twice, and refuses one decided on an older state of its gate', async () => {
    const { ana, directory } = await twoConsoles()
    await ana.send({ kind: 'take the helm', reason: null }, null)
    await both(ana, ana, ({ run }) => run.helm.holder?.console === 'ana')
    const { hash = '' } = stateOf(directory).plan ?? {}
    const approve = { kind: 'approve', hash, typed: ['shop', 'main'], unattendedUntil: null } as const
    expect((await ana.send(approve, 'approve what was there before'))?.code).toBe('stale')
    expect(stateOf(directory).plan?.approved).toBe(null)
    expect(await ana.send(approve, `approve ${hash}`)).toBe(null)
    await until(() => stateOf(directory).plan?.approved, 'the approval')
    expect((await ana.send(approve, `approve ${hash}`))?.code).toBe('gate')
    expect(linesOf(directory).filter(({ event }) => event.kind === 'plan.approved')).toHaveLength(1)
  })
})

describe('a watcher', () => {
  test('follows with rights that only allow looking, cannot act, and outlives the engine', async () => {
    stage = await openStage({ orderEveryMs: 0 })
    await stage.astern(['rollback', '--headless'])
    const [directory = ''] = runsOf(stage.home)
    const { shop, home } = stage
    openForReading(shop.root, home, directory, shop.manifestFile)
    const watching = stage.start(['watch', directory.split('/').at(-1) ?? '', '--json'], {
      uid: 65534,
      env: { HOME: '/tmp' },
    })
    const seen = finished(watching)
    let out = ''
    watching.stdout?.on('data', chunk => {
      out += String(chunk)
    })
    await until(() => out.includes('plan.proposed'), 'the watcher sees the plan')
    const pid = stateOf(directory).engine?.pid ?? 0
    process.kill(pid, 'SIGKILL')
    await until(() => !isEngine(pid), 'the engine has ended')
    expect(watching.exitCode).toBe(null)
    await stage.astern(['stop', '--reason', 'seen enough'])
    const ran = await seen
    expect(ran.code).toBe(1)
    expect(
      ran.stdout
        .trim()
        .split('\n')
        .map(line => (JSON.parse(line) as { seq: number }).seq),
    ).toEqual(linesOf(directory).map(({ seq }) => seq))
  })
})

async function twoConsoles() {
  stage = await openStage({ orderEveryMs: 0 })
  await stage.astern(['rollback', '--headless'])
  const [directory = ''] = runsOf(stage.home)
  await until(() => stateOf(directory).helm.holder === null && gateOf(stateOf(directory)), 'the helm is free')
  const [ana, ben] = ['ana', 'ben'].map(name => {
    const session = openSession({
      directory,
      me: { name, console: name, from: 'test' },
      wants: 'helm',
      now: () => new Date(),
    })
    sessions.push(session)
    return session
  }) as [Session, Session]
  await both(ana, ben, ({ connection, run }) => connection.engine === 'live' && run.seq === stateOf(directory).seq)
  return { ana, ben, directory }
}

function both(a: Session, b: Session, is: (state: ConsoleState) => boolean) {
  return until(() => is(a.store.getState()) && is(b.store.getState()), 'both consoles see it')
}

/** What a group would give a second account: reading the run and the manifest, and nothing else. */
function openForReading(root: string, home: string, directory: string, manifest: string): void {
  for (const path of [root, home, join(home, 'runs'), directory]) chmodSync(path, 0o755)
  for (const file of [manifest, join(directory, 'journal.jsonl')]) chmodSync(file, 0o644)
  expect(readFileSync(manifest, 'utf8')).not.toContain('correct-horse')
}
