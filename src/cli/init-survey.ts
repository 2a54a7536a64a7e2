import { hostOf } from '../manifest/hosts.ts'
import type { FoundContainer } from '../manifest/suggest.ts'
import type { Fault } from '../state/fault.ts'
import { openEngine } from '../targets/services/docker/engine.ts'
import { survey, type Surveyed } from '../targets/services/docker/survey.ts'
import { openManagers } from '../targets/services/swarm/managers.ts'
import { surveySwarm, type SurveyedService } from '../targets/services/swarm/survey.ts'
import type { InitHost } from './init-hosts.ts'

export type HostFound = {
  readonly found: readonly FoundContainer[]
  /** For whoever reads the file. */
  readonly note: string | null
  /** For whoever called: what was left out, and why. */
  readonly said: readonly string[]
}

/** What one host of the command line runs. */
export async function lookAround({ name, written }: InitHost): Promise<HostFound | { readonly fault: Fault }> {
  const host = hostOf(written, path => path)
  if (host.kind === 'releases') throw new Error(`${name} is no Docker host`)
  if (host.kind === 'swarm') {
    const { engine } = openManagers(name, host)
    const seen = await surveySwarm(engine).finally(() => engine.close())
    if (!seen.ok) return seen
    const { services, jobs, managers } = seen.value
    const named = 1 + (host.others?.length ?? 0)
    return {
      found: services.map(service => foundService(name, service)),
      note:
        managers.length > named
          ? `# ${name} has ${managers.length} managers (${managers.join(', ')}). Name the others too, as swarm: [ONE, OTHER, ...]: where one is lost the next is asked.`
          : null,
      said: jobs.length === 0 ? [] : [`Left out, because they are jobs, which end by themselves: ${jobs.join(', ')}.`],
    }
  }
  const engine = openEngine(name, host.endpoint)
  const seen = await survey(engine).finally(() => engine.close())
  if (!seen.ok) return seen
  const tasks = seen.value.filter(isTask)
  const own = seen.value.filter(one => !isTask(one))
  return {
    found: withoutLeftovers(own.map(one => foundOn(name, one, own))),
    note: null,
    said:
      tasks.length === 0
        ? []
        : [
            `Left out, because they are tasks of a Swarm that ${name} is a node of: ${tasks.map(task => task.name).join(', ')}. Name a manager of it: astern init --swarm URL`,
          ],
  }
}

/** A Swarm makes and removes these itself: what is rolled back is their service. */
function isTask({ labels }: Surveyed): boolean {
  return labels['com.docker.swarm.service.id'] !== undefined
}

function foundService(host: string, { name, stack, ports, checked, tasks }: SurveyedService): FoundContainer {
  return {
    host,
    name,
    member: stack === null ? null : { project: stack.name, service: stack.service, number: 1 },
    isSwarms: true,
    dependsOn: null,
    ports,
    checked,
    sharesWith: [],
    stopped: tasks === 0 ? 'it was scaled to no task' : null,
  }
}

/** A stopped container whose place in its project another has taken is what an interrupted Compose left. */
function withoutLeftovers(found: readonly FoundContainer[]): readonly FoundContainer[] {
  const placeOf = ({ member, name }: FoundContainer): string => JSON.stringify(member ?? name)
  const taken = new Set(found.filter(({ stopped }) => stopped === null).map(placeOf))
  return found.filter(container => container.stopped === null || !taken.has(placeOf(container)))
}

function foundOn(host: string, { labels, sharesWith, ...seen }: Surveyed, all: readonly Surveyed[]): FoundContainer {
  const parents = sharesWith.flatMap(parent => all.find(({ name }) => name === parent) ?? [])
  return {
    ...seen,
    host,
    member: memberOf(labels),
    dependsOn: dependenciesIn(labels),
    sharesWith: parents.map(parent => memberOf(parent.labels)?.service ?? parent.name),
  }
}

function memberOf(labels: Surveyed['labels']): FoundContainer['member'] {
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
