import { expect, test } from 'vitest'
import { needsOf, planned } from './planned.ts'
import { timing } from './timing.ts'

const drain = {
  calls: [{ kind: 'http', method: 'POST', url: 'http://{host}/drain', status: 200 }],
  waitMs: 5000,
} as const
const reload = [{ kind: 'command', argv: ['nginx', '-s', 'reload'] }] as const
const connects = [{ argv: ['wget', '-qO-', 'http://api:8080'] }] as const

test('an instance is drained before it stops, asked from inside once it is healthy, and only then led requests to', () => {
  const plan = planned({ api: { hosts: ['a'], traffic: { drain, reload }, connects } })
  const own = plan.steps.filter(({ id }) => id.startsWith('api@a.') && !/prove|pull/.test(id))
  expect(
    own.map(({ id, needs }) => [id, needs.filter(need => need.startsWith('api@') && !need.endsWith('.pull'))]),
  ).toEqual([
    ['api@a.drain', []],
    ['api@a.stop', ['api@a.drain']],
    ['api@a.point', ['api@a.stop']],
    ['api@a.start', ['api@a.point', 'api@a.stop']],
    ['api@a.health', ['api@a.start']],
    ['api@a.connect', ['api@a.health']],
    ['api@a.reload', ['api@a.connect']],
  ])
  expect(own[0]).toMatchObject({
    command: { kind: 'traffic.drain', service: 'api', host: 'a', ...drain },
    undo: { kind: 'traffic.reload', service: 'api', host: 'a', calls: reload },
  })
})

test('who depends on an instance waits until requests are led to it, and is stopped before it is drained', () => {
  const plan = planned({
    api: { hosts: ['a'], traffic: { drain, reload } },
    gateway: { hosts: ['b'], dependsOn: ['api'] },
  })
  expect(needsOf(plan, 'gateway@b.start')).toContain('api@a.reload')
  expect(needsOf(plan, 'api@a.drain')).toContain('gateway@b.stop')
})

test('what does not run is not drained', () => {
  const plan = planned({ api: { hosts: ['a'], traffic: { drain } } }, { state: 'stopped' })
  expect(plan.steps.map(({ id }) => id)).not.toContain('api@a.drain')
})

test.each(['cron', 'singleton'] as const)('of a %s every instance is down before the first comes up', kind => {
  const plan = planned({ tick: { hosts: ['a', 'b', 'c'], kind } })
  const down = ['tick@a.stop', 'tick@b.stop', 'tick@c.stop']
  for (const host of ['a', 'b', 'c']) expect(needsOf(plan, `tick@${host}.start`)).toEqual(expect.arrayContaining(down))
})

test('with --preserve-data one host goes first and is watched, its schemas are looked at, and then one, two, four follow', () => {
  const hosts = ['a', 'b', 'c', 'd', 'e', 'f']
  const plan = planned({ api: { hosts }, mail: { hosts: ['b', 'a'] } }, {}, true)
  expect(plan.steps.find(({ id }) => id === 'api@a.watch')?.command).toEqual({
    kind: 'service.health',
    service: 'api',
    host: 'a',
    release: 'good',
    stableMs: timing.watchMs,
  })
  expect(needsOf(plan, 'main.same')).toEqual(['api@a.watch', 'mail@a.watch'])
  expect(needsOf(plan, 'api@b.stop')).toEqual(expect.arrayContaining(['api@a.health', 'mail@a.health', 'main.same']))
  expect(needsOf(plan, 'mail@b.stop')).toEqual(expect.arrayContaining(['main.same']))
  expect(needsOf(plan, 'api@c.stop')).toEqual(expect.arrayContaining(['api@b.health', 'mail@b.health']))
  expect(needsOf(plan, 'api@d.stop')).toEqual(needsOf(plan, 'api@c.stop'))
  expect(needsOf(plan, 'api@e.stop')).toEqual(expect.arrayContaining(['api@c.health', 'api@d.health']))
  expect(needsOf(plan, 'api@f.stop')).toEqual(needsOf(plan, 'api@e.stop'))
})

test('hosts that go at once in a widening wave come up at once too: none of them waits for another, stopped as it is', () => {
  const plan = planned({ api: { hosts: ['a', 'b', 'c', 'd', 'e', 'f'] } }, {}, true)
  expect(needsOf(plan, 'api@d.start')).not.toContain('api@c.health')
  expect(needsOf(plan, 'api@f.start')).not.toContain('api@e.health')
})

test('widening waves take no more of a service at once than it allows', () => {
  const plan = planned({ api: { hosts: ['a', 'b', 'c', 'd'], maxParallel: 1 } }, {}, true)
  expect(needsOf(plan, 'api@d.stop')).toContain('api@c.health')
})

test('one host alone is not watched before it widens to nobody', () => {
  const plan = planned({ api: { hosts: ['a'] } }, {}, true)
  expect(plan.steps.map(({ id }) => id)).not.toContain('api@a.watch')
})

test('with start_first the target is up, healthy and led requests to before what it replaces is drained', () => {
  const plan = planned({
    db: { hosts: ['a'] },
    api: { hosts: ['a'], dependsOn: ['db'], traffic: { startFirst: true, drain, reload } },
  })
  const own = plan.steps.filter(({ id }) => id.startsWith('api@a.') && !/prove|pull/.test(id))
  expect(
    own.map(({ id, needs }) => [id, needs.filter(need => need.startsWith('api@') && !need.endsWith('.pull'))]),
  ).toEqual([
    ['api@a.beside', []],
    ['api@a.beside-health', ['api@a.beside']],
    ['api@a.beside-reload', ['api@a.beside-health']],
    ['api@a.drain', ['api@a.beside-reload']],
    ['api@a.stop', ['api@a.beside-reload', 'api@a.drain']],
    ['api@a.point', ['api@a.stop']],
    ['api@a.start', ['api@a.point', 'api@a.stop']],
    ['api@a.health', ['api@a.start']],
    ['api@a.reload', ['api@a.health']],
  ])
  expect(own.find(({ id }) => id === 'api@a.point')?.command).toMatchObject({ beside: true })
  expect(own[0]?.undo).toEqual({
    kind: 'service.withdraw',
    service: 'api',
    host: 'a',
    digest: 'sha256:good',
    graceMs: 1000,
  })
})

test.each([
  ['it holds what only one can hold', { exclusive: ['port 8081'] }, {}],
  ['it does not run', { state: 'stopped' }, {}],
  ['it is not declared how traffic moves', {}, { traffic: {} }],
  ['it must never run twice', {}, { kind: 'worker' }],
] as const)('nothing starts beside a service when %s', (_, seen, service) => {
  const plan = planned({ api: { hosts: ['a'], traffic: { startFirst: true }, ...service } }, seen)
  expect(plan.steps.map(({ id }) => id)).not.toContain('api@a.beside')
  expect(plan.steps.find(({ id }) => id === 'api@a.point')?.command).not.toHaveProperty('beside')
  expect(plan.warnings.some(warning => warning.includes('port 8081'))).toBe('exclusive' in seen)
})
