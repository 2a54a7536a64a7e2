import { describe, expect, test } from 'vitest'
import { parse, stringify } from 'yaml'
import { parseManifest } from '../../src/manifest/load.ts'

function withChannel(channel: object) {
  const shop = {
    environment: { name: 'shop', class: 'production' },
    hosts: { web: { releases: '/srv/shop' } },
    services: { api: { hosts: ['web'], release: { path: 'api', start: ['node'] } } },
    notify: { one: channel },
  }
  return parseManifest(stringify(shop), '/etc/astern')
}

function normalised(channel: object): unknown {
  const loaded = withChannel(channel)
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.faults, null, 1))
  return loaded.manifest.notify['one']
}

function faultsOf(channel: object): readonly string[] {
  const loaded = withChannel(channel)
  return loaded.ok ? [] : loaded.faults.map(({ path, what }) => `${path}: ${what}`)
}

const email = { smtp: 'smtp://mail.example', from: 'a@shop.example', to: ['b@shop.example'] }

describe('a channel', () => {
  test.each([
    ['slack: { webhook: env:ROOM }', { kind: 'slack', url: 'env:ROOM', audience: 'team' }],
    [
      'teams: { webhook: file:/etc/teams }\naudience: executives\nstages: [resolved]',
      { kind: 'teams', url: 'file:/etc/teams', audience: 'executives', stages: ['resolved'] },
    ],
    [
      'pagerduty: { routing_key: env:KEY }',
      {
        kind: 'pagerduty',
        event: 'alert',
        routingKey: 'env:KEY',
        api: 'https://events.pagerduty.com',
        audience: 'team',
      },
    ],
    [
      'statuspage: { page: abc, key: env:KEY }\naudience: public',
      {
        kind: 'statuspage',
        page: 'abc',
        key: 'env:KEY',
        components: [],
        api: 'https://api.statuspage.io',
        audience: 'public',
      },
    ],
    [
      'email: { smtp: "smtps://mail.example", tls: { ca: ca.pem }, user: u, password: env:P, from: a@shop.example, to: [b@shop.example] }',
      {
        kind: 'email',
        server: { host: 'mail.example', port: 465, tls: 'at once', ca: '/etc/astern/ca.pem' },
        user: 'u',
        password: 'env:P',
        from: 'a@shop.example',
        to: ['b@shop.example'],
        audience: 'team',
      },
    ],
    [
      'cdevents: { url: "https://events.example" }',
      { kind: 'cdevents', url: 'https://events.example', token: null, audience: 'team' },
    ],
    [
      'grafana: { url: "http://grafana:3000", token: env:T, dashboard: uid1 }',
      { kind: 'grafana', url: 'http://grafana:3000', token: 'env:T', dashboard: 'uid1', audience: 'team' },
    ],
  ])('written %s is known', (written, known) => {
    expect(normalised(parse(written) as object)).toEqual(known)
  })

  test('goes by STARTTLS where nothing else is said', () => {
    expect(normalised({ email })).toMatchObject({ server: { port: 587, tls: 'starttls', ca: null } })
  })

  test.each([
    { slack: { webhook: 'https://hooks.slack.com/services/T/B/x' } },
    { teams: { webhook: 'https://prod.logic.azure.com/?sig=x' } },
    { pagerduty: { routing_key: '0123456789abcdef0123456789abcdef' } },
    { statuspage: { page: 'p', key: 'x' } },
    { email: { ...email, user: 'u', password: 'x' } },
    { cdevents: { url: 'https://events.example', token: 'x' } },
    { grafana: { url: 'https://g.example', token: 'x' } },
  ])('whose secret stands in the file is refused: %j', channel => {
    expect(faultsOf(channel)).toEqual([expect.stringMatching(/: is a secret: it is written env:NAME/)])
  })

  test.each([
    [{ audience: 'team' }, /is not exactly one of file, webhook, slack/],
    [{ file: 'x', slack: { webhook: 'env:ROOM' } }, /is not exactly one of/],
    [{ email: { ...email, user: 'u' } }, /has a user or a password, and not both/],
    [{ email: { ...email, tls: 'none', user: 'u', password: 'env:P' } }, /would send its password in clear/],
    [{ email: { ...email, to: ['b@shop.example\r\nBcc: c@evil.example'] } }, /is not an address of e-mail/],
    [{ pagerduty: { routing_key: 'env:K', api: 'http://elsewhere.example' } }, /is written https:\/\/HOST/],
    [{ slack: { webhook: 'env:ROOM' }, stages: ['sometimes'] }, /is not one of opened, decided/],
  ])('that cannot be meant is refused: %j', (channel, why) => {
    expect(faultsOf(channel)).toEqual([expect.stringMatching(why)])
  })
})
