import type { Facts, LedgerEntry, Migration } from '../facts.ts'
import type { Fault } from '../fault.ts'
import type { Manifest } from '../manifest.ts'
import { appliedSince } from '../migrations/since.ts'
import type { Compatibility } from '../plan.ts'
import { programBlocker, programWarning } from './programs.ts'
import { rehearsalFor, shownBy } from './rehearsed.ts'
import { incompatibilities } from '../sql/compatibility.ts'
import { restoreInstead } from './restore-steps.ts'
import { proposeBackup } from '../backup.ts'

export type Reversal = { readonly database: string; readonly migration: Migration }
export type Judged = {
  /** Newest first. */
  readonly reversals: readonly Reversal[]
  readonly blockers: readonly string[]
  readonly warnings: readonly string[]
  readonly compatibility: Compatibility
  readonly evidence: string
}

/** Which migrations came after the target, whether they can be reversed, and what old code would say to them. `restored`: these are not. */
export function judgeMigrations(
  facts: Facts,
  manifest: Manifest,
  target: LedgerEntry,
  restored: readonly string[] = [],
): Judged {
  const perDatabase = Object.keys(manifest.databases)
    .filter(name => !restored.includes(name))
    .sort()
    .map(name => judgeDatabase(name, facts, manifest, target))
  const reversals = perDatabase.flatMap(({ found }) => found)
  const blockers = perDatabase.flatMap(({ blocked }) => blocked)
  const warnings = perDatabase.flatMap(({ warned }) => warned)
  return { reversals, blockers, warnings, ...compatibilityOf(facts, manifest, target, reversals) }
}

function judgeDatabase(
  name: string,
  facts: Facts,
  manifest: Manifest,
  target: LedgerEntry,
): { readonly found: readonly Reversal[]; readonly blocked: readonly string[]; readonly warned: readonly string[] } {
  const fact = facts.databases[name]
  const instead = (): string => insteadOf(facts, manifest, target, name)
  if (fact === undefined) return { found: [], blocked: [], warned: [] }
  if (fact.fault !== null) return { found: [], warned: [], blocked: [`database ${name}: ${told(fact.fault)}`] }
  const wanted = target.databases[name]?.migrations
  if (wanted === undefined)
    return {
      found: [],
      warned: [],
      blocked: [`the ledger does not say which schema ${name} had with ${target.version}`],
    }
  const recorded = fact.recorded ?? fact.applied.map(version => ({ version }))
  const { extra, missing: ahead, buried } = appliedSince(recorded, wanted)
  const dirty = (fact.dirty ?? []).map(
    ({ what, means, ways }) =>
      `${name}: ${what}. ${means} ${ways.map((way, index) => `(${index + 1}) ${way}`).join(' ')}`,
  )
  const other = (fact.otherScripts ?? []).map(text => `${name}: ${text}`)
  const lacks = ahead.map(
    version => `${name} lacks migration ${version}, which ${target.version} had: roll forward, or apply it by hand`,
  )
  const warned: string[] = buried.map(
    version =>
      `${name}: migration ${version} stands before one that stays, by its tool's own order: what stays may stand on it`,
  )
  const blocked = [...dirty, ...other, ...lacks]
  const found: Reversal[] = []
  for (const { version } of extra) {
    const migration = fact.migrations.find(candidate => candidate.version === version)
    if (migration === undefined)
      blocked.push(`${name}: the script of migration ${version} is not in the release that runs${instead()}`)
    else if (migration.opaque !== undefined) {
      const blocker = programBlocker(facts, manifest, name, migration) ?? takesTheWrongOne(name, migration, buried)
      if (blocker !== null) blocked.push(`${blocker}${fact.backups === undefined ? '' : instead()}`)
      else found.push({ database: name, migration })
      if (blocker === null) warned.push(programWarning(name, fact, migration))
    } else if (migration.down === null)
      blocked.push(`${name}: migration ${version} (${migration.name}) has no way down${instead()}`)
    else found.push({ database: name, migration })
  }
  return { found, blocked, warned }
}

/** What else can be done about a migration that cannot be reversed. */
function insteadOf(facts: Facts, manifest: Manifest, target: LedgerEntry, name: string): string {
  const [declared, backups] = [manifest.databases[name], facts.databases[name]?.backups]
  if (declared?.kind !== 'mysql') return ''
  const wanted = target.databases[name]?.migrations ?? []
  const { backup } = proposeBackup(backups?.backups ?? [], declared.database, wanted)
  return `; ${restoreInstead(declared.database, backup, backups, facts.at)}`
}

/** A command that names no migration takes back the last one, whichever that is. */
function takesTheWrongOne(name: string, { version, opaque }: Migration, buried: readonly string[]): string | null {
  if (!buried.includes(version) || opaque?.argv.some(arg => arg.includes(version)) === true) return null
  return `${name}: migration ${version} stands before one that stays, and ${opaque?.argv.join(' ')} takes back the last one: reverse it by hand, then plan again`
}

/** With the database's own words: where a query is the operator's, they say what of it is wrong. */
function told({ what, detail, next }: Fault): string {
  return `${what}${detail === undefined ? '' : ` (${detail})`}. ${next}`
}

/** Only a declaration or a rehearsal shows "compatible"; against either stands what was seen to fail, or what statements prove. */
function compatibilityOf(
  facts: Facts,
  manifest: Manifest,
  target: LedgerEntry,
  reversals: readonly Reversal[],
): Pick<Judged, 'compatibility' | 'evidence'> {
  if (reversals.length === 0) return { compatibility: 'nothing to reverse', evidence: 'no migration came after it' }
  const databases = [...new Set(reversals.map(({ database }) => database))]
  const rehearsal = rehearsalFor(facts, target, databases)
  const shown = rehearsal === null ? null : shownBy(rehearsal, manifest, databases)
  const declared = reversals.every(({ migration }) => migration.compatibleWith.includes(target.version))
  if (shown?.verdict === 'incompatible') {
    const against = declared ? `; its migrations declare ${target.version} compatible all the same` : ''
    return { compatibility: 'incompatible', evidence: `${shown.evidence}${against}` }
  }
  if (declared)
    return { compatibility: 'declared compatible', evidence: `its migrations declare ${target.version} compatible` }
  const proven = incompatibilities(reversals.map(({ migration }) => migration))
  if (proven.length > 0) {
    const besides = shown?.verdict === 'compatible' ? `; ${shown.evidence}, which may not reach it` : ''
    return { compatibility: 'incompatible', evidence: `${proven.join('; ')}${besides}` }
  }
  if (shown?.verdict === 'compatible') return { compatibility: 'rehearsed compatible', evidence: shown.evidence }
  const nothing = 'nothing declares the old code able to run on the new schema'
  return { compatibility: 'unknown', evidence: shown === null ? nothing : `${nothing}; ${shown.evidence}` }
}
