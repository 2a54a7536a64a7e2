/** Rights on the whole server by which nothing is changed, and nobody's part is taken. */
const harmless: ReadonlySet<string> = new Set([
  'USAGE',
  'SELECT',
  'SHOW DATABASES',
  'SHOW VIEW',
  'PROCESS',
  'REPLICATION CLIENT',
  'BINLOG MONITOR',
  'REPLICA MONITOR',
  'SLAVE MONITOR',
])

/**
 * Lines of SHOW GRANTS by which an account could change anything but clones, itself or in another's name (a definer, a role, a
 * proxy): on the server that serves it must have none. A form that is not known is one of them. `live`: what serves.
 */
export function writesBesides(lines: readonly string[], live: string): readonly string[] {
  return lines.flatMap(line => {
    const grant = /^GRANT (.+?) ON (?:(?:TABLE|FUNCTION|PROCEDURE|PACKAGE|PACKAGE BODY|SEQUENCE) )?(.+?) TO /.exec(line)
    if (grant === null)
      return [
        `${/^(GRANT .+?) (?:TO|ON) /.exec(line)?.[1] ?? 'a right that is not known'}: what comes with it is not seen`,
      ]
    const [, list = '', on = ''] = grant
    const rights = list.split(/,\s*(?![^(]*\))/).map(right => right.replace(/ \(.*/, ''))
    if (isOfClones(on, live)) return []
    const handsOn = / WITH (?:.* )?GRANT OPTION\b/.test(line) ? ['GRANT OPTION'] : []
    const more = [...rights.filter(right => !harmless.has(right)), ...handsOn]
    return more.length === 0 ? [] : [`${more.join(', ')} on ${on}`]
  })
}

/** A schema in a grant is a pattern in which `_` is any sign: as written out, or with each of them escaped. */
function isOfClones(on: string, live: string): boolean {
  const schema = /^`((?:[^`]|``)+)`\./.exec(on)?.[1]
  return schema !== undefined && schema.replaceAll('\\', '').startsWith('_astern_rehearsal_') && schema !== live
}
