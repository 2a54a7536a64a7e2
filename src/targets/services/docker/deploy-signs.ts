import type { Deploying } from '../../../state/deploying.ts'
import type { ContainerName } from '../../../state/manifest.ts'
import { oneLine } from '../../../state/text.ts'
import { baseOf, isOf, type Listed } from './names.ts'

/** One event of an Engine. */
export type Told = {
  readonly action: string
  readonly id: string
  /** Of a container its name, image and labels. */
  readonly about: Readonly<Record<string, string>>
  readonly atMs: number
}

export type Seen = {
  /** The manifest's containers on this host. */
  readonly own: readonly ContainerName[]
  readonly host: readonly (Listed & { readonly madeMs: number })[]
  readonly told: readonly Told[]
  readonly sinceMs: number
  readonly nowMs: number
}

type Sign = {
  readonly project: string | null
  readonly what: string
  readonly isHalfWay: boolean
  readonly atMs: number
}

/** Signs that concern the services of the manifest, or a Compose project that one of them is of; what Astern does itself is none. */
export function signsOf(seen: Seen): readonly Deploying[] {
  const within = (atMs: number): boolean => atMs >= seen.sinceMs
  const signs = [...events(seen), ...halfWay(seen), ...forgotten(seen)].filter(({ atMs }) => within(atMs))
  const newestFirst = [...signs].sort((a, b) => b.atMs - a.atMs)
  return [...new Set(newestFirst.map(({ project }) => project))].map(project => {
    const its = newestFirst.filter(sign => sign.project === project)
    return {
      by: project === null ? null : `Compose project ${oneLine(project, 60)}`,
      isUnderWay: its.some(({ isHalfWay }) => isHalfWay),
      signs: [...new Set(its.map(({ what }) => what))],
      agoMs: Math.max(0, seen.nowMs - (its[0]?.atMs ?? seen.nowMs)),
    }
  })
}

const projectLabel = 'com.docker.compose.project'

function events(seen: Seen): readonly Sign[] {
  const died = new Map<string, number>()
  for (const { action, id, atMs } of seen.told) if (action === 'die') died.set(id, atMs)
  return seen.told.flatMap(({ action, id, about, atMs }): readonly Sign[] => {
    if (action === 'pull') return pulled(seen, id, atMs)
    const name = about['name'] ?? ''
    const before = about['oldName']?.replace(/^\//, '') ?? name
    if (isAsterns(name) || isAsterns(before)) return []
    const project = concerned(seen, afterHalf(before), about)
    if (project === undefined) return []
    const of = (what: string, isHalfWay = false): readonly Sign[] => [{ project, what, isHalfWay, atMs }]
    switch (action) {
      case 'create':
        return of(`made ${oneLine(name, 60)}`)
      case 'destroy':
        return of(`removed ${oneLine(name, 60)}`)
      case 'rename':
        return of(`renamed ${oneLine(before, 60)} to ${oneLine(name, 60)}`)
      case 'kill':
        return ends.has(about['signal'] ?? '') && (died.get(id) ?? 0) < atMs && isThere(seen, id)
          ? of(`stopping ${oneLine(name, 60)}`, true)
          : []
      default:
        return []
    }
  })
}

/** What a stop sends: SIGTERM, SIGKILL, or what images ask for in their place. Others reload, or reopen logs. */
const ends = new Set(['2', '3', '9', '15', '28'])

/** A name of Compose's that lasts no longer than a replacement. One that was interrupted is told of as a leftover. */
function halfWay(seen: Seen): readonly Sign[] {
  return seen.host.flatMap(({ id, name, labels, madeMs }) => {
    const project = name === afterHalf(name) ? undefined : concerned(seen, afterHalf(name), labels)
    if (project === undefined) return []
    const last = seen.told.filter(told => told.id === id && told.action !== 'die').map(({ atMs }) => atMs)
    return [
      {
        project,
        what: `replacing ${oneLine(afterHalf(name), 60)} (${oneLine(name, 80)} stands beside it)`,
        isHalfWay: true,
        atMs: Math.max(madeMs, ...last),
      },
    ]
  })
}

/** Made a moment ago, and the Engine has forgotten how: it keeps few events, and health checks take their place. */
function forgotten(seen: Seen): readonly Sign[] {
  const known = new Set(seen.told.flatMap(({ action, id }) => (action === 'create' ? [id] : [])))
  return seen.host.flatMap(({ id, name, labels, madeMs }) => {
    const project = known.has(id) || isAsterns(name) ? undefined : concerned(seen, afterHalf(name), labels)
    return project === undefined ? [] : [{ project, what: `made ${oneLine(name, 60)}`, isHalfWay: false, atMs: madeMs }]
  })
}

/** By a tag, as deploys do. Astern fetches by digest. */
function pulled({ own, host }: Seen, image: string, atMs: number): readonly Sign[] {
  if (image.includes('@')) return []
  const ours = host.filter(listed => own.some(container => isOf(listed, container)))
  const of = ours.find(listed => repository(listed.image) === repository(image))
  if (of === undefined) return []
  return [{ project: of.labels[projectLabel] ?? null, what: `pulled ${oneLine(image, 80)}`, isHalfWay: false, atMs }]
}

/** The Compose project whose doing it is, null of none; undefined: it concerns no service of the manifest. */
function concerned(
  { own, host }: Seen,
  name: string,
  labels: Readonly<Record<string, string>>,
): string | null | undefined {
  const project = labels[projectLabel] ?? null
  if (labels['com.docker.compose.oneoff'] === 'True') return undefined
  if (own.some(container => container.kind === 'name' && container.name === baseOf(name))) return project
  const ours = host.filter(listed => own.some(container => isOf(listed, container)))
  const projects = [
    ...own.flatMap(container => (container.kind === 'compose' ? [container.project] : [])),
    ...ours.flatMap(({ labels: { [projectLabel]: of } }) => (of === undefined ? [] : [of])),
  ]
  return project !== null && projects.includes(project) ? project : undefined
}

function isThere({ host }: Seen, id: string): boolean {
  return host.some(listed => listed.id === id && listed.state !== 'exited')
}

function isAsterns(name: string): boolean {
  return baseOf(name) !== name
}

/** `0123456789ab_shop_api_1` -> `shop_api_1` */
function afterHalf(name: string): string {
  return name.replace(/^[0-9a-f]{12}_/, '')
}

/** `shop/api:1.3.0` -> `shop/api` */
function repository(image: string): string {
  return image.replace(/@.*$/, '').replace(/:[^/:]*$/, '')
}
