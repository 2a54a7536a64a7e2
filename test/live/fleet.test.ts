import { afterAll, beforeAll, expect, test } from 'vitest'
import { describeWithEngines } from '../engines/describe.ts'
import { containersOn } from '../engines/shop.ts'
import { openFleet, type Fleet } from '../engines/fleet.ts'
import { twelve } from '../engines/twelve.ts'
import { eventsSince } from '../engines/shop.ts'
import { linesOf, runsOf, stateOf } from './support.ts'

describeWithEngines('twelve services on three Docker hosts', () => {
  let fleet: Fleet
  let since: number
  let directory: string
  beforeAll(async () => {
    fleet = await openFleet(['web-1', 'web-2', 'web-3'], twelve)
    since = await fleet.quiet()
    const ran = await fleet.astern(await fleet.rollbackArgs(['--emergency']))
    if (ran.code !== 0) throw new Error(`${ran.code}: ${ran.stdout}\n${ran.stderr}`)
    directory = runsOf(fleet.home)[0] ?? ''
  })
  afterAll(() => fleet?.close())

  test('all come back as the good release, each container started once and stopped once', async () => {
    const events = await everythingSince(fleet, since)
    const counted = (action: string): readonly string[] =>
      events.filter(event => event.action === action).map(({ key }) => key)
    const all = Object.entries(twelve)
      .flatMap(([name, { hosts }]) => hosts.map(host => `${name}@${host}`))
      .sort()
    expect([...counted('start')].sort()).toEqual(all)
    expect([...counted('die')].sort()).toEqual(all)
    expect([...counted('create')].sort()).toEqual(all)
    expect(counted('destroy')).toEqual([])
    expect(stateOf(directory).closed?.outcome).toBe('reached')
  })

  test('stop in reverse order of dependency, whatever host they are on, by the Engines’ own events', async () => {
    const events = await everythingSince(fleet, since)
    const died = (service: string): readonly number[] =>
      events.filter(({ key, action }) => action === 'die' && key.startsWith(`${service}@`)).map(({ at }) => at)
    for (const [service, other] of edges())
      expect([service, other, Math.max(...died(service)) < Math.min(...died(other))]).toEqual([service, other, true])
  })

  test('start only after all they depend on was healthy, by the Engines’ events and the probes', async () => {
    const events = await everythingSince(fleet, since)
    const began = (service: string): number =>
      Math.min(
        ...events.filter(({ key, action }) => action === 'start' && key.startsWith(`${service}@`)).map(({ at }) => at),
      )
    const healthy = (service: string): number =>
      Math.max(
        ...linesOf(directory).flatMap(({ event, ts }) =>
          event.kind === 'step.settled' && event.step.startsWith(`${service}@`) && event.step.endsWith('.health')
            ? [new Date(ts).getTime()]
            : [],
        ),
      )
    for (const [service, other] of edges())
      expect([service, other, began(service) >= healthy(other) - 5]).toEqual([service, other, true])
    expect(healthy('auth') - began('auth')).toBeGreaterThan(4900)
  })
  test('have the restart policy they had, and what was replaced stands beside them with none', async () => {
    const policies = await Promise.all(
      Object.values(fleet.engines).map(async ({ docker }) => {
        const containers = await containersOn(docker)
        return Promise.all(containers.map(async ({ Id }) => docker.getContainer(Id).inspect()))
      }),
    )
    const seen = policies
      .flat()
      .map(({ Name, HostConfig }) => [Name.includes('.astern-was-'), HostConfig.RestartPolicy?.Name])
    expect(seen.filter(([was]) => was === true).every(([, policy]) => policy === 'no')).toBe(true)
    expect(seen.filter(([was]) => was === false).every(([, policy]) => policy === 'unless-stopped')).toBe(true)
    expect(seen.length).toBe(26)
  })
})

function edges(): readonly (readonly [string, string])[] {
  return Object.entries(twelve).flatMap(([name, { dependsOn = [] }]) => dependsOn.map(other => [name, other] as const))
}

type Seen = { readonly key: string; readonly action: string; readonly at: number }

/** What every Engine says happened to the services' containers, in milliseconds. */
async function everythingSince({ engines }: Fleet, since: number): Promise<readonly Seen[]> {
  const all = await Promise.all(
    Object.entries(engines).map(async ([host, { docker }]) => {
      const events = await eventsSince(docker, since, { type: ['container'] })
      return events.map(({ Action, Actor, timeNano }) => {
        const name = /^shop-(.+)-1/.exec(Actor.Attributes['name'] ?? '')?.[1] ?? ''
        return { key: `${name}@${host}`, action: Action, at: timeNano / 1e6 }
      })
    }),
  )
  return all.flat().sort((a, b) => a.at - b.at)
}
