import { execFileSync } from 'node:child_process'
import { appendFileSync, chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openSession } from '../../src/client/session.ts'
import { isEngine, linesOf, openStage, runsOf, startsOf, stateOf, until, type Stage } from './support.ts'

let stage: Stage
let home = ''
beforeEach(async () => {
  stage = await openStage({ orderEveryMs: 0 })
  home = mkdtempSync(join(tmpdir(), 'astern-small-'))
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', home])
  chmodSync(home, 0o700)
})
afterEach(async () => {
  const pids = runsOf(home).flatMap(directory => stateOf(directory).engine?.pid ?? [])
  for (const pid of pids) if (isEngine(pid)) process.kill(pid, 'SIGKILL')
  for (const pid of pids) await until(() => !isEngine(pid), 'the engine has ended')
  await stage.close()
  // A process has no command line any more before its files are closed.
  await until(() => unmounted(home), 'nothing in it is open')
  rmSync(home, { recursive: true })
})

test('a full disk under the journal lets no further effect happen, and is said', async () => {
  expect((await stage.astern(['rollback', '--headless'], { home })).code).toBe(4)
  const [directory = ''] = runsOf(home)
  const me = { name: 'ana', console: 'ana', from: 'test' }
  const session = openSession({ directory, me, wants: 'helm', now: () => new Date() })
  try {
    await until(() => session.store.getState().connection.engine === 'live', 'the console is connected')
    await session.send({ kind: 'take the helm', reason: null }, null)
    await until(() => session.store.getState().run.helm.holder?.console === 'ana', 'the helm')
    fill(home)
    const refusal = await session.send({ kind: 'note', text: 'x'.repeat(20_000) }, null)
    expect(refusal).toEqual({ code: 'journal', reason: expect.stringContaining('cannot write its journal') })
    const said = await until(() => session.store.getState().damage, 'it is said')
    expect(said).toMatch(/cannot be written: the disk is full.*No further step is begun/)
  } finally {
    session.close()
  }
  const pid = stateOf(directory).engine?.pid ?? 0
  await until(() => !isEngine(pid), 'the engine has ended')
  // With the decision, before the disk was full, people were told that it was opened.
  const begun = linesOf(directory).flatMap(({ event }) => (event.kind === 'step.begun' ? [event.step] : []))
  expect(begun.filter(step => !step.startsWith('message.opened'))).toEqual(['local.lock'])
  expect(['api', 'worker', 'gateway'].map(service => startsOf(stage.shop, service).at(-1))).toEqual([
    '1.3.0',
    '1.3.0',
    '1.3.0',
  ])
})

function unmounted(directory: string): boolean {
  try {
    execFileSync('umount', [directory], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

function fill(directory: string): void {
  for (const size of [65_536, 4096, 512, 1]) {
    try {
      for (;;) appendFileSync(join(directory, 'filler'), Buffer.alloc(size))
    } catch {
      // Full for this size; a smaller one may still fit.
    }
  }
}
