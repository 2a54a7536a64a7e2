import type Docker from 'dockerode'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { ServiceCommand } from '../../../src/state/command.ts'
import { dockerAct } from '../../../src/targets/services/docker/act/act.ts'
import { openFleet } from '../../../src/targets/services/docker/layout.ts'
import { contextOf, quiet } from '../../contract/services-shop.ts'
import { describeWithEngines } from '../../engines/describe.ts'
import { openEngine, type TestEngine } from '../../engines/engine.ts'
import { importImage } from '../../engines/images.ts'
import { dockerConfig, removeAll } from '../../engines/shop.ts'
import { permitOf } from '../../permit.ts'

const instance = { service: 'api', host: 'web-1' }
const lost = { code: 'step.not-ours', what: 'left off', means: 'somebody else has it', next: 'find out who' }

describeWithEngines('a recreation whose environment is taken by somebody else in the middle', () => {
  let engine: TestEngine
  let good: string
  beforeAll(async () => {
    engine = await openEngine()
    good = await importImage(engine.docker, { name: 'shop/api:1.2.2' })
    await importImage(engine.docker, { name: 'shop/api:1.3.0' })
  })
  afterAll(() => engine?.close())
  beforeEach(() => removeAll(engine.docker))

  const commands = (): readonly ServiceCommand[] => [
    { kind: 'service.stop', ...instance, graceMs: 1000 },
    { kind: 'service.point', ...instance, release: '1.2.2', digest: good },
    { kind: 'service.start', ...instance, release: '1.2.2', digest: good, restart: { name: 'always', retries: 0 } },
  ]

  test('changes nothing from there on, whichever call it had come to, and does not say how it ended', async () => {
    const places = await everyPlace()
    expect(places).toBeGreaterThanOrEqual(8)
    for (let place = 1; place <= places; place += 1) {
      await removeAll(engine.docker)
      await standing13()
      let asked = 0
      let then: readonly object[] = []
      const stillOurs = async () => {
        asked += 1
        if (asked < place) return null
        if (asked === place) then = await containers(engine.docker)
        return lost
      }
      const outcome = await until(place, stillOurs, () => asked)
      expect([place, outcome]).toMatchObject([place, { ok: false, unknown: true }])
      expect([place, await containers(engine.docker)]).toEqual([place, then])
    }
  }, 300_000)

  /** How often the three commands ask whether the environment is theirs. */
  async function everyPlace(): Promise<number> {
    await standing13()
    let asked = 0
    const stillOurs = async () => ((asked += 1), null)
    expect(await until(Number.POSITIVE_INFINITY, stillOurs, () => asked)).toMatchObject({ ok: true })
    return asked
  }

  /** The commands in turn, up to and with the one in which it is lost; how that one ended. */
  async function until(place: number, stillOurs: () => Promise<typeof lost | null>, asked: () => number) {
    const act = dockerAct(openFleet({ ...dockerConfig(engine), now: () => new Date('2026-11-22T03:12:00Z') }))
    let last
    for (const command of commands()) {
      last = await act.apply(command, permitOf(command, { run: 'run-1', stillOurs }), contextOf(), quiet)
      if (asked() >= place) break
    }
    await act.close()
    return last
  }

  async function standing13(): Promise<void> {
    const made = await engine.docker.createContainer({
      name: 'shop-api-1',
      Image: 'shop/api:1.3.0',
      HostConfig: { RestartPolicy: { Name: 'always' } },
    })
    await made.start()
  }
})

async function containers(docker: Docker): Promise<readonly object[]> {
  const all = await docker.listContainers({ all: true })
  const inspected = await Promise.all(all.map(({ Id }) => docker.getContainer(Id).inspect()))
  return inspected
    .map(({ Id, Name, Image, State, HostConfig, Config, NetworkSettings }) => ({
      Id,
      Name,
      Image,
      State,
      labels: Config.Labels,
      restart: HostConfig.RestartPolicy,
      networks: Object.keys(NetworkSettings.Networks),
    }))
    .toSorted((a, b) => (a.Id < b.Id ? -1 : 1))
}
