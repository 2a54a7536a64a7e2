import { readFileSync, writeFileSync } from 'node:fs'
import type Docker from 'dockerode'
import { afterEach, expect, test } from 'vitest'
import { checklist } from '../../src/state/checklist.ts'
import { gateOf } from '../../src/state/gates.ts'
import { describeWithEngines } from '../engines/describe.ts'
import { openFleet, type Fleet } from '../engines/fleet.ts'
import { versionsOf } from '../../src/state/versions.ts'
import { putBack, undoAll } from './at-the-helm.ts'
import { linesOf, runsOf, stateOf } from './support.ts'

describeWithEngines('a release that ends a second after each start, under a policy that starts it again', () => {
  let fleet: Fleet
  afterEach(() => fleet?.close())

  test.each(['an http probe that it passes meanwhile', 'no probe at all'])(
    'and with %s: its health fails as a crash loop with its last words, and undo puts the former container back',
    async how => {
      fleet = await openFleet(['web-1'], {
        gateway: { hosts: ['web-1'], dependsOn: ['api'] },
        api: { hosts: ['web-1'] },
      })
      change(fleet, services => how === 'no probe at all' && delete services['api']?.['health'])
      const docker = fleet.engines['web-1']!.docker
      await deployAgain(docker, 'shop-api-1', { Cmd: ['/bin/busybox', 'sh', '-c', endsAs('1.2.2')] })
      const former = await docker.getContainer('shop-api-1').inspect()
      const ran = await fleet.astern(await fleet.rollbackArgs())
      expect(`${ran.code} ${ran.stdout}`).toMatch(/^4 /)
      const [run = ''] = runsOf(fleet.home)
      expect(gateOf(stateOf(run))).toMatchObject({ kind: 'failure', step: 'api@web-1.health' })
      expect(stateOf(run).steps['api@web-1.health']?.fault).toMatchObject({
        code: 'service.crash-loop',
        detail: expect.stringContaining('no such table: coupons'),
      })
      expect(settledWell(run)).not.toContain('api@web-1.health')
      expect(checklist(stateOf(run)).filter(({ id, state }) => id !== 'database' && state === 'green')).toEqual([])
      await undoAll(run, 'shop')
      const after = await docker.getContainer('shop-api-1').inspect()
      expect([after.Id, after.State.Running, after.HostConfig.RestartPolicy?.Name]).toEqual([
        former.Id,
        true,
        'unless-stopped',
      ])
      const crashed = (await docker.listContainers({ all: true })).find(
        ({ ImageID, Names }) => ImageID === fleet.digests['1.2.2'] && Names[0]?.startsWith('/shop-api-1') === true,
      )
      expect(crashed?.State).toBe('exited')
    },
  )

  /** Serves for a second as this release, and for good as any other. */
  function endsAs(release: string): string {
    const ends = 'sleep 1; echo "no such table: coupons" >&2; exit 3'
    return `trap "exit 0" TERM; httpd -f -p 8080 -h /www & case "$(cat /www/version)" in *${release}*) ${ends};; esac; wait`
  }
})

