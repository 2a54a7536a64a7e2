import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { parseManifest } from '../../../src/manifest/load.ts'
import { parseScenario } from '../../../src/manifest/scenario/load.ts'
import { referencesIn } from '../../../src/runners/secrets.ts'
import type { DrillQuestion } from '../../../src/state/drill/facts.ts'
import type { Identity } from '../../../src/state/drill/identity.ts'
import type { DrillMark } from '../../../src/state/drill/mark.ts'
import type { Published } from '../../../src/state/drill/production.ts'
import { addressHash } from '../../../src/state/drill/rules/channels.ts'
import { referenceHash } from '../../../src/state/drill/rules/secrets.ts'
import type { HostRecord } from '../../../src/state/facts.ts'
import type { Manifest } from '../../../src/state/manifest.ts'
import { sha256 } from '../../../src/runners/journal/read.ts'

/** Staging and production, as two files that a team keeps side by side. */
export const staging = `
environment: { name: shop-staging, class: staging }
hosts:
  web-1: { docker: "ssh://deploy@10.1.0.11" }
  web-2: { docker: "ssh://deploy@10.1.0.12" }
services:
  api: { hosts: [web-1], container: api }
  worker: { hosts: [web-2], container: worker }
databases:
  main: { mysql: { host: 127.0.0.1, user: astern, password: "env:STAGING_DB", database: shop } }
checks:
  - { name: log in, http: { url: "http://127.0.0.1:9" }, assert: [{ status: 200 }] }
  - { name: place an order, http: { url: "http://127.0.0.1:9" }, assert: [{ status: 200 }] }
notify:
  ops: { slack: { webhook: "env:STAGING_SLACK" } }
drill:
  notify:
    game: { webhook: { url: "https://hooks.example/game" } }
    board: { statuspage: { page: play, key: "env:PLAY_PAGE" } }
`

const scenarioText = readFileSync(resolve(import.meta.dirname, '../../../docs/drill.example.yaml'), 'utf8')

export function manifestOf(text: string): Manifest {
  const loaded = parseManifest(text, '/etc/astern')
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.faults))
  return loaded.manifest
}

/** The example of the documents, with one piece of it in another's place. */
export function scenarioWith(from = '', to = ''): DrillQuestion['scenario'] {
  if (!scenarioText.includes(from)) throw new Error(`the example has no ${from}`)
  const loaded = parseScenario(scenarioText.replace(from, to))
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.faults))
  return loaded.scenario
}

export const engine = (id: string, name: string): Identity => ({ ids: [`engine:${id}`], bound: [`name:${name}`] })

export const server = (id: string, schema: string): Identity => ({
  ids: [`server:${id}`, `schema:${id}/${schema}`],
  bound: ['name:db:3306:/var/lib/mysql/'],
})

export function markFor(identity: Identity, other: Partial<DrillMark> = {}): DrillMark {
  const at = '2026-11-20T09:00:00.000Z'
  return { environment: 'shop-staging', class: 'staging', at, by: 'ana', run: '1120-090000-aaaa', identity, ...other }
}

export const record: HostRecord = { ledger: [], freeze: null, refused: [], lock: null }

export function publishedAs(
  ids: readonly string[],
  { references = ['env:SHOP_DB'], channels = ['post https://hooks.example/ops'] } = {},
): Published {
  const at = '2026-11-26T09:00:00.000Z'
  return {
    at,
    by: 'ci',
    on: 'bastion',
    ids: Object.fromEntries(ids.map(id => [id, { what: 'host web-1', at }])),
    references: references.map(one => referenceHash(one, sha256)),
    channels: channels.map(one => addressHash(one, sha256)),
  }
}

const [one, two, main] = [engine('STAGE1', 'stage-1'), engine('STAGE2', 'stage-2'), server('stage', 'shop')]

/** One that is accepted. */
export function question(): DrillQuestion & { readonly seen: NonNullable<DrillQuestion['seen']> } {
  const manifest = manifestOf(staging)
  return {
    manifest,
    scenario: scenarioWith(),
    references: referencesIn(manifest),
    seen: {
      hosts: {
        'web-1': { ok: true, value: { identity: one, mark: markFor(one), beside: [] } },
        'web-2': { ok: true, value: { identity: two, mark: markFor(two), beside: [] } },
      },
      records: { 'web-1': { ok: true, value: record }, 'web-2': { ok: true, value: record } },
      databases: { main: { ok: true, value: { identity: main, mark: markFor(main) } } },
      faults: Object.fromEntries(['slow-lock', 'api-dies', 'ceo'].map(id => [id, { ok: true, value: 'it ends' }])),
    },
    list: {
      ok: true,
      file: '/shared/production.json',
      production: { shop: publishedAs(['engine:LIVE1', 'server:live']) },
    },
    past: [],
    hash: sha256,
  }
}

type Host = NonNullable<DrillQuestion['seen']>['hosts'][string]
type Base = Extract<NonNullable<DrillQuestion['seen']>['databases'][string], { readonly ok: true }>['value']

export function withHost(other: Partial<Extract<Host, { readonly ok: true }>['value']>): DrillQuestion {
  const asked = question()
  const before = { identity: one, mark: markFor(one), beside: [] }
  const hosts = { ...asked.seen.hosts, 'web-1': { ok: true, value: { ...before, ...other } } as const }
  return { ...asked, seen: { ...asked.seen, hosts } }
}

export function withDatabase(other: Partial<Base>): DrillQuestion {
  const asked = question()
  const value = { identity: main, mark: markFor(main), ...other }
  return { ...asked, seen: { ...asked.seen, databases: { main: { ok: true, value } } } }
}

export function withFault(
  id: string,
  able: NonNullable<DrillQuestion['seen']>['faults'][string] | undefined,
): DrillQuestion {
  const asked = question()
  const { [id]: _, ...others } = asked.seen.faults
  return { ...asked, seen: { ...asked.seen, faults: able === undefined ? others : { ...others, [id]: able } } }
}

export function withManifest(from: string, to: string): DrillQuestion {
  if (!staging.includes(from)) throw new Error(`the manifest has no ${from}`)
  const manifest = manifestOf(staging.replace(from, to))
  return { ...question(), manifest, references: referencesIn(manifest) }
}

export function withProduction(production: Readonly<Record<string, Published>>): DrillQuestion {
  return { ...question(), list: { ok: true, file: '/shared/production.json', production } }
}

export function withScenario(from: string, to: string): DrillQuestion {
  return { ...question(), scenario: scenarioWith(from, to) }
}
