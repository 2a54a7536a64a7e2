// Everything of an environment that a drill has to leave as it was, as JSON. Run where the environment is, with the file of its manifest and the built child of SQLite.
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import Docker from 'dockerode'
import { loadManifest } from '../../src/manifest/load.ts'
import { gatherFacts } from '../../src/runners/engine/gather.ts'
import { openSecrets } from '../../src/runners/secrets.ts'
import type { Manifest } from '../../src/state/manifest.ts'
import { openLooks } from '../../src/targets/looks.ts'

const [, , file = '', databaseChild = ''] = process.argv
const loaded = await loadManifest(file, async path => readFileSync(path, 'utf8'))
if (!loaded.ok) throw new Error(JSON.stringify(loaded.faults))
process.stdout.write(JSON.stringify(await see(loaded.manifest)))

async function see(manifest: Manifest) {
  const { resolve: resolveSecret } = openSecrets(process.env)
  const looks = openLooks(manifest, { resolve: resolveSecret, now: () => new Date(), databaseChild })
  const facts = await gatherFacts(
    manifest,
    looks,
    value => value,
    () => new Date(),
  )
  await Promise.all([looks.services, ...Object.values(looks.databases)].map(target => target.close()))
  const services = Object.entries(facts.services).map(([key, { observed, releases, health }]) => {
    const { state, release, digest, pointed, config, image } = observed
    return [key, { state, release, digest, pointed, config, image, releases, health }] as const
  })
  const databases = Object.entries(facts.databases).map(([name, { fingerprint, schema, applied, rows }]) => [
    name,
    { fingerprint, schema, applied, tables: Object.keys(rows).sort() },
  ])
  return {
    services: Object.fromEntries(services),
    databases: Object.fromEntries(databases),
    records: facts.records,
    files: filesOf(manifest),
    engine: await engineOf(manifest),
  }
}

/** Below the directories of releases and of the database; without logs, which grow. */
function filesOf({ hosts }: Manifest): readonly string[] {
  if (!Object.values(hosts).some(({ kind }) => kind === 'releases')) return []
  const root = dirname(file)
  return ['host', 'data']
    .flatMap(part => readdirSync(join(root, part), { recursive: true, encoding: 'utf8' }).map(path => join(part, path)))
    .filter(path => !/\.log$|\.astern\/refused|-(wal|shm)$/.test(path))
    .sort()
}

async function engineOf({ hosts }: Manifest) {
  const endpoint = Object.values(hosts).flatMap(host => (host.kind === 'docker' ? [host.endpoint] : []))[0]
  if (endpoint?.kind !== 'unix') return null
  const docker = new Docker({ socketPath: endpoint.path })
  const containers = await docker.listContainers({ all: true })
  const images = await docker.listImages()
  return {
    containers: containers.map(({ Names, ImageID, State }) => [...Names, ImageID, State].join(' ')).sort(),
    images: images.map(({ Id, RepoTags }) => [Id, ...(RepoTags ?? []).toSorted()].join(' ')).sort(),
  }
}