describeWithEngines('one host of three where the release does not start', () => {
  let fleet: Fleet
  afterEach(() => fleet?.close())

  test('holds the run, which says that versions are mixed and on which hosts, and never that it is done', async () => {
    fleet = await openFleet(['web-1', 'web-2', 'web-3'], { api: { hosts: ['web-1', 'web-2', 'web-3'] } })
    await takePortOnceFree(fleet)
    const ran = await fleet.astern(await fleet.rollbackArgs())
    const mixed = 'mixed: 1.2.2: api@web-1; 1.3.0: api@web-3; does not run: api@web-2'
    expect([ran.code, ran.stderr]).toEqual([4, expect.stringContaining(`versions are ${mixed}`)])
    const [run = ''] = runsOf(fleet.home)
    expect(gateOf(stateOf(run))).toMatchObject({ kind: 'failure', step: 'api@web-2.start' })
    const told = await fleet.astern(['status'])
    expect([told.code, told.stdout]).toEqual([4, expect.stringContaining(`versions ${mixed}\n`)])
    const json = await fleet.astern(['status', '--json'])
    expect(JSON.parse(json.stdout)).toMatchObject({
      closed: null,
      versions: {
        mixed: true,
        running: { '1.2.2': ['api@web-1'], '1.3.0': ['api@web-3'] },
        down: ['api@web-2'],
        doubt: [],
      },
    })
    const id = run.split('/').at(-1) ?? ''
    await fleet.astern(['stop', id, '--reason', 'left as it is until the morning'])
    expect(stateOf(run).closed?.outcome).toBe('short')
    const points = checklist(stateOf(run)).map(({ id: point, state }) => [point, state])
    expect(points.filter(([point]) => point === 'rollback' || point === 'services')).toEqual([
      ['rollback', 'red'],
      ['services', 'open'],
    ])
    expect((await fleet.astern(['status', id])).stdout).toContain(`versions ${mixed}\n`)
    expect((await fleet.astern(['report', id])).stdout).toContain(`- **Versions:** ${mixed}\n`)
  })

  test('is put back alone, in the container it had, while the other hosts go on to the target', async () => {
    fleet = await openFleet(['web-1', 'web-2', 'web-3'], { api: { hosts: ['web-1', 'web-2', 'web-3'] } })
    await takePortOnceFree(fleet)
    const docker = fleet.engines['web-2']!.docker
    const former = await docker.getContainer('shop-api-1').inspect()
    expect((await fleet.astern(await fleet.rollbackArgs())).code).toBe(4)
    const [run = ''] = runsOf(fleet.home)
    expect(gateOf(stateOf(run))).toMatchObject({ kind: 'failure', step: 'api@web-2.start' })
    await docker.getContainer('thief').remove({ force: true })
    await putBack(run, 'api@web-2.start', 'shop')
    const after = await docker.getContainer('shop-api-1').inspect()
    expect([after.Id, after.State.Running]).toEqual([former.Id, true])
    const state = stateOf(run)
    expect(versionsOf(state)).toMatchObject({
      mixed: true,
      running: { '1.2.2': ['api@web-1', 'api@web-3'], '1.3.0': ['api@web-2'] },
      down: [],
    })
    expect(checklist(state).filter(({ id }) => id === 'rollback' || id === 'services')).toMatchObject([
      { state: 'red', evidence: 'put back, and not rolled back: api@web-2' },
      { state: 'red', evidence: 'api@web-2 put back to 1.3.0: versions are mixed' },
    ])
  })

  /** On web-2 somebody else's container waits for the port of the service. */
  async function takePortOnceFree({ engines, port }: Fleet): Promise<void> {
    const docker = engines['web-2']!.docker
    const thief = await docker.createContainer({
      name: 'thief',
      Image: 'shop/service:1.3.0',
      Cmd: ['/bin/busybox', 'sh', '-c', `until nc -l -p ${port('api')}; do sleep 0.02; done`],
      HostConfig: { NetworkMode: 'host', RestartPolicy: { Name: 'always' } },
    })
    await thief.start()
  }
})

describeWithEngines('a host to which the bad release was never deployed', () => {
  let fleet: Fleet
  afterEach(() => fleet?.close())

  test('is not touched, and the plan does not name it', async () => {
    fleet = await openFleet(['web-1', 'web-2'], { api: { hosts: ['web-1', 'web-2'] } })
    const docker = fleet.engines['web-2']!.docker
    await deployAgain(docker, 'shop-api-1', { Image: 'shop/service:1.2.2' })
    const before = await docker.getContainer('shop-api-1').inspect()
    const planned = JSON.parse((await fleet.astern(['plan', '--json'])).stdout) as {
      readonly plan: { readonly steps: readonly { readonly id: string }[] }
    }
    expect(planned.plan.steps.map(({ id }) => id).filter(id => /^api@web-2\.(stop|point|start)$/.test(id))).toEqual([])
    const ran = await fleet.astern(await fleet.rollbackArgs())
    expect(`${ran.code} ${ran.stdout}`).toMatch(/^0 /)
    const after = await docker.getContainer('shop-api-1').inspect()
    expect([after.Id, after.State.StartedAt]).toEqual([before.Id, before.State.StartedAt])
  })
})

/** Another start of the same container, in what a deployment changed of it. */
async function deployAgain(docker: Docker, name: string, changes: Docker.ContainerCreateOptions): Promise<void> {
  const { Config, HostConfig } = await docker.getContainer(name).inspect()
  await docker.getContainer(name).remove({ force: true })
  const { Image, Env, ExposedPorts } = Config
  await (await docker.createContainer({ name, Image, Env, ExposedPorts, HostConfig, ...changes })).start()
}

/** The manifest of the fleet, changed, and with a stable time that outlives a second. */
function change({ manifestFile }: Fleet, how: (services: Record<string, Record<string, unknown>>) => unknown): void {
  const manifest = JSON.parse(readFileSync(manifestFile, 'utf8'))
  how(manifest.services)
  writeFileSync(manifestFile, JSON.stringify({ ...manifest, timing: { ...manifest.timing, stable: '3s' } }))
}

function settledWell(run: string): readonly string[] {
  return linesOf(run).flatMap(({ event }) =>
    event.kind === 'step.settled' && event.outcome !== 'failed' ? [event.step] : [],
  )
}
