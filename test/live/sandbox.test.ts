import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { endAllBelow, processesBelow } from '../../demo/processes.ts'
import { sha256 } from '../../src/runners/journal/read.ts'
import { listText } from '../../src/state/drill/production.ts'
import { elsewhere } from './drill-stage.ts'
import { openSandboxStage, type SandboxStage } from './sandbox-stage.ts'
import { cli, finished, until, untilRun } from './support.ts'

let stage: SandboxStage | null = null
afterEach(async () => {
  await stage?.close()
  stage = null
})

describe('a sandbox', () => {
  test('stands with two releases recorded, marked, with customers who order, and ends without a trace', async () => {
    stage = await openSandboxStage()
    const { standing, home } = stage
    const status = await stage.inside(['check', '--json'])
    expect(status.code).toBe(0)
    const record = ledgerOf(await stage.sight())
    expect(record.ledger.map(({ version }) => version)).toEqual(['1.2.1', '1.2.2'])
    expect([record.freeze, record.lock, record.refused]).toEqual([null, null, []])
    expect(existsSync(join(standing.root, 'host/.astern/drill.json'))).toBe(true)
    await expect.poll(async () => (await stage?.state())?.orders.acknowledged ?? 0).toBeGreaterThan(3)
    expect((await stage.astern(['drill', '--sandbox=end', '--json'])).stdout).toBe(`{"ended":"${standing.root}"}\n`)
    expect([existsSync(standing.root), processesBelow(standing.root), existsSync(join(home, 'sandbox.json'))]).toEqual([
      false,
      [],
      false,
    ])
    expect((await stage.astern(['drill', '--sandbox=end'])).stdout).toBe('no sandbox stands here\n')
  })

  test.each(['1.2.3', '1.2.4', '1.3.0', '1.3.1'])(
    'deploys %s and takes it back, each also when told twice, and is as it was',
    async release => {
      stage = await openSandboxStage()
      const before = await stage.sight()
      expect(await stage.tell('holds', release)).toBe(1)
      expect([await stage.tell('deploy', release), await stage.tell('deploy', release)]).toEqual([0, 0])
      expect(await stage.tell('holds', release)).toBe(0)
      const checked = await stage.inside(['check', '--json'])
      expect(checked.code).toBe(release === '1.2.4' ? 0 : 1)
      expect([await stage.tell('withdraw', release), await stage.tell('withdraw', release)]).toEqual([0, 0])
      expect(await stage.tell('holds', release)).toBe(1)
      expect(await stage.sight()).toEqual(before)
    },
  )

  test('is as it was after a rollback to another release than the one before', async () => {
    stage = await openSandboxStage()
    const before = await stage.sight()
    await stage.tell('deploy', '1.3.0')
    const options = ['--version', '1.2.1']
    const { hash } = JSON.parse((await stage.inside(['plan', '--json', ...options])).stdout) as { hash: string }
    const names = ['--confirm', 'shop-sandbox', '--confirm', 'main', '--confirm-plan', hash]
    const rolled = await stage.inside(['rollback', '--headless', ...names, ...options])
    expect([rolled.code, rolled.stderr]).toEqual([0, expect.anything()])
    expect(await stage.tell('withdraw', '1.3.0')).toBe(0)
    expect(await stage.sight()).toEqual(before)
  })

  test('ends a run that is left in the middle before it takes its release back', async () => {
    stage = await openSandboxStage()
    const before = await stage.sight()
    await stage.tell('deploy', '1.3.0')
    expect((await stage.inside(['rollback', '--headless'])).code).toBe(4)
    expect((await stage.state()).busy).toMatch(/^(DRILL-)?\d+-\d+-\w+$/)
    expect(await stage.tell('withdraw', '1.3.0')).toBe(0)
    expect(await stage.sight()).toEqual(before)
    expect((await stage.state()).busy).toBe(null)
  })

  test('that was killed is cleared away by the next one', async () => {
    stage = await openSandboxStage()
    const { root, pid } = stage.standing
    process.kill(pid, 'SIGKILL')
    await until(() => !existsSync(`/proc/${pid}`), 'it is gone')
    expect(processesBelow(root).length).toBeGreaterThan(3)
    const next = JSON.parse((await stage.astern(['drill', '--sandbox', '--json'])).stdout) as { root: string }
    expect(next.root).not.toBe(root)
    expect([existsSync(root), processesBelow(root)]).toEqual([false, []])
  })

  test('that cannot be told anything does not stand, and nothing of it is left', async () => {
    const place = mkdtempSync(join(tmpdir(), 'astern-long-'))
    // A socket's path has 107 signs at most: of this one the proxy's has as many, and that of the control more.
    const directory = join(place, 'x'.repeat(73 - place.length))
    const home = join(place, 'home')
    mkdirSync(directory)
    try {
      const argv = ['--disable-warning=ExperimentalWarning', cli, 'drill', '--sandbox', '--json']
      const env = { ...process.env, ASTERN_HOME: home, TMPDIR: directory }
      const ran = await finished(spawn(process.execPath, argv, { stdio: ['ignore', 'pipe', 'pipe'], cwd: '/', env }))
      expect([ran.code, ran.stdout + ran.stderr]).toEqual([expect.any(Number), expect.stringContaining('EINVAL')])
      expect([readdirSync(directory), processesBelow(directory), existsSync(join(home, 'sandbox.json'))]).toEqual([
        [],
        [],
        false,
      ])
    } finally {
      await endAllBelow(directory)
      rmSync(place, { recursive: true, force: true })
    }
  })

  test('that was set up for a drill ends with it, and also where none is begun', async () => {
    stage = await openSandboxStage()
    await stage.astern(['drill', '--sandbox=end'])
    const play = ['drill', 'dropped-column', '--sandbox', '--headless']
    const unconfirmed = await stage.astern(play)
    expect([unconfirmed.code, unconfirmed.stderr]).toEqual([3, expect.stringContaining('--confirm shop-sandbox')])
    await untilGone(stage.home)
    const playing = stage.astern([...play, '--confirm', 'shop-sandbox'])
    const pointer = join(stage.home, 'sandbox.json')
    await until(() => existsSync(pointer), 'the sandbox stands')
    const { root } = JSON.parse(readFileSync(pointer, 'utf8')) as { readonly root: string }
    expect(root).not.toBe(stage.standing.root)
    const { home } = stage
    await untilRun(home, ({ drill }) => drill?.began != null, 'the drill began')
    expect((await stage.astern(['drill', '--halt', '--reason', 'enough seen'])).code).toBe(0)
    expect((await playing).code).toBe(1)
    await untilGone(stage.home)
    expect([existsSync(root), processesBelow(root)]).toEqual([false, []])
  })

  test('goes by the list of production of its home once there is one', async () => {
    stage = await openSandboxStage()
    const check = ['drill', 'dropped-column', '--sandbox', '--check']
    const among = 'none of them is among the'
    const own = await stage.astern(check)
    expect([own.code, own.stdout]).toEqual([
      0,
      expect.stringMatching(`${among} 1 ids of production .* ${stage.standing.root}/`),
    ])
    writeFileSync(join(stage.home, 'production.json'), listText(elsewhere, sha256))
    const published = await stage.astern(check)
    expect([published.code, published.stdout]).toEqual([
      0,
      expect.stringMatching(`${among} 3 ids of production .* ${stage.home}/production.json`),
    ])
  })
})

function untilGone(home: string): Promise<boolean> {
  return until(() => !existsSync(join(home, 'sandbox.json')), 'the sandbox has ended')
}

type RecordSeen = {
  readonly ledger: readonly { readonly version: string }[]
  readonly freeze: unknown
  readonly lock: unknown
  readonly refused: unknown
}

function ledgerOf(sight: unknown): RecordSeen {
  const { local } = (sight as { readonly records: Readonly<Record<string, RecordSeen>> }).records
  if (local === undefined) throw new Error('no record')
  return local
}
