import { createServer, connect } from 'node:net'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import type { Inject } from '../../../src/state/drill/scenario.ts'
import type { InjectFault } from '../../../src/state/drill/command.ts'
import type { Manifest } from '../../../src/state/manifest.ts'
import type { FaultAct } from '../../../src/targets/faults/port.ts'
import { actOn, deploy, everything, manifestFor, onApi, whatIs } from '../../contract/faults-docker-stage.ts'
import { contextOf, permitFor, quiet } from '../../contract/services-shop.ts'
import { describeWithEngines } from '../../engines/describe.ts'
import { openEngine, type TestEngine } from '../../engines/engine.ts'
import { importImage } from '../../engines/images.ts'
import { openRegistry } from '../../engines/registry.ts'
import { openSshd } from '../../engines/ssh.ts'
import { makeCertificates } from '../../engines/tls.ts'

const stop: InjectFault = { kind: 'drill.inject', inject: 'one', ...onApi('stop'), expiresMs: 600_000 }
const undo = { kind: 'drill.undo', injected: stop } as const

describeWithEngines('a fault on an Engine that is reached from elsewhere', () => {
  const open: { close: () => void | Promise<void> }[] = []
  afterEach(async () => {
    for (const one of open.splice(0).reverse()) await one.close()
  })

  const shop = async (...flags: Parameters<typeof openEngine>): Promise<TestEngine> => {
    const engine = await openEngine(...flags)
    open.push(engine)
    await importImage(engine.docker, { name: 'shop/api:1.3.0' })
    await deploy(engine.docker)
    return engine
  }
  const hands = (manifest: Manifest): FaultAct => {
    const act = actOn(manifest)
    open.push(act)
    return act
  }
  const able = (act: FaultAct) => {
    const { kind: _, inject: id, ...fault } = stop
    const inject: Inject = { id, ...fault, when: { kind: 'time', afterMs: 0 }, text: null, wantsAnswer: false }
    return act.able(inject)
  }
  const there = async (engine: TestEngine, act: FaultAct): Promise<void> => {
    const before = [await everything(engine.docker), await whatIs(engine.docker)]
    expect(await able(act)).toMatchObject({ ok: true })
    expect(await act.apply(stop, permitFor(stop), contextOf(), quiet)).toMatchObject({ ok: true })
    expect((await whatIs(engine.docker)).Running).toBe(false)
    expect(await act.apply(undo, permitFor(undo), contextOf(), quiet)).toMatchObject({ ok: true })
    expect([await everything(engine.docker), await whatIs(engine.docker)]).toEqual(before)
  }

  test('over ssh: its docker client tells which socket it is', async () => {
    const engine = await shop()
    const sshd = await openSshd(engine)
    open.push(sshd)
    const endpoint = { kind: 'ssh', destination: sshd.destination, port: null } as const
    await there(engine, hands(manifestFor(engine, '/nowhere', endpoint)))
  })

  test('over TLS, where it listens as usual on its own host too', async () => {
    const certificates = makeCertificates()
    open.push({ close: certificates.remove })
    const engine = await shop(certificates.flags, { ownRun: 'as usual' })
    const endpoint = { kind: 'tcp', host: engine.address, port: 2376, tls: certificates.client } as const
    await there(engine, hands(manifestFor(engine, '/nowhere', endpoint)))
  })

  test('over TLS is refused where nobody knows its socket; nothing was made to find out', async () => {
    const certificates = makeCertificates()
    open.push({ close: certificates.remove })
    const engine = await shop(certificates.flags, { ownRun: 'silent' })
    const endpoint = { kind: 'tcp', host: engine.address, port: 2376, tls: certificates.client } as const
    const act = hands(manifestFor(engine, '/nowhere', endpoint))
    const before = await everything(engine.docker)
    expect(await able(act)).toMatchObject({
      ok: false,
      fault: {
        code: 'fault.not-here',
        what: 'Where the socket of the Engine on web-1 is on its own host is not known: there is no /var/run/docker.sock',
      },
    })
    expect(await act.apply(stop, permitFor(stop), contextOf(), quiet)).toMatchObject({
      ok: false,
      fault: { code: 'fault.not-here' },
    })
    expect(await everything(engine.docker)).toEqual(before)
  })

  test('is not put anywhere by a keeper whose socket leads to another Engine than its own', async () => {
    const [own, other] = [await shop(), await shop()]
    const fork = await openFork(own.socket, other.socket)
    open.push(fork)
    const act = hands(manifestFor({ ...own, socket: fork.socket }))
    const before = await Promise.all([own, other].map(({ docker }) => everything(docker)))
    expect(await act.apply(stop, permitFor(stop), contextOf(), quiet)).toMatchObject({
      ok: false,
      fault: {
        code: 'fault.not-put',
        detail: expect.stringContaining('leads to another Engine than the one it runs on'),
      },
    })
    expect(await Promise.all([own, other].map(({ docker }) => everything(docker)))).toEqual(before)
  })
})

/** A socket that leads Astern to one Engine, and whoever asks as a keeper does to another. */
async function openFork(own: string, other: string) {
  const directory = mkdtempSync(join(tmpdir(), 'astern-fork-'))
  const socket = join(directory, 'docker.sock')
  const server = createServer(client => {
    client.once('data', first => {
      const onward = connect(/^host: localhost\r$/im.test(String(first)) ? other : own)
      for (const side of [client, onward]) side.on('error', () => (client.destroy(), onward.destroy()))
      onward.write(first)
      client.pipe(onward).pipe(client)
    })
    client.on('error', () => {})
  })
  server.listen(socket)
  await once(server, 'listening')
  return {
    socket,
    close: () => {
      server.close()
      rmSync(directory, { recursive: true, force: true })
    },
  }
}

describeWithEngines('an image that came out of a registry', () => {
  test('is there again under all its names; what its registry calls it is told where only a pull brings it back', async () => {
    const registry = await openRegistry()
    const engine = await openEngine(registry.flags)
    const { docker } = engine
    const act = actOn(manifestFor(engine))
    try {
      const references: string[] = []
      for (const version of ['1.2.2', '1.3.0']) {
        const id = await importImage(docker, { name: `made/api:${version}` })
        references.push(await registry.push(docker, id, `shop/api:${version}`))
      }
      await deploy(docker, `${registry.address}/shop/api:1.3.0`)
      const before = await everything(docker)
      const gone = { ...stop, ...onApi('image_gone', { release: '1.2.2' }) }
      expect(await act.apply(gone, permitFor(gone), contextOf(), quiet)).toMatchObject({ ok: true })
      expect((await everything(docker)).images).toHaveLength(before.images.length - 1)
      const back = { kind: 'drill.undo', injected: gone } as const
      expect(await act.apply(back, permitFor(back), contextOf(), quiet)).toMatchObject({
        ok: true,
        // The keeper has no account of the registry's.
        says: expect.stringContaining(`it is known as ${references[0]} again when somebody pulls that`),
      })
      expect(await everything(docker)).toEqual(before)
    } finally {
      await act.close()
      await engine.close()
      await registry.close()
    }
  })
}, ['docker-registry'])
