import type { Fault, Result } from '../../../state/fault.ts'
import { oneLine } from '../../../state/text.ts'
import type { ContainerSeen, LogSeen, RanInside } from '../containers.ts'
import { execIn } from './exec.ts'
import type { Engine } from './engine.ts'
import { standingOf, type Inspected } from './find.ts'
import type { Place } from './layout.ts'
import { logSince, type Since } from './log-since.ts'
import { lookAtImage } from './image-config.ts'

/** A container that is there, on the Engine that has it. */
export type Found = { readonly engine: Engine; readonly where: string; readonly container: Inspected }

/** Null: there is none. */
export async function serviceContainer(place: Place): Promise<Result<Found | null>> {
  const standing = await standingOf(place)
  if (!standing.ok) return standing
  const { current } = standing.value
  const where = `${place.name}@${place.host}`
  return { ok: true, value: current === null ? null : { engine: place.engine, where, container: current } }
}

export async function namedContainer(engine: Engine, name: string): Promise<Result<Found | null>> {
  const answer = await engine.call('look at a container', (docker, abortSignal) =>
    docker.getContainer(name).inspect({ abortSignal }),
  )
  if (answer.status === 404) return { ok: true, value: null }
  if (!answer.ok) return answer
  return { ok: true, value: { engine, where: `${name} on ${engine.host}`, container: answer.value } }
}

export async function seenOf({ engine, where, container }: Found): Promise<Result<ContainerSeen>> {
  const { Id, State, RestartCount, Image } = container
  const image = await lookAtImage(engine, Image)
  const health = State.Health?.Status
  const state = health === undefined || health === 'none' ? State.Status : `${State.Status}, ${health}`
  const digests = image.ok ? (image.value.RepoDigests ?? []).map(digest => digest.replace(/^.*@/, '')) : []
  return {
    ok: true,
    value: {
      where,
      state,
      restarts: RestartCount,
      digests: [Image, ...digests],
      life: `${Id} ${State.StartedAt} ${RestartCount}`,
    },
  }
}

export async function logOf(
  { engine, where, container }: Found,
  sinceMs: number | null,
  timeoutMs: number,
): Promise<Result<LogSeen>> {
  const since = sinceMs === null ? startOf(container) : { agoMs: sinceMs }
  const log = await logSince(engine, `/containers/${container.Id}/logs`, since, timeoutMs)
  return log.ok ? { ok: true, value: { where, ...log.value } } : log
}

/** An Engine that is busy says late that a container has started, which has long begun to write by then. */
const beganBeforeMs = 10_000

/**
 * Of one that runs, all since its life before ended. When that was is not known of one that has ended itself: rather too much
 * of it is read than nothing, which would lack whatever should not be there.
 */
function startOf({ State, RestartCount }: Inspected): Since {
  const [started, finished] = [Date.parse(State.StartedAt), Date.parse(State.FinishedAt)]
  if (State.Running && finished <= started) return { atMs: Math.max(0, finished) }
  return { atMs: RestartCount === 0 ? 0 : started - beganBeforeMs }
}

export async function runIn(
  { engine, where, container }: Found,
  argv: readonly string[],
  timeoutMs: number,
): Promise<Result<RanInside | null>> {
  const ran = await execIn(engine, container.Id, argv, timeoutMs)
  if (!ran.ok) return ran
  if (ran.value === null) return { ok: true, value: null }
  const { code, words, cut } = ran.value
  // 126 and 127 are of whoever should have begun it: it was not run.
  if (code === null || code === 126 || code === 127) return { ok: false, fault: notRun(where, argv[0] ?? '', words) }
  return { ok: true, value: { where, exit: code, output: words, cut } }
}

function notRun(where: string, file: string, words: string): Fault {
  return {
    code: 'container.not-run',
    what: `${file} could not be run inside ${where}: ${oneLine(words, 120)}`,
    means: 'It shows nothing of the service.',
    next: `Look whether its image has ${file}.`,
  }
}

export function noContainer(where: string): Fault {
  return {
    code: 'container.missing',
    what: `There is no container of ${where}`,
    means: 'It cannot be asked.',
    next: 'Look with docker ps -a on that host.',
  }
}
