import type Docker from 'dockerode'
import { Trouble } from './reach/trouble.ts'

/** Newest API this was written against; an older Engine is spoken to in its own. */
const newest = '1.47'

/** The version of the API both sides speak, as it stands in a path. */
export async function agreedVersion(docker: Docker): Promise<string> {
  const said = await docker.version()
  const theirs = said.ApiVersion
  if (!isVersion(theirs)) throw new Trouble('what answers there is no Docker Engine', null)
  const least = isVersion(said.MinAPIVersion) ? said.MinAPIVersion : '1.0'
  if (isOlder(newest, least))
    throw new Trouble(
      `its Engine speaks API ${least} and newer, and this Astern speaks up to ${newest}`,
      'Use a newer Astern, or allow the older API on that host (DOCKER_MIN_API_VERSION in the environment of dockerd).',
    )
  return `v${isOlder(theirs, newest) ? theirs : newest}`
}

function isVersion(text: unknown): text is string {
  return typeof text === 'string' && /^\d{1,4}\.\d{1,4}$/.test(text)
}

/** 1.9 is older than 1.41. */
export function isOlder(one: string, other: string): boolean {
  const [a = 0, b = 0] = one.split('.').map(Number)
  const [c = 0, d = 0] = other.split('.').map(Number)
  return a === c ? b < d : a < c
}
