import { lstat, stat, statfs } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import type { Inject } from '../../../state/drill/scenario.ts'
import type { Result } from '../../../state/fault.ts'
import type { ReleasesHost } from '../../../state/manifest.ts'
import { mayWrite } from '../../may.ts'
import { digestOf } from '../../services/releases/digest.ts'
import { placeOf, type Place, type ReleasesConfig } from '../../services/releases/layout.ts'
import { runningAt } from '../../services/releases/processes.ts'
import { unable } from '../unable.ts'
import { placeIn } from './places.ts'

export type AbleMeans = {
  readonly config: ReleasesConfig
  /** Astern's home, and files of databases: what a host's fault may not take along. */
  readonly home: string
  readonly files: readonly string[]
  readonly disks: Readonly<Record<string, string>>
}

type Why = { readonly what: string; readonly next: string }

/** Whether it could be put there, and be taken away again by a process of this account on this machine. */
export async function ableOnReleases(inject: Inject, means: AbleMeans): Promise<Result<string>> {
  const { target } = inject
  const hostName = target.kind === 'service' || target.kind === 'host' ? target.host : ''
  const host = means.config.hosts[hostName]
  if (host?.kind !== 'releases') throw new Error(`no such host of release directories: ${hostName}`)
  const why = (await notWritable(host)) ?? (await whyNot(inject, host, means))
  if (why !== null) return unable(inject, why.what, why.next)
  return { ok: true, value: 'a keeper on this machine puts it there, and takes it away again by itself' }
}

async function whyNot(inject: Inject, host: ReleasesHost, means: AbleMeans): Promise<Why | null> {
  const { target, fault, settings } = inject
  if (target.kind === 'host')
    return fault === 'disk_full' ? disk(means.disks[target.host], means.home) : aside(host.root, means)
  if (target.kind !== 'service') throw new Error(`no fault of release directories: ${fault}`)
  const declared = means.config.services[target.service]
  if (declared?.release == null || !declared.hosts.includes(target.host))
    return { what: `${target.service} is not on ${target.host}`, next: 'Correct its target.' }
  const place = placeOf(means.config, target)
  if (fault === 'image_gone') return released(place, 'release', settings.release)
  if (fault === 'tag_moved')
    return (await released(place, 'release', settings.release)) ?? released(place, 'instead', settings.instead)
  return foreign(place)
}

async function notWritable({ root }: ReleasesHost): Promise<Why | null> {
  const record = dirname(placeIn(root))
  const there = await stat(record).then(
    () => record,
    () => root,
  )
  return (await mayWrite(there)) ? null : { what: `${there} cannot be written into`, next: rights }
}

const rights = 'Mount it or put its rights right.'

async function released(place: Place, setting: string, release: string | undefined): Promise<Why | null> {
  const next = `Give the inject with: { ${setting}: RELEASE }, one that is in ${place.releases}.`
  if (release === undefined) return { what: `it does not say which ${setting}`, next }
  const directory = join(place.releases, release)
  const { digest, why } = await digestOf(directory)
  if (digest === null) return { what: `release ${release} of ${place.name} is not there: ${why}`, next }
  const [its, roots] = await Promise.all([stat(directory), stat(place.root)])
  if (its.dev !== roots.dev)
    return { what: `${directory} is on another file system than ${place.root}`, next: 'Take the inject out.' }
  return (await mayWrite(place.releases)) ? null : { what: `${place.releases} cannot be written into`, next: rights }
}

/** Another account's process is not signalled. */
async function foreign(place: Place): Promise<Why | null> {
  const running = await runningAt(place)
  if (running === null || process.getuid?.() === 0) return null
  const owner = await stat(`/proc/${running.pid}`).then(
    ({ uid }) => uid,
    () => null,
  )
  return owner === process.getuid?.() || owner === null
    ? null
    : { what: `process ${running.pid} of ${place.name} belongs to another account`, next: 'Drill as that account.' }
}

async function aside(root: string, { home, files }: AbleMeans): Promise<Why | null> {
  const above = dirname(root)
  const [its, parents] = await Promise.all([lstat(root), stat(above)])
  const next = 'Take the inject out, or lay the directory elsewhere.'
  if (!its.isSymbolicLink() && its.dev !== parents.dev)
    return { what: `${root} is mounted where it is, and cannot be moved aside`, next }
  if (!(await mayWrite(above))) return { what: `${above} cannot be written into`, next: rights }
  const below = [home, ...files].find(path => !relative(root, path).startsWith('..'))
  return below === undefined ? null : { what: `${below} lies below ${root} and would go with it`, next }
}

/** More is filled neither quickly nor for nothing. */
const mostBytes = 64 * 1024 ** 3

/** Also asked by whoever is about to fill it: what was mounted there may be mounted no more. */
export async function disk(path: string | undefined, home: string): Promise<Why | null> {
  const next = 'Name a path on a file system of its own: drill: { disks: { HOST: PATH } }.'
  if (path === undefined) return { what: 'no disk of it may be filled', next }
  const there = await stat(path).catch(() => null)
  if (there === null || !there.isDirectory()) return { what: `${path} is not there`, next }
  for (const kept of ['/', home])
    if ((await deviceOf(kept)) === there.dev)
      return { what: `${path} is on the file system of ${kept}, which is never filled`, next }
  const { bavail, bsize } = await statfs(path)
  if (bavail * bsize > mostBytes) return { what: `more than 64 GiB are free on ${path}`, next }
  return (await mayWrite(path)) ? null : { what: `${path} cannot be written into`, next: rights }
}

/** Of the nearest that is there. */
async function deviceOf(path: string): Promise<number> {
  const there = await stat(path).catch(() => null)
  return there?.dev ?? deviceOf(dirname(path))
}
