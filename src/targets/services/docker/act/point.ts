import type { ServiceCommand } from '../../../../state/command.ts'
import type { Fault } from '../../../../state/fault.ts'
import type { Evidence, Outcome } from '../../../outcome.ts'
import { recreation, type Recreation } from '../config.ts'
import { standingOf, type Inspected, type Standing } from '../find.ts'
import { imageConfig } from '../image-config.ts'
import type { Place } from '../layout.ts'
import { maskedInspect } from '../masked.ts'
import { suffix } from '../names.ts'
import { noRestart } from '../restart-policy.ts'
import { isPointed } from '../pointed.ts'
import { ownOf, sourceFor } from './source.ts'
import { targetFor, wantedFor } from './wanted.ts'
import { displacedName, handsOn, settled, Stopped, valueOf } from './hands.ts'

type Point = Extract<ServiceCommand, { kind: 'service.point' }>

/**
 * Puts a container of the target image in the place of the present one, and starts neither. Every half-way state is told
 * by names alone, and is gone on from: `<name>.astern-new` was created and not yet in place, `<name>.astern-was-<id>` was
 * replaced. Nothing is removed but what was created here and never started.
 */
export function pointAt(place: Place, command: Point, evidence: Evidence): Promise<Outcome> {
  return settled(async () => {
    const { release } = command
    const standing = valueOf(await standingOf(place))
    const { name, current } = standing
    const own = ownOf(standing, command)
    if (name === null || own === null) throw new Stopped(nothingToReplace(place, standing))
    const target = await targetFor(place, command)
    if (isPointed(standing, command)) return pointed(place, release, own)
    if (current?.State.Running === true) throw new Stopped(stillRuns(place))
    const hands = handsOn(place.engine, evidence)
    const source = await sourceFor(place, standing, own, command)
    const wanted = await wantedFor(place, standing, source, target)
    const next = await nextFor(place, standing, wanted, command)
    if (current !== null) evidence(maskedInspect(current))
    if (next.kind === 'stale') await hands.remove(next.container)
    if (next.kind === 'stale' || next.kind === 'none') await hands.create(`${name}${suffix.fresh}`, wanted)
    if (next.kind === 'fresh') await hands.complete(next.container, wanted)
    if (next.kind === 'kept') await hands.restartPolicy(next.container, noRestart)
    if (current !== null) {
      await hands.restartPolicy(current, noRestart)
      await hands.rename(current, displacedName(name, current))
    }
    const after = valueOf(await standingOf(place))
    const incoming = next.kind === 'kept' ? after.displaced.find(({ Id }) => Id === next.container.Id) : after.fresh
    if (incoming === undefined || incoming === null) throw new Stopped(vanished(place))
    await hands.rename(incoming, name)
    return pointed(place, release, incoming)
  })
}

type Next = { readonly kind: 'none' } | { readonly kind: 'fresh' | 'stale' | 'kept'; readonly container: Inspected }

/** A kept container of the same image and the same configuration is the fastest way back, with all it wrote. */
async function nextFor(
  place: Place,
  { fresh, displaced, current }: Standing,
  wanted: Recreation,
  { digest, beside }: Point,
): Promise<Next> {
  const wasStarted = fresh !== null && fresh.State.Status !== 'created'
  if (wasStarted && !(beside === true && fresh.Image === digest)) throw new Stopped(nameTaken(place, fresh))
  if (fresh !== null) {
    const its = wasStarted || (fresh.Image === digest && (await isAlike(place, fresh, wanted)))
    return { kind: its ? 'fresh' : 'stale', container: fresh }
  }
  const kept = displaced.filter(({ Image, Id, State }) => Image === digest && Id !== current?.Id && !State.Running)
  for (const container of kept) {
    const its = await imageConfig(place.engine, container.Image)
    const same = its.ok && fingerprint(recreation(container, its.value, '')) === fingerprint(wanted)
    if (same && (await hasItsNetworks(place, container))) return { kind: 'kept', container }
  }
  return { kind: 'none' }
}

/** It was created for this, and may not have joined all its networks; or for another plan, with other values. */
async function isAlike({ engine }: Place, fresh: Inspected, { body }: Recreation): Promise<boolean> {
  const its = await imageConfig(engine, fresh.Image)
  if (!its.ok) return false
  const told = (Env: readonly string[] | undefined, host: Partial<Inspected['HostConfig']> = {}): string =>
    JSON.stringify([[...(Env ?? [])].sort(), host.Binds ?? [], host.Mounts ?? [], host.PortBindings ?? {}])
  return told(recreation(fresh, its.value, '').body.Env, fresh.HostConfig) === told(body.Env, body.HostConfig as never)
}

/** One that ran is tied to its networks by their ids: made anew under the same name, they are others to it. */
async function hasItsNetworks({ engine }: Place, { NetworkSettings: { Networks } }: Inspected): Promise<boolean> {
  for (const { NetworkID } of Object.values(Networks)) {
    if (NetworkID === '') continue
    const answer = await engine.call('look at its network', docker => docker.getNetwork(NetworkID).inspect())
    if (answer.status === 404) return false
    valueOf(answer)
  }
  return true
}

/** What is compared: everything but how the image is called, and the policy that a replaced one lost. */
function fingerprint({ body, networks }: Recreation): string {
  const { Image: _, HostConfig, ...rest } = body
  return JSON.stringify([rest, { ...HostConfig, RestartPolicy: null }, networks])
}

function pointed(place: Place, release: string, { Id, Image }: Inspected): Outcome {
  return {
    ok: true,
    observed: { id: Id.slice(0, 12), digest: Image },
    says: `the next start of ${place.name} on ${place.host} takes ${release}`,
  }
}

function nothingToReplace({ name, host }: Place, standing: Standing): Fault {
  return {
    code: 'container.missing',
    what: `There is no container ${standing.name ?? name} on ${host}, and none that Astern replaced`,
    means: 'How it was made (its environment, mounts, networks, ports) is not known, so none is made in its place.',
    next: 'Deploy it once the way you usually do; then retry, or skip with a reason.',
  }
}

function nameTaken({ name, host }: Place, { Name }: Inspected): Fault {
  return {
    code: 'container.name-taken',
    what: `${Name.replace(/^\//, '')} on ${host} has the name that the new container of ${name} would have`,
    means: 'It was started once, so it is not of Astern: that one is left alone. Nothing was changed.',
    next: 'Find out whose it is, rename or remove it; then retry, or undo.',
  }
}

function stillRuns({ name, host }: Place): Fault {
  return {
    code: 'service.still-runs',
    what: `${name} on ${host} runs, and was to be stopped before it is replaced`,
    means: 'Nothing was changed.',
    next: 'Find out who started it with: docker events --since 5m. Stop it, then retry, or undo.',
  }
}

function vanished({ name, host }: Place): Fault {
  return {
    code: 'container.vanished',
    what: `The new container of ${name} on ${host} was there a moment ago and is gone`,
    means: 'Somebody else removes or renames containers there. The replaced one stands beside its place.',
    next: 'Look with docker ps -a and docker events; then retry, or undo.',
  }
}
