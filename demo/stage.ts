import type { ShopDatabase } from './database.ts'
import type { Placed } from './orders.ts'
import type { Receiver } from './receiver.ts'

export type ServiceName = 'auth' | 'api' | 'worker' | 'gateway'
/** In the order they are started. */
export const services: readonly ServiceName[] = ['auth', 'api', 'worker', 'gateway']

/** What a service has to be told to find the others. */
export type Wiring = Pick<Shop, 'ports' | 'ways' | 'store' | 'reference'>

export type Shop = {
  readonly root: string
  /** Its name in the manifest. */
  readonly environment: string
  readonly holder: Hosting['holder']
  readonly manifestFile: string
  /** The file of SQLite, the socket of MariaDB. */
  readonly database: string
  readonly store: ShopDatabase
  readonly messages: string
  /** What the manifest's secrets are read from. */
  readonly env: Readonly<Record<string, string>>
  readonly ports: Readonly<Record<ServiceName, number>>
  /** Where others reach them: their own ports, or those of whatever stands in front. */
  readonly ways: Readonly<Record<'auth' | 'api', number>>
  /** How a manifest names one of `env`. */
  readonly reference: Reference
  readonly receiver: Receiver
  /** Orders that were acknowledged, each with its note. */
  readonly placed: () => readonly Placed[]
  /** Orders that were refused or not answered. */
  readonly refused: () => number
  readonly close: () => Promise<void>
}

export type Reference = (secret: string) => string

/** On what the shop's services run, and how a manifest says so. */
export type Hosting = {
  readonly environment: string
  readonly host: object
  readonly place: (name: ServiceName, shop: Wiring) => object
  /** Where the api's release keeps its migrations. */
  readonly migrations: string
  readonly layOut: (shop: Shop, name: ServiceName, release: string) => Promise<void>
  readonly start: (shop: Shop, name: ServiceName, release: string) => Promise<void>
  readonly stop: (shop: Shop, name: ServiceName) => Promise<void>
  /** Whether that release runs, and was started by its own name. */
  readonly runs: (shop: Shop, name: ServiceName, release: string) => Promise<boolean>
  /** Whether that release can be started there. */
  readonly has: (shop: Shop, name: ServiceName, release: string) => Promise<boolean>
  /** Takes a release off the host again, which runs nowhere. */
  readonly remove: (shop: Shop, name: ServiceName, release: string) => Promise<void>
  /** Takes away what runs leave there to be looked at: what was replaced, and the copies of their journals. */
  readonly tidy: () => Promise<void>
  /** The run that holds the environment now. */
  readonly holder: () => Promise<{ readonly run: string; readonly directory: string } | null>
  readonly close: () => Promise<void>
}
