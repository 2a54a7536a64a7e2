import { existsSync } from 'node:fs'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { processesBelow } from '../../demo/processes.ts'
import { describeWithEngines } from '../engines/describe.ts'
import { openEngine, type TestEngine } from '../engines/engine.ts'
import { insideEngine, openSandboxStage, type SandboxStage } from './sandbox-stage.ts'
import { until } from './support.ts'

describeWithEngines('a sandbox of containers on a MariaDB', tests, ['mariadbd', 'mariadb-install-db'])

function tests() {
  let engine: TestEngine
  let stage: SandboxStage | null = null
  beforeAll(async () => {
    engine = await openEngine()
  })
  afterAll(async () => {
    await engine?.close()
  })
  afterEach(async () => {
    await stage?.close()
    stage = null
  })

  test('deploys a release with its migration, is as it was after a rollback and after it was taken back, and leaves nothing on the Engine', async () => {
    stage = await openSandboxStage('docker', insideEngine(engine))
    const before = await stage.sight()
    expect([await stage.tell('deploy', '1.3.0'), await stage.tell('holds', '1.3.0')]).toEqual([0, 0])
    const { hash } = JSON.parse((await stage.inside(['plan', '--json'])).stdout) as { hash: string }
    const names = ['--confirm', 'shop-sandbox', '--confirm', 'main', '--confirm-plan', hash]
    const rolled = await stage.inside(['rollback', '--headless', ...names])
    expect([rolled.code, rolled.stderr]).toEqual([0, ''])
    expect([await stage.tell('withdraw', '1.3.0'), await stage.tell('holds', '1.3.0')]).toEqual([0, 1])
    expect(await stage.sight()).toEqual(before)
    expect((await stage.astern(['drill', '--sandbox=end'])).code).toBe(0)
    const { docker } = engine
    expect([
      await docker.listContainers({ all: true }),
      (await docker.listVolumes()).Volumes,
      await docker.listImages(),
    ]).toEqual([[], [], []])
    expect([existsSync(stage.standing.root), processesBelow(stage.standing.root)]).toEqual([false, []])
  }, 300_000)

  test('refuses where another home’s stands on that Engine, and clears away what one has left that was killed', async () => {
    stage = await openSandboxStage('docker', insideEngine(engine))
    const { pid, root } = stage.standing
    await expect(openSandboxStage('docker', insideEngine(engine))).rejects.toThrow(
      `another sandbox stands on this Engine, in ${root}`,
    )
    process.kill(pid, 'SIGKILL')
    await until(() => !existsSync(`/proc/${pid}`), 'it is gone')
    const other = await openSandboxStage('docker', insideEngine(engine))
    expect((await other.inside(['check', '--json'])).code).toBe(0)
    await other.close()
    expect([await engine.docker.listContainers({ all: true }), existsSync(root)]).toEqual([[], false])
  }, 300_000)
}
