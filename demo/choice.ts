import type { DatabaseKind } from './database.ts'
import { dockerHosting } from './docker.ts'
import type { ShopOptions } from './environment.ts'
import type { Hosting } from './stage.ts'
import { programs } from './mariadbd.ts'

/** What was asked for: which shop, and the arguments that are the console's own. */
export type Choice = {
  readonly shop: Pick<ShopOptions, 'bad' | 'hosting' | 'database'>
  readonly options: readonly string[]
  /** What is said of the shop before it is set up. */
  readonly says: readonly string[]
}

const own: readonly string[] = ['--', '--docker', '--mariadb', '--sqlite']

/** A text: why it cannot be, and what to do. Nothing has been made then. */
export async function choose(argv: readonly string[], good: string): Promise<Choice | string> {
  const database = databaseFor(argv)
  if (database === null) return `--mariadb needs mariadbd, which is not installed. ${howToInstall}`
  const hosting = argv.includes('--docker') ? await dockerHosting() : null
  if (typeof hosting === 'string') return hosting
  const bad = argv.includes('--preserve-data') ? '1.2.3' : '1.3.0'
  return {
    shop: { bad, database, ...(hosting === null ? {} : { hosting: () => Promise.resolve(hosting) }) },
    options: argv.filter(argument => !own.includes(argument)),
    says: [
      `Setting up a shop: four services, a database, customers who order. ${good} is good; ${bad} is not…`,
      ...(hosting === null && database === 'sqlite' ? [] : [placeWords(hosting, database)]),
    ],
  }
}

const howToInstall = 'Debian has it: apt-get install mariadb-server. Its own server need not run: the shop starts one.'

/** Null: asked for, and not installed. Containers get the larger database where it is there. */
function databaseFor(argv: readonly string[]): DatabaseKind | null {
  const installed = programs() !== null
  if (argv.includes('--mariadb')) return installed ? 'mariadb' : null
  if (argv.includes('--sqlite') || !argv.includes('--docker')) return 'sqlite'
  return installed ? 'mariadb' : 'sqlite'
}

function placeWords(hosting: Hosting | null, database: DatabaseKind): string {
  const services = hosting === null ? 'processes' : 'containers'
  if (database === 'mariadb')
    return `Its services are ${services}; its database is a MariaDB of its own (--sqlite takes a file in its place).`
  return programs() === null
    ? `Its services are ${services}; its database is a file of SQLite: mariadbd is not installed. ${howToInstall}`
    : `Its services are ${services}; its database is a file of SQLite (--mariadb takes a MariaDB in its place).`
}
