import type { Fault } from '../../../state/fault.ts'
import { oneLine } from '../../../state/text.ts'
import { networkWords } from '../../probes/words.ts'
import { SshFailed } from './reach/ssh-failed.ts'

/** The Engine answered, and refused. Its words are detail, and never matched. */
export function refusal(host: string, what: string, status: number, error: unknown): Fault {
  const words = oneLine(wordsOf(error), 300)
  const [means, next] = meanings[status] ?? [
    'The Engine could not do it.',
    `Look at the Engine on ${host} (journalctl -u docker), then retry.`,
  ]
  return {
    code: `docker.${codes[status] ?? 'failed'}`,
    what: `${host} refused to ${what} (${status})`,
    means,
    next,
    detail: words,
  }
}

const codes: Readonly<Record<number, string>> = { 401: 'forbidden', 403: 'forbidden', 404: 'missing', 409: 'conflict' }

const meanings: Readonly<Record<number, readonly [string, string]>> = {
  403: ['This account may not do it.', 'Use an account that may, or correct the host in astern.yaml.'],
  404: ['What it was about is not there.', 'Look with docker ps -a and docker images on that host.'],
  409: [
    'Something else stands in the way: a name in use, or a container in another state.',
    'Look with docker ps -a on that host; then retry.',
  ],
}

/** `lateMs`: it was waited for so long. Null: it was told at once. */
export function unreachable(host: string, what: string, error: unknown, lateMs: number | null): Fault {
  if (error instanceof SshFailed) return overSsh(host, what, error)
  const why = lateMs === null ? systemWords(error) : `no answer in ${Math.round(lateMs / 1000)} s`
  return {
    code: 'docker.unreachable',
    what: `The Engine on ${host} cannot be reached to ${what}: ${why}`,
    means: 'Whether it was done is not known; what runs there is not known.',
    next: `Look whether ${host} is up and reachable from here: docker -H ... version. What is known is kept.`,
  }
}

function overSsh(host: string, what: string, { destination, exit, said }: SshFailed): Fault {
  const why = exit === 127 ? 'there is no docker client at the far end' : `ssh ended with ${exit ?? 'a signal'}`
  const detail = oneLine(said.trim().split('\n').slice(-2).join(' '), 300)
  return {
    code: 'docker.unreachable',
    what: `The Engine on ${host} cannot be reached to ${what}: ${why}`,
    means: 'Whether it was done is not known; what runs there is not known.',
    next: `Try by hand: ssh ${destination} docker version. A host key that is new is accepted there once, by a person who has compared it.`,
    ...(detail === '' ? {} : { detail }),
  }
}

function systemWords(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  if (code === 'ENOENT') return 'its socket, certificate or context is not there'
  if (code === 'EACCES') return 'this account may not use its socket or certificate'
  return networkWords(error)
}

function wordsOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const json = 'json' in error ? (error.json as { readonly message?: unknown } | null) : null
  return typeof json?.message === 'string' ? json.message : error.message
}
