import { oneLine } from '../../../state/text.ts'
import { anonymousVolumes } from './config.ts'
import { standingOf, type Inspected } from './find.ts'
import type { Place } from './layout.ts'
import { suffix } from './names.ts'
import { policyOf } from './restart-policy.ts'
import { rivalsOf } from './rivals.ts'

/** What stands beside a container, and what of it is easily missed. Nothing of it is in the way of going back. */
export async function surroundingsOf(place: Place): Promise<readonly string[]> {
  const standing = await standingOf(place)
  if (!standing.ok || standing.value.name === null) return []
  const { name, current, fresh, displaced, host } = standing.value
  const leftovers = host
    .filter(other => /^[0-9a-f]{12}_/.test(other.name) && other.name.slice(13) === name)
    .map(
      other =>
        `${other.name} (${other.state}) stands beside it, left by a Compose that was interrupted, unless it is at work right now: look whether it is still needed`,
    )
  const begun =
    fresh === null
      ? []
      : [
          `${name}${suffix.fresh} stands beside it: a recreation was begun there and not ended; it is gone on from, or made anew`,
        ]
  const started = displaced
    .filter(({ State }) => State.Running)
    .map(
      ({ Name }) =>
        `${Name.slice(1)} runs beside it, though it was replaced: somebody started it (Compose does, with start); it is stopped with the service`,
    )
  return [
    ...rivalsOf(host),
    ...leftovers,
    ...started,
    ...begun,
    ...(current === null ? [] : [...oddities(current), ...(await written(place, current))]),
  ]
}

/** What it wrote outside its volumes: that stays in the replaced container, and goes with it. */
async function written({ engine }: Place, { Id, Mounts }: Inspected): Promise<readonly string[]> {
  const answer = await engine.call('see what it wrote', docker => docker.getContainer(Id).changes())
  if (!answer.ok) return []
  // Of a container that wrote nothing the Engine says null, which reaches us as bytes.
  const changes = Array.isArray(answer.value) ? (answer.value as readonly { readonly Path: string }[]) : []
  // The Engine gives them in an order of its own, another each time.
  const paths = changes.map(({ Path }) => Path).sort()
  const kept = Mounts.map(({ Destination }) => Destination)
  const own = paths.filter(
    path =>
      !paths.some(other => other.startsWith(`${path}/`)) && !kept.some(at => path === at || path.startsWith(`${at}/`)),
  )
  if (own.length === 0) return []
  const shown = own
    .slice(0, 3)
    .map(path => oneLine(path, 60))
    .join(', ')
  const more = own.length > 3 ? ` and ${own.length - 3} more` : ''
  return [`it wrote outside its volumes (${shown}${more}): that stays behind, in the replaced container`]
}

function oddities(container: Inspected): readonly string[] {
  const { Config } = container
  const composed = Config.Labels?.['com.docker.compose.project'] !== undefined
  return [
    ...(composed
      ? [
          'Compose still knows it, and its next up makes it anew from what the file says then: put the release gone back to into the file first. Its start would start what is kept beside it, too',
        ]
      : []),
    ...anonymousVolumes(container).map(
      ({ Name = '', Destination }) =>
        `its volume without a name on ${Destination} comes along, as the same one (${Name.slice(0, 12)})`,
    ),
    ...startedBy(container),
  ]
}

/**
 * Whoever starts it, where no restart policy does. A unit of systemd, cron or a script on its host is nowhere in what Docker
 * tells: only that a container came back.
 */
function startedBy(container: Inspected): readonly string[] {
  const { HostConfig, State } = container
  if (HostConfig.AutoRemove === true)
    return [
      'it is removed when it stops (--rm): going back on this step makes it anew. Whether a systemd unit runs it so, and would run it again, Docker cannot tell: look on its host, and stop that unit first',
    ]
  if (!State.Running || policyOf(container).name !== 'no') return []
  return State.FinishedAt.startsWith('0001-')
    ? ['it has no restart policy, and the new one has none either: after a restart of its host it stays down']
    : [
        `it has no restart policy, ended at ${oneLine(State.FinishedAt.slice(0, 19), 19)}Z and was started again: a person did that, or a systemd unit or a script on its host, which would start it again while it is to be down. Docker cannot tell which: look on its host, and stop that first`,
      ]
}
