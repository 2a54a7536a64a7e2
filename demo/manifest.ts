import { stringify } from 'yaml'
import { services, type Hosting, type ServiceName, type Wiring } from './stage.ts'

export type ManifestFacts = Wiring & {
  readonly hosting: Hosting
  /** Its `notify`. */
  readonly notify: object
  readonly class: string
  /** What drills go by. */
  readonly drill?: object
}

/** Its two channels: a receiver of the shop's own, and a file. */
export function channels(receiver: string, messages: string, { reference }: Pick<Wiring, 'reference'>): object {
  return {
    ops: { webhook: { url: receiver, secret: reference('ASTERN_DEMO_WEBHOOK_SECRET') } },
    log: { file: messages },
  }
}

const dependsOn: Readonly<Record<ServiceName, readonly string[]>> = {
  auth: [],
  api: ['auth', 'main'],
  worker: ['main'],
  gateway: ['api', 'auth'],
}

/** The shop's astern.yaml, with waits short enough to watch. */
export function manifestText(facts: ManifestFacts): string {
  const shop = (path: string): string => `http://127.0.0.1:${facts.ports.gateway}${path}`
  return stringify({
    environment: { name: facts.hosting.environment, class: facts.class },
    hosts: { local: facts.hosting.host },
    services: Object.fromEntries(services.map(name => [name, service(name, facts)])),
    databases: {
      main: {
        ...facts.store.declared,
        migrations: { tool: 'dbmate', from: { service: 'api', path: facts.hosting.migrations } },
        invariants: [
          {
            name: 'orders without a customer',
            sql: 'SELECT count(*) FROM orders LEFT JOIN customers ON customers.id = customer_id WHERE customers.id IS NULL',
            expect: 0,
          },
          { name: 'orders of nothing', sql: 'SELECT count(*) FROM orders WHERE quantity < 1', expect: 0 },
        ],
      },
    },
    impact: { catalogue: { http: shop('/catalogue') } },
    checks: [
      {
        name: 'log in',
        group: 'auth',
        http: {
          url: shop('/login'),
          method: 'POST',
          json: { user: 'probe', password: facts.reference('PROBE_PASSWORD') },
        },
        assert: [{ status: 200 }, { json: '$.token', exists: true }],
        extract: { token: '$.token' },
        attempts: 2,
        interval: '300ms',
      },
      {
        name: 'catalogue',
        group: 'core',
        http: { url: shop('/catalogue') },
        assert: [{ status: 200 }, { json: '$.items[0].sku', exists: true }],
        attempts: 2,
        interval: '300ms',
      },
      {
        name: 'check out',
        group: 'critical',
        http: {
          url: shop('/checkout'),
          method: 'POST',
          headers: { authorization: '{token}' },
          json: { sku: 'mug', note: 'smoke test' },
        },
        assert: [{ status: 201 }, { json: '$.id', exists: true }],
        extract: { order: '$.id' },
        attempts: 2,
        interval: '300ms',
      },
      {
        name: 'read the order back',
        group: 'core',
        http: { url: shop('/orders/{order}') },
        assert: [{ status: 200 }, { json: '$.note', equals: 'smoke test' }],
        attempts: 2,
        interval: '300ms',
      },
      {
        name: 'no order is lost on the way',
        group: 'integration',
        severity: 'should',
        sql: { database: 'main', query: "SELECT count(*) FROM orders WHERE state NOT IN ('placed', 'shipped')" },
        assert: [{ cell: 0 }],
      },
    ],
    notify: facts.notify,
    ...(facts.drill === undefined ? {} : { drill: facts.drill }),
    timing: {
      health_deadline: '20s',
      probe_interval: '200ms',
      probe_timeout: '8s',
      consecutive: 2,
      stable: '400ms',
      watch: '2s',
      turn_back: '30m',
    },
  })
}

function service(name: ServiceName, facts: ManifestFacts) {
  const at = (path: string): string => `http://{host}:${facts.ports[name]}${path}`
  return {
    hosts: ['local'],
    ...facts.hosting.place(name, facts),
    kind: name === 'worker' ? 'worker' : 'web',
    depends_on: dependsOn[name],
    stop: { grace: '5s' },
    health: { http: at('/healthz'), expect: { status: 200 } },
    identity: { http: at('/version'), json: '$.version' },
  }
}
