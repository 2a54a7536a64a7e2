import type { Mark } from './marks.ts'

/** Words that MySQL and MariaDB take as names, and the grammar does not. */
const names = new Set(
  `ACTIVE ALWAYS AUTHENTICATION CHALLENGE_RESPONSE CLONE COMPONENT EXTRACT FACTOR FINISH FOLLOWING GENERATE GENERATED
  GEOMETRY GEOMCOLLECTION GET HISTOGRAM INACTIVE INITIAL INITIATE LOCKED MASTER_BIND NATIONAL NETWORK_NAMESPACE NVARCHAR
  OFF OLD OPTION PRECEDING REFERENCE REGISTRATION REPLICA REPLICAS RESOURCE RESTART RETAIN SKIP SOURCE_HOST SOURCE_PORT
  SOURCE_USER SOURCE_PASSWORD SOURCE_DELAY SOURCE_SSL STORED STREAM SYSTEM THREAD_PRIORITY TREE TYPE UNREGISTER VCPU
  WINDOW`.split(/\s+/),
)

const beforeNames = new Set(
  `ADD COLUMN DROP MODIFY CHANGE AFTER TO SET TABLE UPDATE INTO FROM JOIN ON WHERE AND OR NOT BY SELECT KEY INDEX AS
  EXISTS CHECK USING HAVING WHEN THEN ELSE BETWEEN . ( , = < > ! + - * /`.split(/\s+/),
)

export function isName(word: string): boolean {
  return names.has(word)
}

/** Whether what follows is a name: `ADD type`, `(type`. */
export function isBeforeName(mark: Mark | undefined): boolean {
  return mark !== undefined && beforeNames.has(mark.word === '' ? mark.text : mark.word)
}

/** MariaDB's own. */
export const types = new Set(['UUID', 'INET4', 'INET6'])

/** Functions that DEFAULT takes as they are. */
export const times = new Set(['CURRENT_TIMESTAMP', 'NOW', 'LOCALTIME', 'LOCALTIMESTAMP'])
