import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { manifestJsonSchema } from '../../src/manifest/json-schema.ts'
import { parseManifest } from '../../src/manifest/load.ts'
import { missingSecrets, neededSecrets } from '../../src/manifest/secrets.ts'

const docs = resolve(import.meta.dirname, '../../docs')
const example = readFileSync(join(docs, 'astern.example.yaml'), 'utf8')

describe('the annotated example', () => {
  test('is a manifest without a fault, its durations in milliseconds and its secrets still references', () => {
    const loaded = parseManifest(example, '/etc/astern')
    if (!loaded.ok) throw new Error(JSON.stringify(loaded.faults, null, 1))
    expect(loaded.manifest.services['api']).toEqual({
      hosts: ['web-1'],
      release: {
        path: 'api',
        start: ['node', 'server.mjs'],
        env: { PORT: '8081', SHOP_DB: '/srv/shop/data/shop.db', PAYMENT_KEY: 'env:SHOP_PAYMENT_KEY' },
      },
      kind: 'web',
      dependsOn: ['auth', 'main'],
      stop: { graceMs: 30_000 },
      health: { kind: 'http', url: 'http://{host}:8081/healthz', status: 200 },
      identity: { url: 'http://{host}:8081/version', json: '$.version' },
    })
    expect(loaded.manifest.timing).toEqual({
      healthDeadlineMs: 120_000,
      probeIntervalMs: 2000,
      probeTimeoutMs: 5000,
      consecutive: 3,
      stableMs: 15_000,
      watchMs: 300_000,
      turnBackMs: 1_800_000,
      recoveryMs: 3_600_000,
      checksMs: 120_000,
    })
    expect([...new Set(loaded.secrets.map(({ reference }) => reference))].sort()).toEqual([
      'env:EVENTS_TOKEN',
      'env:GRAFANA_TOKEN',
      'env:MAIL_PASSWORD',
      'env:OPS_SLACK',
      'env:OPS_TEAMS',
      'env:OPS_WEBHOOK',
      'env:OPS_WEBHOOK_SECRET',
      'env:PAGER_KEY',
      'env:PROBE_PASSWORD',
      'env:SHOP_DB_LOOK_PASSWORD',
      'env:SHOP_DB_PASSWORD',
      'env:SHOP_PAYMENT_KEY',
      'env:SHOP_REHEARSAL_PASSWORD',
      'env:STATUSPAGE_KEY',
    ])
    const rehearsals = loaded.secrets.filter(({ only }) => only === 'rehearsal')
    expect(rehearsals.map(({ reference }) => reference)).toEqual(['env:SHOP_REHEARSAL_PASSWORD'])
  })

  test('wants secrets of drills for no rehearsal, and those of rehearsals for nothing else', () => {
    const loaded = parseManifest(
      example.replace('    game: { webhook:', '    crew: { slack: { webhook: env:CREW_SLACK } }\n    game: { webhook:'),
      '/',
    )
    if (!loaded.ok) throw new Error(JSON.stringify(loaded.faults))
    const own = ['env:SHOP_REHEARSAL_PASSWORD', 'env:CREW_SLACK']
    const needed = (rehearses: boolean) =>
      neededSecrets(loaded.secrets, rehearses).flatMap(({ reference }) => (own.includes(reference) ? [reference] : []))
    expect([needed(false), needed(true)]).toEqual([[], ['env:SHOP_REHEARSAL_PASSWORD']])
  })

  test('names each secret that is not there, where it is written', async () => {
    const loaded = parseManifest(example, '/etc/astern')
    if (!loaded.ok) throw new Error('the example has faults')
    const missing = await missingSecrets(loaded.secrets, {
      EVENTS_TOKEN: 'x',
      GRAFANA_TOKEN: 'x',
      MAIL_PASSWORD: 'x',
      OPS_SLACK: 'x',
      OPS_TEAMS: 'x',
      PAGER_KEY: 'x',
      STATUSPAGE_KEY: 'x',
      OPS_WEBHOOK: 'x',
      OPS_WEBHOOK_SECRET: 'x',
      SHOP_DB_LOOK_PASSWORD: 'x',
      SHOP_DB_PASSWORD: 'x',
      SHOP_PAYMENT_KEY: 'x',
      SHOP_REHEARSAL_PASSWORD: 'x',
    })
    const line = example.split('\n').findIndex(text => text.includes('PROBE_PASSWORD')) + 1
    expect(missing).toEqual([
      {
        line,
        column: expect.any(Number),
        path: 'checks[0].flow[0].http.json.password',
        what: 'the secret env:PROBE_PASSWORD is not there',
        next: 'Set PROBE_PASSWORD in the environment of this shell.',
      },
    ])
  })
})

describe('a manifest', () => {
  test('has all its faults told at once, each with line, column and what to do', () => {
    const loaded = parseManifest(
      'environment: { name: shop, clas: drill }\nhosts: {}\nservices:\n  api: { hosts: [], release: { path: api, start: [x] }, stop: { grace: soon } }\n  db: { postgres: x }\n',
      '/',
    )
    if (loaded.ok) throw new Error('it has faults')
    expect(loaded.faults.map(({ line, path, what }) => `${line} ${path}: ${what}`)).toEqual([
      '1 environment.class: is not one of production, staging, drill',
      '1 environment.clas: unknown key clas',
      '4 services.api.hosts: Too small: expected array to have >=1 items',
      '4 services.api.stop.grace: is a duration like 500ms, 30s, 5m or 1h',
      '5 services.db.hosts: hosts is missing',
      '5 services.db.postgres: this version of Astern does not know postgres',
    ])
    for (const fault of loaded.faults) expect(fault.next).not.toBe('')
  })

  test.each([
    ['rehersal', 'rehearsal'],
    ['aproval', 'approval'],
    ['same_servr', 'same_server'],
    ['recovry', 'recovery'],
    ['second_persn', 'second_person'],
  ])('suggests the key that was meant, of every key there is: %s', (key, meant) => {
    const loaded = parseManifest(`environment: { name: shop, class: drill }\n${key}: {}\n`, '/')
    if (loaded.ok) throw new Error('it has no faults')
    expect(loaded.faults.map(({ next }) => next).join(' ')).toContain(`Did you mean ${meant}?`)
  })

  test('is described for editors by a JSON Schema that is up to date', () => {
    const file = join(docs, 'astern.schema.json')
    const made = `${JSON.stringify(manifestJsonSchema(), null, 2)}\n`
    if (!existsSync(file)) writeFileSync(file, made)
    expect(readFileSync(file, 'utf8')).toBe(made)
  })
})
