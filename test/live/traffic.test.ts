import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { describeWithEngines } from '../engines/describe.ts'
import { openFleet, type Fleet } from '../engines/fleet.ts'
import { linesOf, runsOf } from './support.ts'

/** Stands for a load balancer: notes what it is told, and what the instance answers at that moment. */
describeWithEngines('a service whose traffic is led', () => {
  let fleet: Fleet
  let balancer: Server
  let directory: string
  let told: string
  const answers = { drain: 200 }
  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'astern-traffic-'))
    told = join(directory, 'told')
    balancer = createServer(({ method, url }, response) => {
      appendFileSync(told, `${method} ${url}\n`)
      response.writeHead(url?.startsWith('/drain') === true ? answers.drain : 200).end()
    })
    balancer.listen(0, '127.0.0.1')
    await once(balancer, 'listening')
    const { port } = balancer.address() as AddressInfo
    const says = `fetch('http://{host}:8101/version').then(async answer => require('fs').appendFileSync(${JSON.stringify(told)}, 'serves ' + (await answer.text()).trim() + '\\n'))`
    fleet = await openFleet(['web-1', 'web-2'], {
      gateway: {
        hosts: ['web-1'],
        dependsOn: ['api'],
        more: {
          connects: [{ command: ['/bin/busybox', 'wget', '-qO-', 'http://{host}:8101/version'] }],
        },
      },
      api: {
        hosts: ['web-1', 'web-2'],
        more: {
          traffic: {
            drain: {
              http: { url: `http://127.0.0.1:${port}/drain/{host}` },
              command: [process.execPath, '-e', says],
              wait: '100ms',
            },
            reload: { http: { url: `http://127.0.0.1:${port}/lead/{host}`, method: 'PUT' } },
          },
        },
      },
    })
  })
  afterAll(async () => {
    await fleet?.close()
    balancer?.close()
    rmSync(directory, { recursive: true, force: true })
  })

  test('is drained while it still serves, and led requests to once it is back, host after host', async () => {
    const ran = await fleet.astern(await fleet.rollbackArgs())
    if (ran.code !== 0) throw new Error(ran.stdout + ran.stderr)
    const [one, two] = ['web-1', 'web-2'].map(host => fleet.engines[host]?.address)
    expect(readFileSync(told, 'utf8').split('\n').slice(0, -1)).toEqual([
      `POST /drain/${one}`,
      'serves {"version":"1.3.0"}',
      `PUT /lead/${one}`,
      `POST /drain/${two}`,
      'serves {"version":"1.3.0"}',
      `PUT /lead/${two}`,
    ])
    const settled = linesOf(runsOf(fleet.home)[0] ?? '').flatMap(({ event }) =>
      event.kind === 'step.settled' && event.step === 'gateway@web-1.connect' ? [event.outcome, event.says] : [],
    )
    expect(settled).toEqual([
      'ok',
      expect.stringMatching(/^gateway on web-1 reaches what it depends on, by .*busybox wget/),
    ])
  })

  test('that cannot be drained is not stopped: the run holds and says so', async () => {
    await fleet.astern(['unfreeze', '--clear', '1.3.0'])
    await fleet.deploy('1.3.0')
    answers.drain = 503
    const since = await fleet.quiet()
    const ran = await fleet.astern(await fleet.rollbackArgs())
    expect([ran.code, ran.stdout]).toEqual([4, expect.stringContaining('could not be drained: answers 503')])
    const stopped = (await fleet.containerEvents(since)).filter(({ Action }) => Action === 'die')
    expect(stopped.map(({ Actor }) => Actor.Attributes['name'])).toEqual(['shop-gateway-1'])
  })
})
