import { afterAll } from 'vitest'
import { describeWithEngines } from '../engines/describe.ts'
import { openEngine, type TestEngine } from '../engines/engine.ts'
import { playsIn } from './drill-plays.ts'
import { insideEngine, openSandboxStage } from './sandbox-stage.ts'

describeWithEngines('a drill in a sandbox of containers on a MariaDB', () => {
  let engine: TestEngine | null = null
  // Registered first, and so the last to be done.
  afterAll(async () => {
    await engine?.close()
  })
  playsIn(async () => {
    engine = await openEngine()
    return openSandboxStage('docker', insideEngine(engine))
  }, 300_000)
}, ['mariadbd', 'mariadb-install-db'])
