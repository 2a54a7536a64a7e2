import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { MysqlConfig } from './config.ts'

/** What the server's own programs need to reach it. A password stands in this file, and in no argument. */
export async function writeDefaults({ database, resolve }: MysqlConfig, directory: string): Promise<string> {
  const { account, server } = database
  const tls = server.kind === 'tcp' ? server.tls : null
  const values = {
    user: account.user,
    ...(account.password === null ? {} : { password: await resolve(account.password) }),
    ...(server.kind === 'socket' ? { socket: server.path } : { host: server.host, port: String(server.port) }),
    ...(tls?.ca === undefined ? {} : { 'ssl-ca': tls.ca }),
    ...(tls?.cert === undefined ? {} : { 'ssl-cert': tls.cert }),
    ...(tls?.key === undefined ? {} : { 'ssl-key': tls.key }),
    ...(tls === null ? {} : { 'ssl-verify-server-cert': '1' }),
  }
  const lines = Object.entries(values).map(([key, value]) => `${key}="${value.replaceAll(/["\\]/g, String.raw`\$&`)}"`)
  const file = join(directory, 'client.cnf')
  await writeFile(file, ['[client]', ...lines, ''].join('\n'), { mode: 0o600 })
  return file
}
