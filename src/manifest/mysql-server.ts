import type { Account, MysqlServer } from '../state/manifest.ts'
import type { Written } from './schema.ts'

type WrittenServer = Pick<NonNullable<Written['databases'][string]['mysql']>, 'host' | 'port' | 'socket' | 'tls'>

export function serverOf({ host, port, socket, tls }: WrittenServer, path: (value: string) => string): MysqlServer {
  if (socket !== undefined) return { kind: 'socket', path: path(socket) }
  const files = (['ca', 'cert', 'key'] as const).flatMap(file => {
    const value = tls === undefined || tls === 'none' ? undefined : tls[file]
    return value === undefined ? [] : [[file, path(value)] as const]
  })
  const plain = tls === undefined || tls === 'none'
  return { kind: 'tcp', host: host ?? '127.0.0.1', port, tls: plain ? null : Object.fromEntries(files) }
}

export function accountOf({
  user,
  password,
}: {
  readonly user: string
  readonly password?: string | undefined
}): Account {
  return { user, password: password ?? null }
}

export function isNear(host: string | undefined): boolean {
  return host === undefined || ['127.0.0.1', 'localhost', '::1'].includes(host)
}
