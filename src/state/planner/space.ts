import type { Facts } from '../facts.ts'
import type { Step } from '../plan.ts'
import { sizeText, type RoomNeeded, type Space } from '../space.ts'
import { foundFor } from './pulls.ts'

/** With less than this left, what an Engine writes for a new container may already fail. */
const almostFull = 100e6

type Needs = RoomNeeded & { readonly images: number }

/** Per host what this plan fetches there, and what is free. */
export function spaceLines(steps: readonly Step[], facts: Facts): readonly string[] {
  return hostsOf(facts).map(
    ([host, space]) => `${host}: ${neededText(neededOn(host, steps, facts))}; ${freeText(space)}`,
  )
}

/** No host is begun on that cannot hold what is fetched. What is known as a most is no reason to refuse. */
export function spaceBlockers(steps: readonly Step[], facts: Facts): readonly string[] {
  return hostsOf(facts).flatMap(([host, { freeBytes, at }]) => {
    const { images, leastBytes } = neededOn(host, steps, facts)
    return freeBytes === null || images === 0 || freeBytes >= leastBytes
      ? []
      : [
          `no room on ${host} for ${imagesText(images)}: at least ${sizeText(leastBytes)} are needed, ${sizeText(freeBytes)} are free at ${at}. ${makeRoom}, and plan again`,
        ]
  })
}

export function spaceWarnings(steps: readonly Step[], facts: Facts): readonly string[] {
  return hostsOf(facts).flatMap(([host, { freeBytes, at }]) => {
    const { images, leastBytes, mostBytes } = neededOn(host, steps, facts)
    if (freeBytes === null || freeBytes < leastBytes) return []
    if (mostBytes !== null && freeBytes < mostBytes)
      return [
        `${host} may have too little room for ${imagesText(images)}: at most ${sizeText(mostBytes)} are needed, ${sizeText(freeBytes)} are free at ${at}. ${makeRoom}, or the fetch may fail (nothing is stopped before it is done)`,
      ]
    return freeBytes < almostFull
      ? [
          `${host}: only ${sizeText(freeBytes)} are free at ${at}: a container that is made anew may not start for want of room. ${makeRoom}`,
        ]
      : []
  })
}

const makeRoom =
  'Make room (docker builder prune, old logs), but not with docker system prune -a, which takes the images a way back needs'

function hostsOf({ space = {} }: Facts): readonly (readonly [string, Space])[] {
  return Object.entries(space).sort(([a], [b]) => (a < b ? -1 : 1))
}

function neededOn(host: string, steps: readonly Step[], facts: Facts): Needs {
  const fetched = steps.flatMap(({ command }) => {
    if (command.kind !== 'service.pull' || command.host !== host) return []
    const found = foundFor(facts, `${command.service}@${host}`, command.release, command.digest)
    return found?.digest === command.digest && found.fetch === undefined ? [] : [found?.room]
  })
  const most = fetched.map(room => room?.mostBytes ?? null)
  return {
    images: fetched.length,
    leastBytes: sum(fetched.map(room => room?.leastBytes ?? 0)),
    mostBytes: most.every(bytes => bytes !== null) ? sum(most) : null,
  }
}

function neededText({ images, mostBytes }: Needs): string {
  if (images === 0) return 'nothing is fetched'
  return mostBytes === null
    ? `${imagesText(images)} to fetch, how large is not known`
    : `at most ${sizeText(mostBytes)} needed for ${imagesText(images)} to fetch`
}

function freeText({ freeBytes, at, why }: Space): string {
  return freeBytes === null
    ? `how much is free is not known (${why ?? 'nothing tells'})`
    : `${sizeText(freeBytes)} free at ${at}`
}

function imagesText(images: number): string {
  return images === 1 ? '1 image' : `${images} images`
}

function sum(all: readonly number[]): number {
  return all.reduce((total, bytes) => total + bytes, 0)
}
