import { afterAll, beforeAll, expect, test } from 'vitest'
import type { RecordCommand, ServiceCommand } from '../../../src/state/command.ts'
import { dockerAct } from '../../../src/targets/services/docker/act/act.ts'
import { openFleet } from '../../../src/targets/services/docker/layout.ts'
import { contextOf, permitFor, quiet } from '../../contract/services-shop.ts'
import { describeWithEngines } from '../../engines/describe.ts'
import { openEngine, type TestEngine } from '../../engines/engine.ts'
import { importImage } from '../../engines/images.ts'
import { openRecorder, type Recorder } from '../../engines/recorder.ts'
import { dockerConfig } from '../../engines/shop.ts'

describeWithEngines('a change whose answer is lost', () => {
  let engine: TestEngine
  let recorder: Recorder
  let digest: string
  beforeAll(async () => {
    engine = await openEngine()
    digest = await importImage(engine.docker, { name: 'shop/api:1.3.0' })
    await (await engine.docker.createContainer({ name: 'shop-api-1', Image: 'shop/api:1.3.0' })).start()
    recorder = await openRecorder(engine.socket, 'unanswered')
  })
  afterAll(async () => {
    await recorder?.close()
    await engine?.close()
  })

  test('is unknown, and looking tells what became of it', async () => {
    const instance = { service: 'api', host: 'web-1' }
    const commands: readonly (RecordCommand | ServiceCommand)[] = [
      { kind: 'lock.take', host: 'web-1', reason: 'checkout answers 500' },
      { kind: 'service.stop', ...instance, graceMs: 1000 },
      { kind: 'service.start', ...instance, release: '1.3.0', digest },
    ]
    for (const command of commands) {
      const through = dockerAct(openFleet({ ...dockerConfig({ ...engine, socket: recorder.socket }), now }))
      const outcome = await through.apply(command, permitFor(command), contextOf(), quiet)
      expect([command.kind, outcome]).toMatchObject([command.kind, { ok: false, unknown: true }])
      const { verdict } = await through.probe(command, contextOf())
      expect([command.kind, verdict]).toEqual([command.kind, 'holds'])
      await through.close()
    }
  })
})

function now(): Date {
  return new Date('2026-11-22T03:12:00Z')
}
