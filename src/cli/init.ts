import { writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { suggestManifest, type FoundContainer } from '../manifest/suggest.ts'
import { exitCode } from './exit-codes.ts'
import { exists } from './files.ts'
import type { Flags } from './flags.ts'
import { initHosts } from './init-hosts.ts'
import { lookAround } from './init-survey.ts'
import { answer, talk, tell } from './talk.ts'

/** Writes a manifest for what runs on one or more Docker hosts and Swarms. Looks only, and never writes over a file. */
export async function init(flags: Flags): Promise<number> {
  const file = flags.config === '-' ? null : resolve(flags.config ?? 'astern.yaml')
  if (file !== null && (await exists(file))) {
    talk(`astern: ${file} is there already, and is left as it is. Name another with --config FILE, or - to print it.`)
    return exitCode.usage
  }
  const hosts = await initHosts(flags)
  if (typeof hosts === 'string') {
    talk(`astern: ${hosts}`)
    return exitCode.usage
  }
  const seen = await Promise.all(hosts.map(lookAround))
  const found: FoundContainer[] = []
  for (const host of seen) {
    if ('fault' in host) {
      tell(host.fault)
      return exitCode.short
    }
    host.said.forEach(talk)
    found.push(...host.found)
  }
  const project = chosenProject(found, flags.project)
  if (typeof project === 'object' && project !== null) {
    talk(`astern: ${project.fault}`)
    return exitCode.usage
  }
  const own = found.filter(({ member }) => project === null || member?.project === project)
  tellLeftOut(found, own)
  const noted = hosts.map((host, index) => ({ ...host, note: noteOf(seen[index]) }))
  const text = suggestManifest(project ?? 'shop', noted, own)
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
  answer(`${file}: ${countedIn(own)}`)
  talk(
    'Read it through, correct what is a guess, then: astern plan, astern doctor, and after a good deploy astern record --version V',
  )
  return exitCode.reached
}

function noteOf(seen: Awaited<ReturnType<typeof lookAround>> | undefined): string | null {
  return seen === undefined || 'fault' in seen ? null : seen.note
}

/** `2 containers on one host, 3 services on a Swarm` */
function countedIn(own: readonly FoundContainer[]): string {
  const [services, containers] = [own.filter(({ isSwarms }) => isSwarms), own.filter(({ isSwarms }) => !isSwarms)]
  const count = (some: readonly FoundContainer[], what: string, one: string, many: string): readonly string[] => {
    const hosts = new Set(some.map(({ host }) => host)).size
    return some.length === 0 ? [] : [`${some.length} ${what} on ${hosts === 1 ? one : `${hosts} ${many}`}`]
  }
  const parts = [
    ...count(containers, 'containers', 'one host', 'hosts'),
    ...count(services, 'services', 'a Swarm', 'Swarms'),
  ]
  return parts.join(', ')
}

/** What is in no Compose project and no stack is easily forgotten, and may be what matters. */
function tellLeftOut(found: readonly FoundContainer[], own: readonly FoundContainer[]): void {
  const others = found.filter(container => !own.includes(container)).map(({ name, host }) => `${name} on ${host}`)
  if (others.length > 0) talk(`Left out, because they are not of that project: ${others.join(', ')}.`)
}

function chosenProject(
  found: readonly FoundContainer[],
  asked: string | undefined,
): string | null | { readonly fault: string } {
  const projectsOf = (some: readonly FoundContainer[]): readonly string[] =>
    [...new Set(some.flatMap(({ member }) => member?.project ?? []))].sort()
  const live = projectsOf(found.filter(({ stopped }) => stopped === null))
  const all = projectsOf(found)
  const projects = live.length === 0 ? all : live
  if (found.length === 0) return { fault: 'nothing runs there. Start what Astern is to look after, then try again.' }
  if (asked !== undefined)
    return all.includes(asked)
      ? asked
      : { fault: `there is no Compose project and no stack ${asked}. There are: ${all.join(', ') || 'none'}.` }
  if (projects.length <= 1) return projects[0] ?? null
  return { fault: `several Compose projects or stacks run there: ${projects.join(', ')}. Name one with --project.` }
}
