import { existsSync } from 'node:fs'
import { join } from 'node:path'

const here = import.meta.dirname
const built = join(here, 'sandbox', 'shop')

/** What the shop is made of: below this directory in a checkout, and beside the built sandbox in a package. */
export const sources = existsSync(built) ? join(here, 'sandbox') : here

/** The shop's way to MySQL with its driver, as one file: where a release runs there are no packages. */
export const driver = join(existsSync(built) ? here : join(here, '..', 'dist'), 'sandbox', 'mysql.mjs')
