import { existsSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createHash } from 'node:crypto'
import { channels, manifestText, type ManifestFacts } from '../manifest.ts'
import { listText } from '../../src/state/drill/production.ts'
import { bad } from './state.ts'

export type RoomFacts = Omit<ManifestFacts, 'notify' | 'class' | 'drill'> & {
  readonly root: string
  readonly home: string
  /** Of the receiver, by the proxy in front of it. */
  readonly receiver: string
  readonly socket: string
  /** Where its proxies are told what to do. */
  readonly proxies: readonly string[]
}

/** The sandbox's astern.yaml: the shop's, with a room for drills. */
export function writeManifest(file: string, facts: RoomFacts): void {
  writeFileSync(`${file}.new`, textOf(facts), { mode: 0o600 })
  renameSync(`${file}.new`, file)
}

function textOf(facts: RoomFacts): string {
  const { root, home, receiver, socket, proxies } = facts
  return manifestText({
    ...facts,
    class: 'drill',
    notify: { log: { file: join(root, 'messages.ndjson') } },
    drill: {
      ...(existsSync(join(home, 'production.json')) ? {} : { production: ownList(root) }),
      notify: channels(receiver, join(root, 'drill-messages.ndjson'), facts),
      ...(proxies.length === 0 ? {} : { proxies }),
      commands: Object.fromEntries(bad.map(release => [`deploy-${release}`, commandFor(release, socket)])),
    },
  })
}

function commandFor(release: string, socket: string): object {
  const tell = (word: string): readonly string[] => [
    process.execPath,
    '--disable-warning=ExperimentalWarning',
    join(import.meta.dirname, 'sandbox.js'),
    'tell',
    socket,
    word,
    release,
  ]
  return { run: tell('deploy'), undo: tell('withdraw'), probe: tell('holds'), timeout: '2m' }
}

/** Where nobody has published what production is, there is one all the same that the sandbox is not: a proof wants to read one. */
function ownList(root: string): string {
  const file = join(root, 'production.json')
  const at = new Date().toISOString()
  const what = 'host nowhere'
  const production = {
    'no-production-is-known-here': {
      at,
      by: 'sandbox',
      on: 'sandbox',
      ids: { 'machine:no-production-is-known-here': { what, at } },
      references: [],
      channels: [],
    },
  }
  writeFileSync(
    file,
    listText(production, text => createHash('sha256').update(text).digest('hex')),
    { mode: 0o600 },
  )
  return file
}
