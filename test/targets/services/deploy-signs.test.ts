import { expect, test } from 'vitest'
import { signsOf, type Seen, type Told } from '../../../src/targets/services/docker/deploy-signs.ts'

const now = 1_000_000
const api = { kind: 'name', name: 'api' } as const
const labels = { 'com.docker.compose.project': 'shop', 'com.docker.compose.service': 'api' }

test('a half-way name of Compose is a deploy under way while it is new, and a leftover once it is not', () => {
  const half = (madeMs: number) =>
    seen({ host: [{ ...listed('0123456789ab_api'), id: 'half', madeMs }], told: [told('create', 'other', -1, 'x')] })
  expect(signsOf(half(now - 5_000))).toEqual([
    {
      by: null,
      isUnderWay: true,
      signs: ['replacing api (0123456789ab_api stands beside it)', 'made 0123456789ab_api'],
      agoMs: 5_000,
    },
  ])
  expect(signsOf(half(now - 121_000))).toEqual([])
})

test('a half-way name that is old as a container and new as a name is a deploy under way', () => {
  const host = [{ ...listed('0123456789ab_api'), id: 'old', madeMs: 0 }]
  const renamed = told('rename', 'old', 2_000, '0123456789ab_api', { oldName: '/api' })
  expect(signsOf(seen({ host, told: [renamed] }))).toEqual([
    {
      by: null,
      isUnderWay: true,
      signs: ['renamed api to 0123456789ab_api', 'replacing api (0123456789ab_api stands beside it)'],
      agoMs: 2_000,
    },
  ])
})

test('a container that was made a moment ago is a sign though the Engine has forgotten how', () => {
  const host = [{ ...listed('api'), madeMs: now - 30_000 }]
  expect(signsOf(seen({ host }))).toEqual([{ by: null, isUnderWay: false, signs: ['made api'], agoMs: 30_000 }])
})

test('what Astern names and what came before the time that counts are no signs', () => {
  const all = [
    told('create', 'a', 1_000, 'api.astern-new'),
    told('rename', 'b', 1_000, 'api.astern-was-0123456789ab', { oldName: '/api' }),
    told('rename', 'a', 1_000, 'api', { oldName: '/api.astern-new' }),
    told('destroy', 'c', 500_000, 'api'),
    told('die', 'd', 1_000, 'api'),
  ]
  expect(signsOf(seen({ told: all, host: [{ ...listed('api'), madeMs: 0 }] }))).toEqual([])
})

test.each([
  ['15', [], true],
  ['9', [], true],
  ['1', [], false],
  ['15', [told('die', 'api', 500, 'api')], false],
])('a signal %s to what runs, followed by %j, is a stop under way: %s', (signal, then, isStop) => {
  const host = [{ ...listed('api'), madeMs: 0 }]
  const kill = told('kill', 'api', 1_000, 'api', { signal })
  const found = signsOf(seen({ host, told: [kill, ...then] }))
  expect(found).toEqual(isStop ? [{ by: null, isUnderWay: true, signs: ['stopping api'], agoMs: 1_000 }] : [])
})

test('a pull of the same image by a tag is a sign, and one by digest or of another is none', () => {
  const host = [{ ...listed('api'), image: 'reg:5000/shop/api:1.3.0', labels, madeMs: 0 }]
  const pull = (id: string): Told => ({ action: 'pull', id, about: {}, atMs: now - 4_000 })
  const pulls = ['reg:5000/shop/api:1.3.1', 'reg:5000/shop/api@sha256:12', 'reg:5000/shop/worker:1.3.1'].map(pull)
  expect(signsOf(seen({ host, told: pulls }))).toEqual([
    { by: 'Compose project shop', isUnderWay: false, signs: ['pulled reg:5000/shop/api:1.3.1'], agoMs: 4_000 },
  ])
})

test('names come without control sequences', () => {
  const text = signsOf(seen({ told: [told('create', 'x', 1, 'worker\u001b[2J', labels)], own: [composed] }))
  expect(text).toEqual([{ by: 'Compose project shop', isUnderWay: false, signs: ['made worker'], agoMs: 1 }])
})

const composed = { kind: 'compose', project: 'shop', service: 'api', number: 1 } as const

function seen(of: Partial<Seen>): Seen {
  return { own: [api], host: [], told: [], sinceMs: now - 120_000, nowMs: now, ...of }
}

function told(action: string, id: string, agoMs: number, name: string, more: Record<string, string> = {}): Told {
  return { action, id, about: { name, ...more }, atMs: now - agoMs }
}

function listed(name: string) {
  return { id: name, name, labels: {}, network: 'bridge', image: 'api:1', digest: 'sha256:1', state: 'running' }
}
