import { hostname } from 'node:os'
import { sha256 } from '../../client/sha256.ts'
import { referencesIn } from '../../runners/secrets.ts'
import { addressesOf } from '../../state/drill/addresses.ts'
import type { Seen } from '../../state/drill/facts.ts'
import { listText, published, type Published, type PublishedId } from '../../state/drill/production.ts'
import { addressHash } from '../../state/drill/rules/channels.ts'
import { referenceHash } from '../../state/drill/rules/secrets.ts'
import type { Fault } from '../../state/fault.ts'
import type { Manifest } from '../../state/manifest.ts'
import { flockFile } from '../../targets/flock.ts'
import { replaceBytes } from '../../targets/services/releases/write-whole.ts'
import type { Environment } from '../environment.ts'
import { whoAmI } from '../person.ts'
import { systemWords } from '../system-words.ts'
import { talk } from '../talk.ts'
import { listFile, readList } from './list.ts'
import { seeTargets } from './see.ts'

const patienceMs = 10_000

/** A host may be down for a while, or handed on. The refusal of a drill tells people of it. */
const rememberedMs = 90 * 24 * 3_600_000

/** Tells drills what production is; of any other class there is nothing to tell. A target that gives no answer is told of. */
export async function publishProduction(environment: Environment): Promise<Fault | null> {
  const { manifest } = environment
  if (manifest.environment.class !== 'production') return null
  const seen = await seeTargets(environment)
  const at = new Date()
  const now = publishedNow(manifest, seen, at.toISOString())
  const since = new Date(at.getTime() - rememberedMs).toISOString()
  const file = listFile(manifest)
  try {
    const turn = await flockFile(`${file}.writing`, patienceMs, 0o644)
    if (turn === null) return notPublished(file, 'somebody else is writing it')
    try {
      const list = await readList(file)
      if (!list.ok && list.why !== 'missing')
        return notPublished(file, list.why === 'damaged' ? 'it is damaged: it is not what Astern wrote' : list.words)
      const before = list.ok ? list.production : {}
      await replaceBytes(file, listText(published(before, manifest.environment.name, now, since), sha256))
    } finally {
      await turn.close()
    }
  } catch (error) {
    return notPublished(file, systemWords(error))
  }
  for (const what of silent(seen)) talk(`astern: ${what}: drills go by what it said before, if it ever did (${file})`)
  return null
}

function publishedNow(manifest: Manifest, { hosts, databases }: Seen, at: string): Published {
  const ids: Record<string, PublishedId> = {}
  const targets = [
    ...Object.entries(hosts).map(([name, sight]) => [`host ${name}`, sight] as const),
    ...Object.entries(databases).map(([name, sight]) => [`database ${name}`, sight] as const),
  ]
  for (const [what, sight] of targets) if (sight.ok) for (const id of sight.value.identity.ids) ids[id] ??= { what, at }
  const addresses = Object.values(manifest.notify).flatMap(addressesOf)
  return {
    at,
    by: whoAmI().name,
    on: hostname(),
    ids,
    references: referencesIn(manifest).map(reference => referenceHash(reference, sha256)),
    channels: addresses.map(address => addressHash(address, sha256)),
  }
}

function silent({ hosts, databases }: Seen): readonly string[] {
  return [...Object.values(hosts), ...Object.values(databases)].flatMap(sight => (sight.ok ? [] : [sight.fault.what]))
}

function notPublished(file: string, why: string): Fault {
  return {
    code: 'drill.not-published',
    what: `What production is could not be published in ${file}: ${why}`,
    means: 'Drills go by what stands there, or are refused.',
    next: 'Put it right and record again; drill.production in astern.yaml names another file.',
  }
}
