import type { Facts, InstanceKey, ReleaseFound } from '../facts.ts'
import type { Step } from '../plan.ts'
import { step, type Change } from './steps.ts'

/** A slow line and a large image take their time, and meanwhile everything still runs. */
const deadlineMs = 30 * 60_000

/** On one host: a pull holds a connection to its Engine as long as it lasts. */
const atOnce = 3

/** What is not on its host is fetched before anything stops: once per host and image, however many services run it. */
export function pullSteps(facts: Facts, changes: readonly Change[]): readonly Step[] {
  const fetched = new Set<string>()
  const onHost = new Map<string, string[]>()
  return changes.flatMap(({ key, service, host, release, digest, image }): readonly Step[] => {
    const fetch = foundFor(facts, key, release, digest)?.fetch
    if (fetch === undefined || fetched.has(`${host} ${digest}`)) return []
    fetched.add(`${host} ${digest}`)
    const others = onHost.get(host) ?? []
    const before = others.at(-atOnce)
    onHost.set(host, [...others, `${key}.pull`])
    const command = {
      kind: 'service.pull',
      service,
      host,
      release,
      digest,
      from: fetch,
      name: image?.name ?? null,
    } as const
    return [
      step(`${key}.pull`, 3, command, before === undefined ? [] : [before], {
        leaves: `the image of ${service} ${release} is on ${host}`,
        deadlineMs,
        estimateMs: 20_000,
      }),
    ]
  })
}

/** What was seen of a release: the very one that was recorded, before another that is called the same. */
export function foundFor(facts: Facts, key: InstanceKey, release: string, digest: string): ReleaseFound | undefined {
  const called = facts.services[key]?.releases.filter(found => found.release === release) ?? []
  return called.find(found => found.digest === digest) ?? called[0]
}

/** Releases on Docker hosts that are to run again, and that nothing here was found to have. */
export function lostImages(facts: Facts, changes: readonly Change[]): readonly string[] {
  return changes.flatMap(({ key, host, release, digest, image }) =>
    image === undefined || foundFor(facts, key, release, digest)?.digest === digest
      ? []
      : [`${key}: the image of ${release} (${digest.slice(0, 19)}) is not on ${host} any more`],
  )
}

/** Fetches that their host has no room for, as far as both are known. */
export function noRoom(steps: readonly Step[], facts: Facts): readonly string[] {
  return steps.flatMap(({ command }) => {
    if (command.kind !== 'service.pull') return []
    const { service, host, release, digest } = command
    const { needed = null, free = null } = foundFor(facts, `${service}@${host}`, release, digest)?.room ?? {}
    return needed !== null && free !== null && free < needed
      ? [`no room on ${host} for the image of ${service} ${release}: ${needed} bytes are needed, ${free} are free`]
      : []
  })
}
