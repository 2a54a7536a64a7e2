import type { Observed } from '../../../state/facts.ts'
import { oneLine } from '../../../state/text.ts'
import { standingOf, type Standing } from './find.ts'
import { digestIn, namedIn, namesOf, type Names } from './images.ts'
import type { Place } from './layout.ts'
import { isParked } from './parking.ts'
import { referencesIn } from './references.ts'
import { failedOf, failureInWords, nodeName, perNode, runningOf, silentOf, wantedOf } from './tasks.ts'

/** One service of a Swarm: what its running tasks are, and not what its spec promises. */
export async function observePlace(place: Place): Promise<Observed> {
  const [standing, names] = await Promise.all([standingOf(place), namesOf(place)])
  if (!standing.ok) return nothing('unreachable', standing.fault.what)
  if (standing.value === null) return nothing('missing', `there is no service ${place.swarm} on ${place.host}`)
  return observedOf(standing.value, names)
}

export function observedOf(standing: Standing, names: Names): Observed {
  const { ContainerSpec } = standing.service.Spec.TaskTemplate
  const running = runningOf(standing)
  const image = imageOf(standing)
  const run = running.find(({ Spec }) => Spec.ContainerSpec?.Image === image)?.Spec.ContainerSpec ?? ContainerSpec
  const since = running.map(({ Status }) => Status.Timestamp).sort()
  const notes = notesOf(standing, names)
  return {
    state: running.length > 0 || silentOf(standing).length > 0 ? 'running' : 'stopped',
    release: image === null ? null : names(image),
    digest: image === null ? null : digestIn(image),
    pointed: names(ContainerSpec.Image),
    pid: null,
    since: since.at(-1) ?? null,
    note: notes.length === 0 ? null : notes.join('; '),
    ...(image === null ? {} : { image: namedIn(image) }),
    references: referencesIn(run),
  }
}

/** What its running tasks are, or would be; null: they are not all the same, or on a silent node may not be. */
function imageOf(standing: Standing): string | null {
  const running = [...runningOf(standing), ...silentOf(standing)]
  const images = new Set(running.map(({ Spec }) => Spec.ContainerSpec?.Image ?? ''))
  if (running.length === 0) return standing.service.Spec.TaskTemplate.ContainerSpec.Image
  return images.size === 1 ? ([...images][0] ?? null) : null
}

function notesOf(standing: Standing, names: Names): readonly string[] {
  const { service } = standing
  const running = runningOf(standing)
  const wanted = wantedOf(standing)
  const [failure] = running.length < wanted ? failedOf(standing) : []
  const where = running.length === 0 ? '' : ` (${perNode(standing, running)})`
  return [
    ...updateInWords(standing),
    ...mixed(standing, names),
    ...(isParked(service.Spec) && running.length === 0 ? ['stopped by Astern'] : []),
    ...(running.length === wanted ? [] : [`${running.length} of ${wanted} tasks run${where}`]),
    ...silentOf(standing).map(
      task =>
        `node ${nodeName(standing, task)} gives no answer, and may still run ${names(task.Spec.ContainerSpec?.Image ?? '')}`,
    ),
    ...(failure === undefined ? [] : [failureInWords(standing, failure)]),
    ...(digestIn(service.Spec.TaskTemplate.ContainerSpec.Image) === null
      ? ['its image is named without a digest: each node took what that name led to when it pulled']
      : []),
  ]
}

function updateInWords({ service: { UpdateStatus } }: Standing): readonly string[] {
  const state = UpdateStatus?.State ?? ''
  if (state === '' || state === 'completed') return []
  const why = UpdateStatus?.Message ?? ''
  return [`its update is ${state.replace('_', ' ')}${why === '' ? '' : ` (${oneLine(why, 120)})`}`]
}

/** `mixed: 2 of 3 run 1.2.2, 1 runs 1.3.0` */
function mixed(standing: Standing, names: Names): readonly string[] {
  const running = runningOf(standing)
  const counts = new Map<string, number>()
  for (const { Spec } of running) {
    const image = Spec.ContainerSpec?.Image ?? ''
    counts.set(image, (counts.get(image) ?? 0) + 1)
  }
  if (counts.size < 2) return []
  const shares = [...counts]
    .map(([image, count]) => [names(image), count] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([release, count], index) => `${count}${index === 0 ? ` of ${running.length}` : ''} run ${release}`)
  return [`mixed: ${shares.join(', ')}`]
}

function nothing(state: 'unreachable' | 'missing', note: string): Observed {
  return { state, release: null, digest: null, pointed: null, pid: null, since: null, note }
}
