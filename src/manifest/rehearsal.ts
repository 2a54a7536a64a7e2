import type { MysqlDatabase } from '../state/manifest.ts'
import type { At, ManifestFault } from './faults.ts'
import { accountOf, isNear, serverOf } from './mysql-server.ts'
import type { Written } from './schema.ts'

type WrittenDatabase = Written['databases'][string]

export function rehearsalOf(
  { rehearsal }: WrittenDatabase,
  path: (value: string) => string,
): Pick<MysqlDatabase, 'rehearsal'> {
  const server = rehearsal?.mysql
  if (rehearsal === undefined || server === undefined) return {}
  return {
    rehearsal: {
      server: serverOf(server, path),
      account: accountOf(server),
      rows: rehearsal.rows,
      ...(rehearsal.same_server === undefined ? {} : { sameServer: true }),
    },
  }
}

export function rehearsalFaults(
  name: string,
  { mysql, sqlite, rehearsal }: WrittenDatabase,
  at: At,
): readonly ManifestFault[] {
  if (rehearsal === undefined) return []
  const place = ['databases', name, 'rehearsal']
  const server = rehearsal.mysql
  if (sqlite !== undefined)
    return server === undefined && rehearsal.same_server === undefined
      ? []
      : [at(place, 'a SQLite file is rehearsed on a copy of it', 'Write rehearsal: {}.')]
  if (server === undefined)
    return [
      at(
        place,
        'does not say on which server a clone may stand',
        'Add mysql: { host, user, password } of another server than the one that serves.',
      ),
    ]
  if ((server.host === undefined) === (server.socket === undefined))
    return [at([...place, 'mysql'], 'is not exactly one of host and socket', 'Give it one of them.')]
  const { host, port, socket } = server
  const isSame = host === mysql?.host && socket === mysql?.socket && (host === undefined || port === mysql?.port)
  const far = server.tls === undefined && !isNear(host)
  return [
    ...(isSame && rehearsal.same_server === undefined
      ? [
          at(
            [...place, 'mysql'],
            'is the very server that serves, which has no load to spare at an incident',
            'Name another server; or write same_server: true, where it is meant.',
          ),
        ]
      : []),
    ...(far
      ? [
          at(
            [...place, 'mysql', 'host'],
            'is reached without tls: anybody on the way could read what is sent',
            'Add tls: {} or tls: { ca: FILE }, or write tls: none where the network itself is trusted.',
          ),
        ]
      : []),
  ]
}
