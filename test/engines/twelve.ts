import type { FleetService } from './fleet.ts'

/** Twelve services on three hosts, one on two of them, and one healthy only after five seconds. */
export const twelve: Readonly<Record<string, FleetService>> = {
  gateway: { hosts: ['web-3'], dependsOn: ['web', 'auth'] },
  web: { hosts: ['web-1', 'web-2'], dependsOn: ['payments', 'search'] },
  payments: { hosts: ['web-1'], dependsOn: ['orders'] },
  search: { hosts: ['web-2'], dependsOn: ['catalog'] },
  worker: { hosts: ['web-3'], dependsOn: ['orders', 'mail'], kind: 'worker' },
  orders: { hosts: ['web-3'], dependsOn: ['users', 'catalog', 'ledger'] },
  users: { hosts: ['web-1'], dependsOn: ['auth', 'cache'] },
  catalog: { hosts: ['web-2'], dependsOn: ['cache'] },
  auth: { hosts: ['web-3'], slow: 5 },
  cache: { hosts: ['web-2'] },
  ledger: { hosts: ['web-1'] },
  mail: { hosts: ['web-2'] },
}
