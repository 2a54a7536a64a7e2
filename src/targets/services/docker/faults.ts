import type { Fault } from '../../../state/fault.ts'
import { oneLine } from '../../../state/text.ts'
import { networkWords } from '../../probes/words.ts'
import { Trouble } from './reach/trouble.ts'

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
  const trouble = error instanceof Trouble ? error : null
  const why = trouble?.why ?? (lateMs === null ? systemWords(error) : `no answer in ${Math.round(lateMs / 1000)} s`)
  return {
    code: 'docker.unreachable',
    what: `The Engine on ${host} cannot be reached to ${what}: ${why}`,
    means: 'Whether it was done is not known; what runs there is not known.',
    next: trouble?.next ?? stepsFor(codeOf(error), host),
    ...(trouble === null || trouble.detail === '' ? {} : { detail: trouble.detail }),
  }
}

function systemWords(error: unknown): string {
  const code = codeOf(error)
  return ownWords[code] ?? networkWords(error)
}

function stepsFor(code: string, host: string): string {
  if (/^(CERT_|DEPTH_|SELF_SIGNED|UNABLE_TO|ERR_TLS|ERR_SSL|ERR_OSSL|HPE_)/.test(code))
    return `Compare the certificates given for ${host} (openssl x509 -noout -issuer -dates -in FILE) with what its dockerd was given; then correct tls: in astern.yaml, or the context.`
  if (code === 'EACCES') return `Use an account that may (in the group docker, say), or correct ${host} in astern.yaml.`
  return `Look whether ${host} is up and its Engine runs, and is reachable from here: docker -H ... version. What is known is kept.`
}

const refusedUs = 'it does not accept the client certificate'
const signedByOthers = 'its certificate is not signed by the authority given here'

const ownWords: Readonly<Record<string, string>> = {
  ENOENT: 'its socket is not there',
  EACCES: 'this account may not use its socket',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: signedByOthers,
  SELF_SIGNED_CERT_IN_CHAIN: signedByOthers,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: signedByOthers,
  CERT_SIGNATURE_FAILURE: signedByOthers,
  ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED: 'it asks for a client certificate, and none was given',
  ERR_SSL_TLSV1_ALERT_UNKNOWN_CA: refusedUs,
  ERR_SSL_SSL_TLSV1_ALERT_UNKNOWN_CA: refusedUs,
  ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE: refusedUs,
  'ERR_SSL_SSL/TLS_ALERT_BAD_CERTIFICATE': refusedUs,
  ERR_SSL_SSLV3_ALERT_CERTIFICATE_EXPIRED: 'it says that the client certificate has expired',
  ERR_OSSL_PEM_NO_START_LINE: 'a certificate or key file given for it is not PEM',
  ERR_OSSL_X509_KEY_VALUES_MISMATCH: 'the client certificate and its key do not belong together',
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : ''
}

function wordsOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const json = 'json' in error ? (error.json as { readonly message?: unknown } | null) : null
  return typeof json?.message === 'string' ? json.message : error.message
}
