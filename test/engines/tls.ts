import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TlsFiles } from '../../src/state/manifest.ts'

/** Certificates of one authority, and of one that nobody here knows. */
export type Certificates = {
  readonly server: TlsFiles
  readonly client: TlsFiles
  /** By the right authority, and over since yesterday. */
  readonly expired: TlsFiles
  /** A client that another authority vouches for, and which knows that one only. */
  readonly stranger: TlsFiles
  /** As dockerd takes them. */
  readonly flags: (address: string) => readonly string[]
  readonly remove: () => void
}

export function makeCertificates(): Certificates {
  const directory = mkdtempSync(join(tmpdir(), 'astern-tls-'))
  const file = (name: string): string => join(directory, name)
  const openssl = (words: string): void =>
    void execFileSync('openssl', words.trim().split(/\s+/), { cwd: directory, stdio: ['ignore', 'ignore', 'pipe'] })
  const fresh = 'req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes'
  const authority = (name: string): void =>
    openssl(`${fresh} -x509 -days 2 -subj /CN=${name} -keyout ${name}.key -out ${name}.pem`)
  const issue = (name: string, by: string, extensions: string, days = 2): TlsFiles => {
    writeFileSync(file(`${name}.ext`), extensions)
    openssl(`${fresh} -subj /CN=${name} -keyout ${name}.key -out ${name}.csr`)
    openssl(`x509 -req -in ${name}.csr -CA ${by}.pem -CAkey ${by}.key -CAcreateserial -days ${days}
      -extfile ${name}.ext -out ${name}.pem`)
    return { ca: file(`${by}.pem`), cert: file(`${name}.pem`), key: file(`${name}.key`) }
  }
  authority('ca')
  authority('other')
  const asClient = 'extendedKeyUsage = clientAuth\n'
  const server = { ca: file('ca.pem'), cert: file('server.pem'), key: file('server.key') }
  return {
    server,
    client: issue('client', 'ca', asClient),
    expired: issue('expired', 'ca', asClient, -1),
    stranger: issue('stranger', 'other', asClient),
    flags: address => {
      issue('server', 'ca', `extendedKeyUsage = serverAuth\nsubjectAltName = IP:${address}\n`)
      const { ca, cert, key } = server
      return ['-H', `tcp://${address}:2376`, '--tlsverify', '--tlscacert', ca, '--tlscert', cert, '--tlskey', key]
    },
    remove: () => rmSync(directory, { recursive: true, force: true }),
  }
}
