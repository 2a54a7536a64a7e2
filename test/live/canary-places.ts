import type { Heard } from '../channels/service.ts'
import type { TestEngine } from '../engines/engine.ts'
import type { TestRegistry } from '../engines/registry.ts'
import type { Secret } from './canaries-stage.ts'
import { runsOf, stateOf, type Stage } from './support.ts'

/** One secret: where it was put, and what proves that it was used there. */
export type Place = {
  readonly name: string
  readonly value: string
  readonly isUsed: () => boolean | Promise<boolean>
}

type Proofs = {
  readonly secret: Secret
  readonly stage: Stage
  readonly host: TestEngine
  readonly registry: TestRegistry
  /** Whether any request was like this. */
  readonly heard: (is: (one: Heard) => boolean) => () => boolean
  /** Passwords that the mail server was given. */
  readonly logins: readonly string[]
  readonly key: string
}

/** The table. What was never used is no proof of anything. */
export function placesOf({ secret, stage, host, registry, heard, logins, key }: Proofs): readonly Place[] {
  const { env, files, container } = secret
  const { ASTERN_DB_PASSWORD: password = '', SHOP_DB: shop = '' } = stage.shop.env
  const header = (name: string, value: string) => heard(({ headers }) => headers[name] === value)
  const path = (is: string) => heard(one => one.path === is)
  const connected = (user: string) => async (): Promise<boolean> => {
    const logged = `SELECT 1 FROM mysql.general_log WHERE command_type = 'Connect' AND argument LIKE '${user}@%' LIMIT 1`
    return (await stage.shop.store.rows(logged)).length > 0
  }
  const inspected = (what: string) => async (): Promise<boolean> =>
    JSON.stringify(await host.docker.getContainer('mailer-1').inspect()).includes(what)
  const started = (): boolean =>
    runsOf(stage.home).some(run => stateOf(run).steps['mailer@web-2.start']?.status === 'ok')
  const basic = Buffer.from(`probe:${secret.urlPassword}`).toString('base64')
  const form = new URLSearchParams({ secret: files.form }).toString().length
  const sent = (json: unknown, name: string): unknown => (json as Record<string, unknown> | null)?.[name]
  const table: readonly (readonly [string, string, Place['isUsed']])[] = [
    ['a header of a check, from the environment', env.HEADER, header('x-probe', env.HEADER)],
    ['a body of a check, out of a file', files.body, heard(({ json }) => sent(json, 'secret') === files.body)],
    ['a form of a check, from a command', files.form, heard(one => one.path === '/form' && one.bytes === form)],
    ['the password in an address', secret.urlPassword, header('authorization', `Basic ${basic}`)],
    ['the query of an address', secret.urlKey, path(`/asked?key=${secret.urlKey}`)],
    ['what one request of a flow gave the next', secret.token, header('authorization', secret.token)],
    ['a row that a check reads, and a header', secret.row, header('x-row', secret.row)],
    ['the password of who reverses', password, connected('astern')],
    ['the password of who looks', files.reader, connected('looker')],
    ['the password of the shop', new URL(shop).password, connected('shop')],
    ['the environment of a container', container.env, inspected(`API_TOKEN=${container.env}`)],
    ['an address in the environment of a container', container.url, inspected(container.url)],
    ['a label of a container', container.label, inspected(container.label)],
    ['the account of a registry', registry.account.password, inspected(registry.address)],
    ['the key of TLS', key.split('\n')[1] ?? '', started],
    ['the key that signs', env.WEBHOOK_KEY.slice(6), heard(({ headers }) => 'webhook-signature' in headers)],
    ['the address of Slack', secret.slack, path(`/services/T0/B0/${secret.slack}`)],
    ['the address of Teams', secret.teams, path(`/teams/${secret.teams}?sig=${secret.teams}`)],
    ['the routing key of PagerDuty', env.PAGER, heard(({ json }) => sent(json, 'routing_key') === env.PAGER)],
    ['the key of Statuspage', env.STATUSPAGE, header('authorization', `OAuth ${env.STATUSPAGE}`)],
    ['the token of Grafana', env.GRAFANA, header('authorization', `Bearer ${env.GRAFANA}`)],
    ['the token of CDEvents', env.EVENTS, header('authorization', `Bearer ${env.EVENTS}`)],
    ['the password of e-mail', env.MAIL, () => logins.includes(env.MAIL)],
  ]
  return table.map(([name, value, isUsed]) => ({ name, value, isUsed }))
}
