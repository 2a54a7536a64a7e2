import { access, writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { hostOf } from '../manifest/hosts.ts'
import { suggestManifest, type FoundContainer } from '../manifest/suggest.ts'
import { openEngine } from '../targets/services/docker/engine.ts'
import { survey, type Surveyed } from '../targets/services/docker/survey.ts'
import { exitCode } from './exit-codes.ts'
import type { Flags } from './flags.ts'
import { initHosts, type InitHost } from './init-hosts.ts'
import { answer, talk, tell } from './talk.ts'

/** Writes a manifest for what runs on one or more Docker hosts. Looks only, and never writes over a file. */
export async function init(flags: Flags): Promise<number> {
  const file = flags.config === '-' ? null : resolve(flags.config ?? 'astern.yaml')
  if (file !== null && (await isThere(file))) {
    talk(`astern: ${file} is there already, and is left as it is. Name another with --config FILE, or - to print it.`)
    return exitCode.usage
  }
  const hosts = await initHosts(flags)
  if (typeof hosts === 'string') {
    talk(`astern: ${hosts}`)
    return exitCode.usage
  }
  const found = await lookAround(hosts)
  if (found === null) return exitCode.short
  const project = chosenProject(found, flags.project)
  if (typeof project === 'object' && project !== null) {
    talk(`astern: ${project.fault}`)
    return exitCode.usage
  }
  const own = found.filter(({ compose }) => project === null || compose?.project === project)
  tellLeftOut(found, own)
  const text = suggestManifest(project ?? 'shop', hosts, own)
  if (file === null) {
    answer(text)
    return exitCode.reached
  }
  const written = await writeFile(file, text, { flag: 'wx', mode: 0o644 }).then(
    () => null,
    (error: unknown) => (error instanceof Error && 'code' in error ? String(error.code) : String(error)),
  )
  if (written !== null) {
    talk(`astern: ${file} could not be written (${written}). Name another with --config FILE, or - to print it.`)
    return exitCode.usage
  }
  answer(`${file}: ${own.length} containers on ${hosts.length === 1 ? 'one host' : `${hosts.length} hosts`}`)
  talk(
    'Read it through, correct what is a guess, then: astern plan, astern doctor, and after a good deploy astern record --version V',
  )
  return exitCode.reached
}

/** What is in no Compose project is easily forgotten, and may be what matters. */
function tellLeftOut(found: readonly FoundContainer[], own: readonly FoundContainer[]): void {
  const others = found.filter(container => !own.includes(container)).map(({ name, host }) => `${name} on ${host}`)
  if (others.length > 0) talk(`Left out, because they are not of that Compose project: ${others.join(', ')}.`)
}

/** All containers of all hosts, or null once a host's fault was told. */
async function lookAround(hosts: readonly InitHost[]): Promise<readonly FoundContainer[] | null> {
  const surveys = await Promise.all(
    hosts.map(async ({ name, written }) => {
      const host = hostOf(written, path => path)
      if (host.kind !== 'docker') throw new Error(`${name} is no Docker host`)
      const engine = openEngine(name, host.endpoint)
      const found = await survey(engine)
      await engine.close()
      return { name, found }
    }),
  )
  const containers: FoundContainer[] = []
  for (const { name, found } of surveys) {
    if (!found.ok) {
      tell(found.fault)
      return null
    }
    containers.push(...withoutLeftovers(found.value.map(one => foundOn(name, one, found.value))))
  }
  return containers
}

/** A stopped container whose place in its project another has taken is what an interrupted Compose left. */
function withoutLeftovers(found: readonly FoundContainer[]): readonly FoundContainer[] {
  const placeOf = ({ compose, name }: FoundContainer): string => JSON.stringify(compose ?? name)
  const taken = new Set(found.filter(({ stopped }) => stopped === null).map(placeOf))
  return found.filter(container => container.stopped === null || !taken.has(placeOf(container)))
}

function foundOn(host: string, { labels, sharesWith, ...seen }: Surveyed, all: readonly Surveyed[]): FoundContainer {
  const parents = sharesWith.flatMap(parent => all.find(({ name }) => name === parent) ?? [])
  return {
    ...seen,
    host,
    compose: composeOf(labels),
    dependsOn: dependenciesIn(labels),
    sharesWith: parents.map(parent => composeOf(parent.labels)?.service ?? parent.name),
  }
}

function composeOf(labels: Surveyed['labels']): FoundContainer['compose'] {
  const project = labels['com.docker.compose.project']
  const service = labels['com.docker.compose.service']
  if (project === undefined || service === undefined) return null
  return { project, service, number: Number(labels['com.docker.compose.container-number'] ?? 1) }
}

/** Compose 2 writes `auth:service_healthy:false,main:service_started:false`, and Compose 1 nothing. */
function dependenciesIn(labels: Surveyed['labels']): FoundContainer['dependsOn'] {
  const written = labels['com.docker.compose.depends_on']
  if (written === undefined) return null
  return written.split(',').flatMap(entry => (entry === '' ? [] : [entry.split(':')[0] ?? '']))
}

function chosenProject(
  found: readonly FoundContainer[],
  asked: string | undefined,
): string | null | { readonly fault: string } {
  const projectsOf = (some: readonly FoundContainer[]): readonly string[] =>
    [...new Set(some.flatMap(({ compose }) => compose?.project ?? []))].sort()
  const live = projectsOf(found.filter(({ stopped }) => stopped === null))
  const all = projectsOf(found)
  const projects = live.length === 0 ? all : live
  if (found.length === 0)
    return { fault: 'no container runs there. Start what Astern is to look after, then try again.' }
  if (asked !== undefined)
    return all.includes(asked)
      ? asked
      : { fault: `there is no container of a Compose project ${asked}. There are: ${all.join(', ') || 'none'}.` }
  if (projects.length <= 1) return projects[0] ?? null
  return { fault: `several Compose projects run there: ${projects.join(', ')}. Name one with --project.` }
}

function isThere(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  )
}
