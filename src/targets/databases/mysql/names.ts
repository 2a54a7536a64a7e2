/** The one place where a name becomes part of a statement. */
export function quoteName(name: string): string {
  return '`' + name.replaceAll('`', '``') + '`'
}
