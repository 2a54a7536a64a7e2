import { afterAll, beforeAll, expect, test } from 'vitest'
import { openManagers } from '../../../src/targets/services/swarm/managers.ts'
import { describeWithEngines } from '../../engines/describe.ts'
import { openEngine, type TestEngine } from '../../engines/engine.ts'

type Listed = { readonly ID: string; readonly Description: { readonly Hostname: string } }

describeWithEngines('several managers of one Swarm', () => {
  let engines: readonly TestEngine[]
  beforeAll(async () => {
    engines = await Promise.all([1, 2].map(() => openEngine()))
    for (const { docker, address } of engines)
      await docker.swarmInit({ ListenAddr: '0.0.0.0:2377', AdvertiseAddr: `${address}:2377` })
  })
  afterAll(async () => {
    await Promise.all((engines ?? []).map(engine => engine.close()))
  })

  const nodes = async (asked: ReturnType<typeof openManagers>) =>
    asked.engine.call('list its nodes', async docker => {
      const listed = (await docker.listNodes()) as readonly Listed[]
      return listed.map(({ Description }) => Description.Hostname)
    })
  const named = (...list: readonly TestEngine[]) => {
    const [first, ...others] = list.map(({ address: host }) => ({
      endpoint: { kind: 'tcp', host, port: 2375, tls: null } as const,
      address: host,
    }))
    if (first === undefined) throw new Error('none is named')
    return openManagers('shop', { kind: 'swarm', ...first, others })
  }

  test('of two Swarms are told apart: the other one is asked nothing where the first gives no answer', async () => {
    const [one, other] = engines as [TestEngine, TestEngine]
    const asked = named(one, other)
    expect(await nodes(asked)).toMatchObject({ ok: true, value: [one.namespace] })
    one.link('down')
    const answer = await asked.engine.call('list its nodes', docker => docker.listNodes(), 4000)
    one.link('up')
    expect(answer).toMatchObject({
      ok: false,
      status: null,
      fault: {
        what: 'None of the managers of shop that are named can be asked to list its nodes',
        detail: expect.stringContaining(`shop (${other.address}) manages another Swarm`),
      },
    })
    await asked.engine.close()
  }, 60_000)

  test('are passed over where one is none any more, and {host} is the one that is asked', async () => {
    const [one, other] = engines as [TestEngine, TestEngine]
    await other.docker.swarmLeave({ force: true })
    const asked = named(other, one)
    expect(asked.address()).toBe(other.address)
    expect(await nodes(asked)).toMatchObject({ ok: true, value: [one.namespace] })
    expect(asked.address()).toBe(one.address)
    expect(await named(other).engine.call('list its nodes', docker => docker.listNodes())).toMatchObject({
      ok: false,
      status: 503,
    })
    await asked.engine.close()
  }, 60_000)
})
