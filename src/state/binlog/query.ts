/** What a statement in the binlog is to somebody who replays rows. */
export type QueryKind =
  /** Begins or ends transactions, or changes nothing that rows stand in. */
  | 'nothing'
  /** Changes a schema. */
  | 'schema'
  /** Changes rows, and says so as a statement and not as rows. */
  | 'rows'

export function queryKind(text: string): QueryKind {
  const bare = withoutComments(text)
  if (nothing.test(bare) || temporary.test(bare) || ours.test(bare)) return 'nothing'
  return rows.test(bare) ? 'rows' : 'schema'
}

/** Where the end of a transaction stands as a statement. */
export function endsTransaction(text: string): boolean {
  return /^(?:COMMIT|ROLLBACK)$/i.test(text.trim())
}

/** Whether it is about a schema: sent from within it, or naming it. */
export function isAbout(schema: string, query: { readonly schema: string; readonly text: string }): boolean {
  if (query.schema === schema) return true
  const name = schema.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)
  return new RegExp(
    `(?:^|[^\\w$.])[\`"]?${name}[\`"]?\\s*\\.|\\b(?:DATABASE|SCHEMA)\\b[^;]*[\\s\`"]${name}\\b`,
    'iu',
  ).test(query.text)
}

/** One spelling for two that mean the same: without comments, blanks as one, no case, no `;` at its end. */
export function sameSpelling(text: string): string {
  return withoutComments(text)
    .replaceAll(/[`"]/g, '')
    .replaceAll(/\s+/g, ' ')
    .replace(/[\s;]+$/, '')
    .trim()
    .toLowerCase()
}

function withoutComments(text: string): string {
  return text
    .replaceAll(/\/\*(?![!M])[\s\S]*?\*\//g, ' ')
    .replaceAll(/^\s*(?:--\s|#).*$/gm, ' ')
    .trim()
}

const nothing =
  /^(?:BEGIN|START TRANSACTION|COMMIT|ROLLBACK|SAVEPOINT|RELEASE|XA|FLUSH|ANALYZE|OPTIMIZE|REPAIR|CHECK TABLE|GRANT|REVOKE|SET (?:PASSWORD|DEFAULT ROLE)|(?:CREATE|ALTER|DROP|RENAME)(?: OR REPLACE)? (?:USER|ROLE))\b/i
const temporary = /^(?:CREATE(?: OR REPLACE)? TEMPORARY|DROP (?:\/\*!\d+ )?TEMPORARY)\b/i
const ours =
  /^(?:CREATE|DROP|ALTER|TRUNCATE)(?: OR REPLACE)? (?:TABLE|DATABASE|SCHEMA)?\s*(?:IF (?:NOT )?EXISTS )?(?:[`"]?[\w$]+[`"]?\.)?[`"]?_astern_/i
const rows = /^(?:INSERT|UPDATE|DELETE|REPLACE|LOAD|CALL|WITH|SELECT|DO)\b/i
