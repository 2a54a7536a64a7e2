import type { Fault } from '../../../state/fault.ts'
import { seenWords } from '../../../state/blocked.ts'
import { HeldUp, LinkLost, type Refused } from './trouble.ts'

type Reason = keyof typeof words

/** What a failed statement is told as. `means`: what it means for what was being done. */
export function databaseFault(name: string, error: Refused | LinkLost, means: string): Fault {
  if (error instanceof LinkLost) return unreachable(name, error)
  const reason = reasons.get(error.errno) ?? 'other'
  const [what, next] = words[reason]
  if (error instanceof HeldUp) return heldUp(name, error, means)
  return {
    code: `database.${reason}`,
    what: `Database ${name} ${what}`,
    means,
    next,
    detail: `${error.errno}: ${error.message}`,
  }
}

function heldUp(name: string, { errno, message, blocked }: HeldUp, means: string): Fault {
  const [what, next] = words.blocked
  const { sessions } = blocked
  const proven = sessions.some(({ holds }) => holds === true)
  const named = sessions.map(seenWords).join('; ')
  const who =
    sessions.length === 0 ? 'nobody this account may see' : `${proven ? 'held by' : 'with transactions open:'} ${named}`
  return {
    code: 'database.blocked',
    what: `Database ${name} ${what}`,
    means,
    next,
    detail: `${errno}: ${message}; ${who}`,
    blocked,
  }
}

function unreachable(name: string, error: LinkLost): Fault {
  return {
    code: 'database.unreachable',
    what: error.begun
      ? `The connection to database ${name} broke before it answered`
      : `Database ${name} cannot be reached`,
    means: error.begun
      ? 'Whether the statement was carried out is found out by looking, before anything else is done.'
      : 'Nothing was sent to it.',
    next: 'Look whether its server runs and can be reached from here, then retry.',
    detail: error.message,
  }
}

const words = {
  denied: [
    'does not allow this to the account that asked',
    'Give the account the right that is named, or name another one in astern.yaml.',
  ],
  missing: [
    'has no such schema, table or column',
    'Look at the schema and at the statement; correct it and retry, or skip with a reason.',
  ],
  blocked: [
    'keeps the statement waiting: others hold what it needs',
    'Look who holds it; retry when they are done, or have them ended.',
  ],
  constraint: ['refuses it: a constraint does not hold', 'Look at the rows it names, then retry or undo.'],
  value: ['refuses it: a value does not fit', 'Look at the rows it names, then retry or undo.'],
  exists: ['has it already', 'Look at the schema: was it done by hand? Then skip with that reason.'],
  full: ['cannot grow: the disk is full', 'Make room on the server, then retry.'],
  readonly: ['takes no writes: it is read-only', 'Is it a replica? Name the server that takes writes in astern.yaml.'],
  interrupted: ['ended the statement before it was done', 'Look who ended it (a person, a limit?), then retry.'],
  busy: ['takes no more connections', 'Retry; if it lasts, look at its processes.'],
  syntax: [
    'does not understand the statement',
    'Look at the script; correct it, or reverse by hand and skip with that reason.',
  ],
  other: ['refuses it', 'Read the detail; correct and retry, or undo.'],
} as const

/** Error numbers, https://mariadb.com/kb/en/mariadb-error-code-reference/; where the two differ both are here. */
const reasons: ReadonlyMap<number, Reason> = new Map([
  ...[1044, 1045, 1095, 1142, 1143, 1227, 1370, 1410, 1698, 3118, 4151].map(code => [code, 'denied'] as const),
  ...[1049, 1051, 1054, 1091, 1146, 1109, 1176, 1305, 1360].map(code => [code, 'missing'] as const),
  ...[1205, 1213, 1206].map(code => [code, 'blocked'] as const),
  ...[1048, 1062, 1216, 1217, 1451, 1452, 1586, 1761, 1762, 3819, 4025].map(code => [code, 'constraint'] as const),
  ...[1264, 1265, 1292, 1366, 1406, 1411, 1690].map(code => [code, 'value'] as const),
  ...[1007, 1050, 1060, 1061, 1304, 1359, 1826].map(code => [code, 'exists'] as const),
  ...[1021, 1030, 1041, 1114].map(code => [code, 'full'] as const),
  ...[1290, 1792, 1836].map(code => [code, 'readonly'] as const),
  ...[1317, 1969, 3024].map(code => [code, 'interrupted'] as const),
  ...[1040, 1203, 1226].map(code => [code, 'busy'] as const),
  ...[1064, 1149].map(code => [code, 'syntax'] as const),
])
