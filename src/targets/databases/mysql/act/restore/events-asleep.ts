/**
 * An event of a side schema would run there. `DISABLE ON SLAVE` keeps it asleep, and is told from one that was disabled in
 * the backup: awake again, it becomes ENABLE.
 */
export function eventsAsleep(statement: string): string {
  return isEvent(statement)
    ? statement.replace(/(\bON COMPLETION (?:NOT )?PRESERVE )ENABLE\b/, `$1${asleep}`)
    : statement
}

export function eventsAwake(statement: string): string {
  return isEvent(statement)
    ? statement.replace(/(\bON COMPLETION (?:NOT )?PRESERVE )DISABLE ON (?:SLAVE|REPLICA)\b/, '$1ENABLE')
    : statement
}

const asleep = 'DISABLE ON SLAVE'

function isEvent(statement: string): boolean {
  return /^\s*(?:\/\*!50106 )?CREATE\b[^;]{0,400}?\bEVENT\b/.test(statement.slice(0, 500))
}
