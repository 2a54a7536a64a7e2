import { sql, type Condition } from './precheck.ts'
import type { Column } from './schema.ts'
import type { Written } from './type.ts'

const bits: Readonly<Record<string, number>> = { tinyint: 8, smallint: 16, mediumint: 24, int: 32, bigint: 64 }
const numeric = [...Object.keys(bits), 'decimal', 'float', 'double', 'bit']
export const isNumber = (data: string): boolean => numeric.includes(data)

/** Numbers that a smaller type does not hold; null: not judged. `at` is the column, quoted. */
export function outOfNumbers(from: Column, to: Written, at: string): readonly Condition[] | null {
  if (!isNumber(from.data) && !isText(from.data)) return null
  const range = rangeOf(to)
  if (range === null) return null
  const { least, most, round } = range
  const what = `${from.name} is out of the range of ${to.data}${sizeOf(to)}${to.unsigned ? ' unsigned' : ''}`
  const bounds = (value: string): Condition => {
    const rounded = round === null ? value : `ROUND(${value}, ${round})`
    return { what, where: sql(`${rounded} < ${least} OR ${rounded} > ${most}`) }
  }
  if (!isText(from.data)) return holds(from, to) ? [] : [bounds(from.data === 'bit' ? `${at} + 0` : at)]
  // A text that is no number is refused; one with spaces around it is not.
  const shape =
    to.data in bits || to.data === 'bit'
      ? '^[[:space:]]*[-+]?[0-9]+[[:space:]]*$'
      : '^[[:space:]]*[-+]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][-+]?[0-9]+)?[[:space:]]*$'
  const value =
    round === null ? `CAST(${at} AS DOUBLE)` : `CAST(TRIM(${at}) AS DECIMAL(65, ${Math.min(30, round + 2)}))`
  const inside = bounds(value)
  return [
    { what: `${from.name} is no number`, where: sql(`${at} NOT REGEXP ?`, shape) },
    { what, where: sql(`${at} REGEXP ? AND (${inside.where.sql})`, shape) },
  ]
}

type Range = { readonly least: string; readonly most: string; readonly round: number | null }

function rangeOf({ data, numbers, unsigned }: Written): Range | null {
  const size = bits[data]
  if (size !== undefined) {
    const [least, most] = unsigned
      ? [0n, 2n ** BigInt(size) - 1n]
      : [-(2n ** BigInt(size - 1)), 2n ** BigInt(size - 1) - 1n]
    return { least: String(least), most: String(most), round: 0 }
  }
  if (data === 'bit') return { least: '0', most: String(2n ** BigInt(numbers[0] ?? 1) - 1n), round: 0 }
  const [digits = 10, scale = 0] = numbers
  if (data === 'decimal') {
    const most = (10n ** BigInt(digits) - 1n).toString().padStart(scale + 1, '0')
    const whole = most.slice(0, most.length - scale)
    const limit = scale === 0 ? whole : `${whole}.${most.slice(most.length - scale)}`
    return { least: unsigned ? '0' : `-${limit}`, most: limit, round: scale }
  }
  if (data !== 'float' && data !== 'double') return null
  const limit =
    numbers.length === 2
      ? `${10n ** BigInt(digits - scale)} - 1e-${scale}`
      : data === 'float'
        ? '3.402823466e38'
        : '1.7976931348623157e308'
  return { least: unsigned ? '0' : `-(${limit})`, most: limit, round: null }
}

/** Whether every value of the one fits the other, so that nobody need look. */
function holds(from: Column, to: Written): boolean {
  const [here, there] = [bits[from.data], bits[to.data]]
  if (here === undefined || there === undefined) return false
  const unsigned = from.type.includes('unsigned')
  if (unsigned === to.unsigned) return there >= here
  return unsigned && there > here
}

function isText(data: string): boolean {
  return ['char', 'varchar', 'tinytext', 'text', 'mediumtext', 'longtext'].includes(data)
}

function sizeOf({ numbers }: Written): string {
  return numbers.length === 0 ? '' : `(${numbers.join(',')})`
}
