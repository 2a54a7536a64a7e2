import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { sha256 } from '../../src/runners/journal/read.ts'
import { listText, type Production } from '../../src/state/drill/production.ts'
import { publishedAs } from '../state/drill/question.ts'
import { cli, finished, linesOf, type Ran } from './support.ts'

/** A staging environment of one directory and one SQLite file, a production beside it, and a home of their own. */
export type DrillStage = {
  readonly root: string
  readonly home: string
  readonly list: string
  /** The text of an astern.yaml with some of it otherwise. */
  readonly write: (file: string, change?: (text: string) => string) => string
  readonly scenario: (change?: (text: string) => string) => string
  readonly publish: (production: Production) => void
  readonly astern: (args: readonly string[], config?: string, env?: Readonly<Record<string, string>>) => Promise<Ran>
  /** Marks what astern.yaml names, and gives the exit code. */
  readonly mark: (config?: string) => Promise<number | null>
  /** What the check says of a scenario: its exit code, and the code of each refusal. */
  readonly check: (
    config?: string,
    scenario?: string,
    env?: Readonly<Record<string, string>>,
  ) => Promise<readonly (number | string | null)[]>
  /** The commands of errands of that name that were begun and settled, as the journals have them. */
  readonly done: (what: string) => readonly string[]
  readonly close: () => void
}

export function openDrillStage(): DrillStage {
  const root = mkdtempSync(join(tmpdir(), 'astern-drill-'))
  const home = join(root, 'home')
  mkdirSync(home)
  for (const place of ['staging', 'production']) layOut(join(root, place))
  const list = join(home, 'production.json')
  const astern = (args: readonly string[], config = 'staging.yaml', env: Readonly<Record<string, string>> = {}) =>
    finished(
      spawn(process.execPath, [cli, ...args, '--config', join(root, config)], {
        stdio: ['ignore', 'pipe', 'pipe'],
        cwd: '/',
        env: {
          ...process.env,
          STAGING_PROBE: 'a-staging-password',
          SHOP_PROBE: 'a-live-password',
          ASTERN_HOME: home,
          ...env,
        },
      }),
    )
  const scenario: DrillStage['scenario'] = (change = text => text) => {
    const file = join(root, 'scenario.yaml')
    writeFileSync(file, change(scenarioText))
    return file
  }
  return {
    root,
    home,
    list,
    mark: async config => (await astern(['drill', '--mark', '--confirm', 'shop-staging'], config)).code,
    check: async (config, file = scenario(), env = {}) => {
      const ran = await astern(['drill', file, '--check', '--json'], config, env)
      if (ran.stdout === '') throw new Error(ran.stderr)
      const { refusals } = JSON.parse(ran.stdout) as { readonly refusals: readonly { readonly code: string }[] }
      return [ran.code, ...refusals.map(({ code }) => code)]
    },
    scenario,
    write: (file, change = text => text) => {
      writeFileSync(join(root, file), change(manifest(file.startsWith('production') ? 'production' : 'staging')))
      return file
    },
    publish: production => writeFileSync(list, listText(production, sha256)),
    astern,
    done: what => {
      const runs = join(home, 'runs')
      const journals = readdirSync(runs).map(run => linesOf(join(runs, run)))
      const own = journals.filter(([first]) => {
        const opened = first?.event
        return opened?.kind === 'run.opened' && opened.purpose.kind === 'errand' && opened.purpose.what === what
      })
      return own.flat().flatMap(({ event }) => {
        if (event.kind === 'step.begun') return [`begun ${event.command.kind}`]
        return event.kind === 'step.settled' ? [`${event.outcome} ${event.step}`] : []
      })
    },
    close: () => rmSync(root, { recursive: true, force: true }),
  }
}

/** As another machine would have published it. */
export const elsewhere: Production = { shop: publishedAs(['machine:0', 'directory:0:8:42', 'file:0:8:43']) }

export function layOut(place: string): void {
  mkdirSync(join(place, 'host'), { recursive: true })
  const database = new DatabaseSync(join(place, 'shop.db'))
  database.exec('CREATE TABLE orders (id INTEGER PRIMARY KEY)')
  database.close()
}

export function markIn(file: string): unknown {
  const database = new DatabaseSync(file, { readOnly: true })
  try {
    const there = database.prepare("SELECT 1 FROM sqlite_schema WHERE name = '_astern_drill'").all().length > 0
    return there ? JSON.parse(String(database.prepare('SELECT mark FROM _astern_drill').get()?.['mark'])) : null
  } finally {
    database.close()
  }
}

export function textOf(file: string): string {
  return readFileSync(file, 'utf8')
}

function manifest(which: 'staging' | 'production'): string {
  const [name, secret, game] =
    which === 'staging' ? ['shop-staging', 'STAGING_PROBE', 'game'] : ['shop', 'SHOP_PROBE', 'nothing']
  return `
environment: { name: ${name}, class: ${which} }
hosts:
  local: { releases: ${which}/host }
services: {}
databases:
  main: { sqlite: { file: ${which}/shop.db } }
checks:
  - { name: log in, http: { url: "http://127.0.0.1:9/", headers: { authorization: "env:${secret}" } }, assert: [{ status: 200 }] }
notify:
  ops: { webhook: { url: "http://127.0.0.1:9/${which}" } }
drill:
  notify:
    game: { webhook: { url: "http://127.0.0.1:9/${game}" } }
`
}

const scenarioText = `
id: locked
title: Rows that are locked
objectives: [see who holds the lock]
environment: { names: [shop-staging] }
roles: { owner: Ana, coordinator: Bo, reporter: Cleo }
steady_state: [log in]
injects:
  - { id: lock, at: 2m, kind: row_locks, target: { database: main }, expires: 5m }
expected: { decision: nothing }
targets: { detect: 2m }
stop_conditions: [{ seen: somebody is hurt }]
blast_radius: { databases: [main] }
deadline: 30m
`

/** An astern.yaml with other targets than the directory and the file. */
export function withTargets(
  text: string,
  {
    hosts,
    services = {},
    databases = {},
  }: { readonly hosts: object; readonly services?: object; readonly databases?: object },
): string {
  return text
    .replace(/hosts:\n.*\n/, `hosts: ${JSON.stringify(hosts)}\n`)
    .replace('services: {}', `services: ${JSON.stringify(services)}`)
    .replace(/databases:\n.*\n/, `databases: ${JSON.stringify(databases)}\n`)
}

/** A scenario that hurts something else, within that and no more. */
export function withInject(text: string, inject: string, blastRadius: string): string {
  return text.replace(/^ {2}- \{ id: lock.*$/m, `  - ${inject}`).replace('{ databases: [main] }', blastRadius)
}
